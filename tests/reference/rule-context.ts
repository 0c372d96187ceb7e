import type { Rule } from '../../rules/rule.js';
import type { ClockStep } from './closings.js';
import type { RuleParts } from './rule-parts.js';
import type { Schedule } from './schedule.js';
import type { Span } from './source.js';
import type { Standstills } from './standstills.js';

/** What instances of one rule share. */
export interface RuleContext {
  readonly rule: Rule;
  readonly parts: RuleParts;
  readonly schedule: Schedule;
  /** In which the engine saw nothing. */
  readonly gaps: readonly Span[];
  /** When the wall clock was set. */
  readonly clock: readonly ClockStep[];
  readonly standstills: Standstills;
}
