import type { AlertEventKind, EndReason } from '../../rules/alert-event.js';
import type { RuleCommand } from '../../rules/engine.js';
import type { Scalar } from '../../rules/reading.js';
import type { Severity } from '../../rules/rule.js';
import type { RecordedMessage } from '../replay/recorded-message.js';

/** One test of a site's `tests/*.json`, read and checked (rule reference, section 8). Times are epoch ms. */
export interface RuleTest {
  readonly name: string;
  /** Where it stands. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  /** Messages and commands in order of their times, equal ones in file order. */
  readonly inputs: readonly TestInput[];
  /** Where time goes on to at the end; `null`: the last arrival. */
  readonly until: number | null;
  /** The rules whose events are compared; `null`: all. */
  readonly rules: readonly string[] | null;
  /** All events of those rules, in order. */
  readonly expect: readonly ExpectedEvent[];
}

export type TestInput =
  | { readonly kind: 'message'; readonly time: number; readonly message: RecordedMessage }
  | { readonly kind: 'command'; readonly time: number; readonly command: RuleCommand };

/** What one event must be; a key that is not set matches anything. */
export interface ExpectedEvent {
  readonly line: number;
  readonly at?: number | undefined;
  readonly rule?: string | undefined;
  readonly event?: AlertEventKind | undefined;
  readonly severity?: Severity | undefined;
  /** The event may have more of them. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The event may have more of them. */
  readonly values?: Readonly<Record<string, Scalar | null>> | undefined;
  readonly message?: string | undefined;
  readonly episode?: string | undefined;
  readonly previous?: Severity | undefined;
  readonly reason?: EndReason | undefined;
  /** `false` matches an event without the mark; so with the next two. */
  readonly suppressed?: boolean | undefined;
  readonly late?: boolean | undefined;
  readonly stale?: boolean | undefined;
}
