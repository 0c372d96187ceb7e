import type { AlertEvent } from '../../rules/alert-event.js';
import type { Explanation, FailedFunction } from '../../rules/engine.js';
import { arrivalOf, isPending, type Replay, type ReplayPlan, startReplay } from '../replay/replay.js';
import { compareEvents, type Pairing } from './compare-events.js';
import type { Coverage, TestWatch } from './coverage.js';
import type { RuleTest, TestInput } from './rule-test.js';

export interface TestResult {
  readonly test: RuleTest;
  readonly isPassed: boolean;
  readonly pairings: readonly Pairing[];
  /** Commands that the engine refused: no failure by itself, but often the reason of one. */
  readonly refusals: readonly Refusal[];
  /** Functions of the site that threw: no failure either, but what rules make of them is unknown from then on. */
  readonly failedFunctions: readonly FailedFunction[];
}

export interface Refusal {
  /** Epoch ms. */
  readonly time: number;
  readonly reason: string;
}

/** Runs one test against all rules of its site. `coverage` watches what it touches; `null`: nobody does. */
export function runTest(test: RuleTest, plan: ReplayPlan, coverage: Coverage | null): TestResult {
  const replay = begin(plan, test, test.until);
  const watch = coverage?.watch(replay.engine) ?? null;
  const refusals: Refusal[] = [];
  const events: AlertEvent[] = [];
  for (const input of test.inputs) {
    if (isAfter(input, test.until)) continue;
    const arrival = input.kind === 'message' ? arrivalOf(input.message, replay.engine.time) : input.time;
    if (watch !== null)
      events.push(...watchedAdvance(replay, Math.min(arrival, test.until ?? arrival), watch));
    watch?.look(input);
    const { events: caused, refusal } = take(replay, input);
    events.push(...caused);
    if (refusal !== null) refusals.push(refusal);
    watch?.look(input);
  }
  if (watch !== null) events.push(...watchedAdvance(replay, test.until ?? replay.engine.time, watch));
  events.push(...replay.finish());
  watch?.finish(events);
  const compared = events.filter((event) => !isPending(event) && (test.rules?.includes(event.rule) ?? true));
  const pairings = compareEvents(test.expect, compared);
  const { failedFunctions } = replay.engine;
  const isPassed = pairings.every(({ kind }) => kind === 'match');
  return { test, isPassed, pairings, refusals, failedFunctions };
}

/** A test of a month with a timer every second is not watched to its end. */
const WATCHED_STEPS_MAX = 10_000;

/** Lets time pass, and looks whenever a timer was due: what it did is undone by the next one or by a message. No event changes. */
function watchedAdvance(replay: Replay, time: number, watch: TestWatch): AlertEvent[] {
  const { engine } = replay;
  const events: AlertEvent[] = [];
  for (let step = 0; step < WATCHED_STEPS_MAX; step += 1) {
    const next = engine.nextDeadline();
    if (next > time) break;
    const caused = replay.advance(Math.max(next, engine.time));
    events.push(...caused);
    watch.lookAgain();
    // Nothing was due after all.
    if (caused.length === 0 && engine.nextDeadline() <= next) break;
  }
  events.push(...replay.advance(time));
  return events;
}

/** What an instance saw at a time of a test; `null` if it did not exist then. */
export function explainAt(
  test: RuleTest,
  plan: ReplayPlan,
  place: { readonly time: number; readonly rule: string; readonly labels: Readonly<Record<string, string>> },
): Explanation | null {
  const replay = begin(plan, test, place.time);
  for (const input of test.inputs) if (!isAfter(input, place.time)) take(replay, input);
  replay.finish();
  return replay.engine.explain(place.rule, place.labels);
}

/** A test may have messages from before its start. */
function begin(plan: ReplayPlan, { start, inputs }: RuleTest, until: number | null): Replay {
  const first = Math.min(start, ...inputs.slice(0, 1).map(({ time }) => time));
  return startReplay({ ...plan, start: first, ...(until === null ? {} : { until }) });
}

/** Of messages the replay itself leaves out those that arrive after the end. */
function isAfter(input: TestInput, until: number | null): boolean {
  return input.kind === 'command' && until !== null && input.time > until;
}

function take(replay: Replay, input: TestInput): { events: readonly AlertEvent[]; refusal: Refusal | null } {
  if (input.kind === 'message') return { events: replay.message(input.message), refusal: null };
  const events = replay.advance(input.time);
  const result = replay.engine.command(input.command);
  return result.kind === 'done'
    ? { events: [...events, ...result.events], refusal: null }
    : { events, refusal: { time: input.time, reason: result.reason } };
}
