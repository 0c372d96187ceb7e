import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan } from '../../rules/engine.js';
import { type Grace, graceOf } from './grace-of.js';
import type { RecordedMessage } from './recorded-message.js';

/** What runs in a replay. */
export interface ReplayPlan extends Plan {
  /** How long windows that close wait for late readings: as the first that matches a topic says (default: not at all). */
  readonly payloads?: readonly Grace[];
}

export interface ReplayOptions extends ReplayPlan {
  /** Epoch ms. Messages arriving later are left out; after the last one time goes on to here (default: the last arrival). */
  readonly until?: number;
  /** Epoch ms: what is there from the start counts from here (default: the first message). */
  readonly start?: number;
}

/** Rules run over recorded messages, in virtual time. Hidden (`isPending`) events are among those it gives. */
export interface Replay {
  /** Takes the next message, in the order of the recording. */
  message(message: RecordedMessage): readonly AlertEvent[];
  /** Lets time pass to `time`, at most to the end. */
  advance(time: number): readonly AlertEvent[];
  /** Lets time pass to the end. */
  finish(): readonly AlertEvent[];
  readonly counts: Readonly<ReplayCounts>;
  readonly engine: Engine;
}

export interface ReplayCounts {
  messages: number;
  /** Messages that arrive after `until`. */
  leftOut: number;
  /** Arrivals, epoch ms; `null` before the first message. */
  first: number | null;
  last: number | null;
}

/** When a message arrives in an engine whose time is `now`. */
export function arrivalOf({ time, arrives = time }: RecordedMessage, now: number): number {
  return Math.max(now, arrives);
}

/** Begins a replay. The same rules and messages give the same events, byte for byte. */
export function startReplay(options: ReplayOptions): Replay {
  const { until = Number.POSITIVE_INFINITY, start, payloads = [], ...plan } = options;
  const graceMsOf = graceOf(payloads);
  const engine = createEngine(plan, start);
  const counts: ReplayCounts = { messages: 0, leftOut: 0, first: null, last: null };
  return {
    counts,
    engine,
    message(message) {
      const arrival = arrivalOf(message, engine.time);
      if (arrival > until) {
        counts.leftOut += 1;
        return NO_EVENTS;
      }
      counts.messages += 1;
      counts.first ??= arrival;
      counts.last = arrival;
      const { topic, payload, time, retain = false } = message;
      return engine.message({ topic, payload, time, arrival, grace: graceMsOf(topic), retain });
    },
    advance: (time) => engine.advance(Math.min(time, until)),
    finish() {
      const end = Number.isFinite(until) ? until : counts.last;
      return end === null ? NO_EVENTS : engine.advance(end);
    },
  };
}

/**
 * Runs rules over recorded messages and gives the alert events, as they come.
 *
 * ```ts
 * for await (const event of replay({ rules, messages })) console.log(event.rule, event.event);
 * ```
 *
 * @param options.pending also those that are hidden otherwise: a delay began to run, or broke off
 */
export async function* replay(
  options: ReplayOptions & {
    readonly messages: Iterable<RecordedMessage> | AsyncIterable<RecordedMessage>;
    readonly pending?: boolean;
  },
): AsyncGenerator<AlertEvent, void, void> {
  const run = startReplay(options);
  const shown = (event: AlertEvent) => options.pending === true || !isPending(event);
  for await (const message of options.messages) yield* run.message(message).filter(shown);
  yield* run.finish().filter(shown);
}

/** A delay that began to run before an alert, or broke off: hidden unless asked for. */
export function isPending(event: AlertEvent): boolean {
  return event.event === 'pending' || (event.event === 'cleared' && event.reason === 'pending');
}

const NO_EVENTS: readonly AlertEvent[] = [];
