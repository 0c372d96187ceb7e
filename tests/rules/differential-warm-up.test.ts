// Rules that are added while others run, taking over what an engine that had them from the beginning made of the past:
// from then on they give the events that they would have given had they been there, and the others notice nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan } from '../../rules/engine.js';
import { copied } from '../reference/engine-runs.js';
import { randomCase } from '../reference/random-case.js';
import { drained, feedAll, forAllCases, runsOf, timeoutFor } from '../reference/run-case.js';
import { type ViewCase, viewCaseText, viewPlanOf, withViews } from '../reference/view-case.js';

const RUNS = 40;

interface Addition {
  readonly one: ViewCase;
  /** Eighths of the inputs. */
  readonly at: number;
  /** How many of the rules were there before. */
  readonly before: number;
}

/** Latched alerts are left out: what nobody was told of is not latched. */
const additions: fc.Arbitrary<Addition> = fc
  .record({ random: randomCase, at: fc.integer({ min: 1, max: 8 }), before: fc.nat(2) })
  .map(({ random, ...rest }) => {
    const one = withViews(random, null);
    return { ...rest, one: { ...one, rules: one.rules.map(({ latch: _, ...rule }) => rule) } };
  });

function partOf({ rules, views = [] }: Plan, ids: ReadonlySet<string>, isIn: boolean): Plan {
  const chosen = <T extends { readonly id: string }>(all: readonly T[]) =>
    all.filter(({ id }) => ids.has(id) === isIn);
  return { rules: chosen(rules), views: chosen(views) };
}

/** Its episodes began otherwise: all but what goes by that. */
function textOf(events: readonly AlertEvent[]): string[] {
  return events.map(({ episode: _, message: _m, ...event }) => JSON.stringify(event));
}

function asText(value: unknown): string {
  return JSON.stringify(value);
}

/** What the alerts of rules are, by their labels. */
function stateOf(engine: Engine, { rules, views = [] }: Plan): unknown[] {
  const alerts = rules.flatMap(({ id }) =>
    engine.instances(id).map(({ labels, state, severity, due }) => ({ id, labels, state, severity, due })),
  );
  return [...alerts, ...views.map(({ id }) => engine.rows('view', id))];
}

it('they give what they would have given', timeoutFor(RUNS), () => {
  let fired = 0;
  forAllCases(
    additions,
    { runs: RUNS, textOf: ({ one, at, before }) => `${viewCaseText(one)}\n${at} ${before}` },
    ({ one, at, before }) => {
      const plan = viewPlanOf(one);
      const there = new Set(plan.rules.slice(0, before).map(({ id }) => id));
      const added = partOf(plan, there, false);
      const inputs = drained(one.inputs);
      const place = Math.floor((inputs.length * at) / 8);
      const past = inputs.slice(0, place);

      const whole = createEngine(plan);
      const late = createEngine(partOf(plan, there, true));
      const beside = createEngine(added);
      feedAll(whole, past, plan);
      feedAll(late, past, plan);
      feedAll(beside, past, plan);
      const warmed = createEngine(added);
      warmed.load(copied(beside.save()));
      whole.advance(whole.time);
      late.advance(late.time);

      const swap = late.replan(plan, warmed);
      expect(stateOf(late, plan)).toEqual(stateOf(whole, plan));
      const firing = added.rules.flatMap(({ id }) =>
        whole
          .instances(id)
          .flatMap(({ labels, state, severity }) => (state === 'firing' ? [{ id, labels, severity }] : [])),
      );
      const told = swap.flatMap(({ rule, labels, severity, event }) =>
        event === 'firing' ? [{ id: rule, labels, severity }] : [],
      );
      expect(told.map(asText).sort()).toEqual(firing.map(asText).sort());
      expect(swap.every(({ event }) => event === 'firing' || event === 'pending')).toBe(true);
      fired += firing.length;

      const next = inputs.slice(place);
      expect(textOf(feedAll(late, next, plan))).toEqual(textOf(feedAll(whole, next, plan)));
      expect(stateOf(late, plan)).toEqual(stateOf(whole, plan));
    },
  );
  // Cases in which nothing fires at the swap show little.
  expect(fired).toBeGreaterThan(runsOf(RUNS) / 8);
});
