import type { Rule } from '../../rules/rule.js';
import type { RuleParts } from './rule-parts.js';
import type { Schedule } from './schedule.js';
import type { Span } from './source.js';
import type { Standstills } from './standstills.js';
import type { WallClock } from './wall-clock.js';

/** What instances of one rule share. */
export interface RuleContext {
  readonly rule: Rule;
  readonly parts: RuleParts;
  readonly schedule: Schedule;
  /** In which the engine saw nothing. */
  readonly gaps: readonly Span[];
  /** When the wall clock was set. */
  readonly clock: WallClock;
  readonly standstills: Standstills;
}
