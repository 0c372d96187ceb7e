import type { AlertEvent } from './alert-event.js';
import type { Message, Scalar } from './reading.js';
import type { Rule } from './rule.js';
import type { MarkEvent, Model, View } from './supply.js';

/** What the engine runs. Rules that are not `enabled` are left out. */
export interface Plan {
  readonly rules: readonly Rule[];
  /** Everything that an input of kind `view` reads, here or in a rule; never in a circle. */
  readonly views?: readonly View[];
  readonly models?: readonly Model[];
}

export type Command = RuleCommand | MarkCommand;

/** About one instance of a rule. */
export interface RuleCommand {
  readonly kind: 'reset' | 'forget';
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A machine failed, or was maintained, just now: every model learns of it that tells it apart by some of these labels. */
export interface MarkCommand {
  readonly kind: 'mark';
  readonly event: MarkEvent;
  readonly labels: Readonly<Record<string, string>>;
}

export type CommandResult =
  | { readonly kind: 'done'; readonly events: readonly AlertEvent[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the engine counted since it was created. */
export interface EngineCounters {
  messages: number;
  readings: number;
  late: number;
  /** Values that gave no reading, by reason. */
  rejected: Record<'kind' | 'nonFinite' | 'tooLarge' | 'null', number>;
  /** New instances refused because `maxInstances` was reached and none was inactive. */
  refusedInstances: number;
  /** How often an `across` was unknown because its pool has more series than it looks at. */
  wideAcross: number;
  instances: number;
}

/**
 * The rule engine: a pure fold over messages, time, gaps, offsets and commands; alert events come back as
 * values. It never reads a clock. All times are whole milliseconds of engine time, which never goes back.
 * Every method first fires the timers due up to its own time, in the order of the rule reference, section 6.
 * Event arrays are the caller's to keep. `pending` events, and `cleared` ones with the reason `pending`,
 * are always among them; hosts hide them unless asked.
 */
export interface Engine {
  message(message: Message): readonly AlertEvent[];
  /**
   * Fires the timers with a deadline ≤ `time`. Earlier than the engine's time: does nothing. With `stepsMax` it
   * fires at most so many and leaves the others due (`nextDeadline()` ≤ `time` then): the host works off a great
   * many in slices, with the same events in the same order. Whatever comes in between fires the others first.
   */
  advance(time: number, stepsMax?: number): readonly AlertEvent[];
  /** The engine saw nothing in (from, to]. */
  gap(from: number, to: number): readonly AlertEvent[];
  /** Wall clock − engine clock, in ms, from now on. */
  offset(ms: number): readonly AlertEvent[];
  command(command: Command): CommandResult;
  /**
   * Other rules from now on, in one step. Rules that say the same keep everything; alerts of rules that are gone
   * resolve. Throws, and changes nothing, if it cannot run one of the rules.
   *
   * @param warmed an engine that runs rules, views and models of this plan, new or changed here, and has taken in what
   * this one has, and the past before it: they take over what it made of that, and it is of no use any more. A rule that
   * fires there fires from this step on
   */
  replan(plan: Plan, warmed?: Engine | null): readonly AlertEvent[];
  /**
   * A connection went down or came up: while it is down, `absent` and `maxAge` of the inputs whose newest message
   * came by it (`Message.source`) stand still. A connection that was never named is up.
   */
  connection(name: string, isUp: boolean): readonly AlertEvent[];
  /**
   * A topic fell silent or was heard again, as the host judges it: events of the instances that read it carry
   * `stale` while one of their inputs is silent. A topic that no rule reads is passed over. Gives no events of its own.
   */
  silence(topic: string, isSilent: boolean): readonly AlertEvent[];
  /** When to call `advance` at the latest; `Infinity` if nothing waits. May be early, never late. */
  nextDeadline(): number;
  /** The state as bytes, all at once. */
  save(): Snapshot;
  /**
   * The state as it is now, worked out in slices between other inputs: the same bytes as those of `save` now. Beginning
   * another one gives up one that is not done. A gap, an offset, a plan or a connection finishes it at once.
   */
  saveInSlices(): Saving;
  /** Takes the place of everything so far; for an engine of the same plan. State of rules that changed is left out. */
  load(snapshot: Snapshot): void;
  /** The rows of a view or the outputs of a model, in the order in which its instances settle; none if there is none. */
  rows(kind: 'view' | 'model', id: string): readonly Row[];
  /** The rows of views that may have changed since it was last asked. */
  changedRows(): readonly ChangedRow[];
  /** The instances of a rule, in the order in which they settle; none if there is no such rule. */
  instances(rule: string): readonly InstanceSummary[];
  /** Functions of the site's that threw: what they give is unknown until their text is another. */
  readonly failedFunctions: readonly FailedFunction[];
  /** What one instance sees now; `null` if there is no such instance. `labels` matches as a subset. */
  explain(rule: string, labels: Readonly<Record<string, string>>): Explanation | null;
  readonly counters: Readonly<EngineCounters>;
  /** Engine time: that of the last step or advance; `-Infinity` before the first. */
  readonly time: number;
}

export interface Snapshot {
  readonly version: 1;
  readonly data: Uint8Array;
}

/** A snapshot on its way. */
export interface Saving {
  /** Works out so many pieces, topics and instances, at most; `null`: there are more. */
  step(piecesMax: number): Snapshot | null;
}

/** What an instance of a view or a model gives now: its fields in file order; `null` is unknown. */
export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Scalar | null>>;
  /** Of a model: how far its outputs can be trusted. */
  readonly quality?: string;
}

export interface ChangedRow extends Pick<Row, 'labels'> {
  readonly view: string;
  /** `null`: the row is no more. */
  readonly values: Row['values'] | null;
}

/** A function that gives nothing any more. */
export interface FailedFunction {
  readonly name: string;
  /** What it threw. */
  readonly message: string;
  /** Engine time. */
  readonly time: number;
}

/** An instance in a list. */
export interface InstanceSummary {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'inactive' | 'pending' | 'firing' | 'latched';
  /** `null` where it is inactive. */
  readonly severity: string | null;
  /** Of the alert that fires or is latched. */
  readonly episode: string | null;
  /** Engine time of the next timer of its conditions (a delay, a `keepFor`, an `absent`); `null`: none runs. */
  readonly due: number | null;
}

export interface Explanation {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: InstanceSummary['state'];
  readonly severity: string | null;
  readonly values: Readonly<Record<string, unknown>>;
  readonly levels: readonly { readonly severity: string; readonly condition: ExplainedCondition }[];
}

/** One condition with what it sees: `text` is the rule's own words, `value` the signal's value where it has one. */
export interface ExplainedCondition {
  readonly text: string;
  readonly state: 'true' | 'false' | 'unknown';
  readonly value?: unknown;
  /** Engine time at which a running delay ends. */
  readonly due?: number;
  readonly of?: readonly ExplainedCondition[];
}
