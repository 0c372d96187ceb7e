import type { AlertEvent } from '../../rules/alert-event.js';
import type { Explanation } from '../../rules/engine.js';
import { arrivalOf, isPending, type Replay, type ReplayPlan, startReplay } from '../replay/replay.js';
import { compareEvents, type Pairing } from './compare-events.js';
import type { Coverage } from './coverage.js';
import type { RuleTest, TestInput } from './rule-test.js';

export interface TestResult {
  readonly test: RuleTest;
  readonly isPassed: boolean;
  readonly pairings: readonly Pairing[];
  /** Commands that the engine refused: no failure by itself, but often the reason of one. */
  readonly refusals: readonly Refusal[];
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
    // What timers did is seen before the next input may undo it; advancing changes no event.
    const arrival = input.kind === 'message' ? arrivalOf(input.message, replay.engine.time) : input.time;
    events.push(...replay.advance(arrival));
    watch?.look(input);
    const { events: caused, refusal } = take(replay, input);
    events.push(...caused);
    if (refusal !== null) refusals.push(refusal);
    watch?.look(input);
  }
  events.push(...replay.finish());
  watch?.finish(events);
  const compared = events.filter((event) => !isPending(event) && (test.rules?.includes(event.rule) ?? true));
  const pairings = compareEvents(test.expect, compared);
  return { test, isPassed: pairings.every(({ kind }) => kind === 'match'), pairings, refusals };
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
