import type { Rule } from '../../rules/rule.js';
import type { RuleParts } from './rule-parts.js';
import type { Schedule } from './schedule.js';
import type { Signals } from './signals.js';
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
  /** The instance with this key is there from the start, without anything from the inputs that begin one; `null`: none is. */
  readonly ahead: readonly string[] | null;
  /** The signals of such an instance, which has seen everything up to now; `null`: nothing looks at what it has seen. */
  readonly past: (rule: Rule, key: readonly string[]) => Signals | null;
}
