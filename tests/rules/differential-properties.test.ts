// What must not make a difference to the engine: how often its host lets time pass, whether it is saved and
// loaded on the way, and how often it is run. Random rule files and inputs, as for the differential test.
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Snapshot } from '../../rules/engine.js';
import { caseText, type RandomCase, randomCase } from '../reference/random-case.js';
import type { EngineInput } from '../reference/random-inputs.js';
import { drained, feed, feedAll, forAllCases, planOf, timeoutFor } from '../reference/run-case.js';

const RUNS = 500;

interface Varied {
  readonly one: RandomCase;
  /** Random numbers from 0 to 1: where to save, when to advance. */
  readonly draws: readonly number[];
}

const varied: fc.Arbitrary<Varied> = fc.record({
  one: randomCase,
  draws: fc
    .array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 60, size: 'max' })
    .map(fractions),
});

function fractions(eighths: readonly number[]): number[] {
  return eighths.map((eighth) => eighth / 8);
}

function holds(property: (varied: Varied) => void): void {
  forAllCases(varied, { runs: RUNS, textOf: ({ one, draws }) => `${caseText(one)}\n${draws}` }, property);
}

describe('the engine', timeoutFor(RUNS), () => {
  it('gives the same events however often time passes before the next message', () => {
    holds(({ one, draws }) => {
      const plan = planOf(one);
      const inputs = drained(one.inputs);
      const sparse = feedAll(createEngine(plan), withoutAdvances(inputs));
      expect(text(feedAll(createEngine(plan), withAdvances(inputs, draws)))).toEqual(text(sparse));
    });
  });

  it('goes on identically when it is saved at any moment and loaded elsewhere', () => {
    holds(({ one, draws }) => {
      const plan = planOf(one);
      const inputs = drained(one.inputs);
      const moment = Math.floor((draws[0] ?? 0) * inputs.length);
      const engine = createEngine(plan);
      feedAll(engine, inputs.slice(0, moment));
      const loaded = createEngine(plan);
      loaded.load(copied(engine.save()));
      expect(copied(loaded.save())).toEqual(copied(engine.save()));
      for (const input of inputs.slice(moment)) {
        expect(text([...toDeadlines(loaded, input), ...(feed(loaded, input) ?? [])])).toEqual(
          text(feed(engine, input) ?? []),
        );
      }
      expect(copied(loaded.save())).toEqual(copied(engine.save()));
    });
  });

  it('gives the same bytes each time', () => {
    holds(({ one }) => {
      const run = () => text(feedAll(createEngine(planOf(one)), drained(one.inputs)));
      expect(run()).toEqual(run());
    });
  });

  it('says in time when it wants to be called', () => {
    holds(({ one }) => {
      const plan = planOf(one);
      const inputs = drained(one.inputs);
      const prompt = createEngine(plan);
      const events = inputs.flatMap((input) => [
        ...toDeadlines(prompt, input),
        ...(feed(prompt, input) ?? []),
      ]);
      expect(text(events)).toEqual(text(feedAll(createEngine(plan), inputs)));
    });
  });
});

/** Advances exactly to each deadline before the time of an input; what fires there has that time. */
function toDeadlines(engine: Engine, input: EngineInput): AlertEvent[] {
  const until = timeOf(input);
  const events: AlertEvent[] = [];
  for (let due = engine.nextDeadline(); until !== null && due <= until; due = engine.nextDeadline()) {
    const fired = engine.advance(due);
    expect(new Set(fired.map(({ time }) => time)).size).toBeLessThanOrEqual(1);
    expect(engine.nextDeadline()).toBeGreaterThan(due);
    events.push(...fired);
  }
  return events;
}

/** Leaves out every advance that the next input makes up for; commands and offsets happen at the engine's time. */
function withoutAdvances(inputs: readonly EngineInput[]): EngineInput[] {
  return inputs.filter((input, index) => {
    const next = inputs[index + 1];
    return input.kind !== 'advance' || next === undefined || timeOf(next) === null;
  });
}

/** Adds, before the inputs that have a time, advances to times up to it, and to one long past. */
function withAdvances(inputs: readonly EngineInput[], draws: readonly number[]): EngineInput[] {
  let now = Number.NEGATIVE_INFINITY;
  return inputs.flatMap((input, index): EngineInput[] => {
    const next = timeOf(input);
    if (next === null) return [input];
    const from = Math.max(now, next - 60_000);
    now = next;
    const time = Math.floor(from + (next - from) * (draws[index % draws.length] ?? 0));
    return [{ kind: 'advance', time }, { kind: 'advance', time: time - 30_000 }, input];
  });
}

function timeOf(input: EngineInput): number | null {
  switch (input.kind) {
    case 'message':
      return input.message.arrival;
    case 'advance':
      return input.time;
    case 'gap':
      return input.from;
    case 'offset':
    case 'command':
      return null;
  }
}

/** As it comes back from a store. */
function copied(snapshot: Snapshot): Snapshot {
  return deserialize(serialize(snapshot));
}

function text(events: readonly AlertEvent[]): string {
  return events.map((event) => JSON.stringify(event)).join('\n');
}
