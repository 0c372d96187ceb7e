// What must not make a difference to the engine: how often its host lets time pass, whether it is saved and
// loaded on the way, whether it is told the same rules again, and how often it is run. Random rule files and inputs,
// as for the differential test.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan, Snapshot } from '../../rules/engine.js';
import { contentOf, copied, eventText, timeOf, toDeadlines } from '../reference/engine-runs.js';
import { caseText, type RandomCase, randomCase } from '../reference/random-case.js';
import type { EngineInput } from '../reference/random-inputs.js';
import {
  drained,
  feed,
  feedAll,
  forAllCases,
  planOf,
  planWithout,
  timeoutFor,
} from '../reference/run-case.js';

const RUNS = 250;

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
      const sparse = feedAll(createEngine(plan), withoutAdvances(inputs), plan);
      const dense = feedAll(createEngine(plan), withAdvances(inputs, draws), plan);
      expect(eventText(dense)).toEqual(eventText(sparse));
    });
  });

  it('gives the same events when timers are fired in slices, whatever comes in between', () => {
    holds(({ one, draws }) => {
      const plan = planOf(one);
      const sliced = createEngine(plan);
      const whole = createEngine(plan);
      drained(one.inputs).forEach((input, index) => {
        const steps = Math.floor((draws[index % draws.length] ?? 0) * 3);
        const before = [...slices(sliced, timeOf(input) ?? sliced.time, steps)];
        const events = [...before, ...(feed(sliced, input, plan) ?? [])];
        expect(eventText(events)).toEqual(eventText(feed(whole, input, plan) ?? []));
      });
      expect(contentOf(sliced.save())).toEqual(contentOf(whole.save()));
    });
  });

  it('goes on identically when it is saved at any moment and loaded elsewhere', () => {
    holds(({ one, draws }) => {
      const plan = planOf(one);
      const inputs = drained(one.inputs);
      const moment = Math.floor((draws[0] ?? 0) * inputs.length);
      const engine = createEngine(plan);
      feedAll(engine, inputs.slice(0, moment), plan);
      // Between two slices as well as anywhere else.
      const next = inputs[moment];
      if (next !== undefined) engine.advance(timeOf(next) ?? engine.time, 1);
      const loaded = createEngine(planAt(plan, inputs.slice(0, moment)));
      loaded.load(copied(engine.save()));
      expect(contentOf(loaded.save())).toEqual(contentOf(engine.save()));
      for (const input of inputs.slice(moment)) {
        expect(eventText([...toDeadlines(loaded, input), ...(feed(loaded, input, plan) ?? [])])).toEqual(
          eventText(feed(engine, input, plan) ?? []),
        );
      }
      expect(contentOf(loaded.save())).toEqual(contentOf(engine.save()));
    });
  });

  it('saves in slices what it was when that began, whatever comes in between', () => {
    holds(({ one, draws }) => {
      const plan = planOf(one);
      const inputs = drained(one.inputs);
      const moment = Math.floor((draws[0] ?? 0) * inputs.length);
      const engine = createEngine(plan);
      const plain = createEngine(plan);
      feedAll(engine, inputs.slice(0, moment), plan);
      feedAll(plain, inputs.slice(0, moment), plan);
      const saving = engine.saveInSlices();
      const atOnce = plain.save();
      let sliced: Snapshot | null = null;
      inputs.slice(moment).forEach((input, index) => {
        sliced ??= saving.step(Math.floor((draws[index % draws.length] ?? 0) * 4));
        const events = eventText(feed(engine, input, plan) ?? []);
        expect(events).toEqual(eventText(feed(plain, input, plan) ?? []));
      });
      sliced ??= saving.step(Number.POSITIVE_INFINITY);
      if (sliced === null) throw new Error('a snapshot without an end');
      expect(contentOf(sliced)).toEqual(contentOf(atOnce));
      expect(contentOf(engine.save())).toEqual(contentOf(plain.save()));
    });
  });

  it('is not moved by being told its rules again', () => {
    holds(({ one }) => {
      const plan = planOf(one);
      const engine = createEngine(plan);
      const told = createEngine(plan);
      const same = planOf(one);
      const inputs = drained(one.inputs);
      inputs.forEach((input, index) => {
        const again = told.replan(planAt(same, inputs.slice(0, index)));
        expect(again).toEqual([]);
        expect(eventText(feed(told, input, plan) ?? [])).toEqual(eventText(feed(engine, input, plan) ?? []));
      });
      expect(contentOf(told.save())).toEqual(contentOf(engine.save()));
    });
  });

  it('gives the same bytes each time', () => {
    holds(({ one }) => {
      const run = () => eventText(feedAll(createEngine(planOf(one)), drained(one.inputs), planOf(one)));
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
        ...(feed(prompt, input, plan) ?? []),
      ]);
      expect(eventText(events)).toEqual(eventText(feedAll(createEngine(plan), inputs, plan)));
    });
  });
});

/** The plan in force after these inputs. */
function planAt(plan: Plan, inputs: readonly EngineInput[]): Plan {
  const last = inputs.findLast((input) => input.kind === 'replan');
  return last === undefined ? plan : planWithout(plan, last.without);
}

/** Two slices of so many steps. */
function slices(engine: Engine, until: number, steps: number): AlertEvent[] {
  return [...engine.advance(until, steps), ...engine.advance(until, steps)];
}

/** Leaves out every advance that the next input makes up for; the others happen at the engine's time. */
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
