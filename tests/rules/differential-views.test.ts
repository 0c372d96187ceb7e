// Views against recomputation: random rules with a view of the same inputs and signals beside each. After every input a
// row must hold what the naive engine works out for the rule's instance; with `every`, what it worked out at the last
// boundary. And what must make no difference to the engine makes none where rules read views.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Row } from '../../rules/engine.js';
import { copied, eventText, toDeadlines } from '../reference/engine-runs.js';
import { randomCase } from '../reference/random-case.js';
import { ROUNDED_LET } from '../reference/random-rule.js';
import { ReferenceEngine } from '../reference/reference-engine.js';
import { drained, feed, forAllCases, runsOf, timeoutFor } from '../reference/run-case.js';
import { readingViews, type ViewCase, viewCaseText, viewPlanOf, withViews } from '../reference/view-case.js';

const RUNS = 25;
const EVERY_MS = 30_000;
/** What one right engine may be apart from another where sums of squares or quotients are involved. */
const TOLERANCE = 1e-9;

const idsOf = ({ views }: ViewCase) => views.map(({ id }) => String(id));

function expectSameRows(actual: readonly Row[], expected: readonly Row[], where: string): void {
  const text = (rows: readonly Row[]) =>
    rows
      .map(({ labels, values }) => JSON.stringify({ labels, values: { ...values, [ROUNDED_LET]: 0 } }))
      .sort()
      .join('\n');
  // Asked some 100,000 times: `expect` only where it fails.
  if (text(actual) !== text(expected)) expect(text(actual), where).toEqual(text(expected));
  for (const { labels, values } of actual) {
    const twin = expected.find((row) => JSON.stringify(row.labels) === JSON.stringify(labels));
    const [value, wanted] = [values[ROUNDED_LET], twin?.values[ROUNDED_LET]];
    const isNear =
      typeof value === 'number' && typeof wanted === 'number'
        ? Math.abs(value - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted))
        : value === wanted;
    if (!isNear) expect(value, where).toEqual(wanted);
  }
}

/** Rows without the labels that only rules have. */
function ownLabels(rows: readonly Row[], { labels: fixed = {} }: ViewCase['rules'][number]): Row[] {
  return rows.map(({ labels, values }) => {
    const own = Object.entries(labels).filter(([name]) => !Object.hasOwn(Object(fixed), name));
    return { labels: Object.fromEntries(own), values };
  });
}

it('a row is what its readings come to, at every step', timeoutFor(RUNS), () => {
  let rowsSeen = 0;
  forAllCases(
    fc.record({ one: randomCase, cut: fc.nat(20) }),
    { runs: RUNS, textOf: ({ one, cut }) => `${viewCaseText(withViews(one, null))}\n${cut}` },
    ({ one: random, cut }) => {
      const one = withViews(random, null);
      const plan = viewPlanOf(one);
      let engine = createEngine(plan);
      const reference = new ReferenceEngine({ rules: plan.rules });
      drained(one.inputs).forEach((input, index) => {
        if (index === cut) engine = reloaded(engine, () => createEngine(plan));
        feed(engine, input, plan);
        feed(reference, input, plan);
        idsOf(one).forEach((id, at) => {
          const rows = engine.rows('view', id);
          rowsSeen += rows.length;
          const rule = one.rules[at] ?? {};
          expectSameRows(rows, ownLabels(reference.rows('view', id), rule), `${id} after input ${index}`);
        });
      });
    },
  );
  expect(rowsSeen).toBeGreaterThan(10 * runsOf(RUNS));
});

it('with `every` a row is what they came to at the last boundary', timeoutFor(RUNS), () => {
  forAllCases(randomCase, { runs: RUNS, textOf: (one) => viewCaseText(withViews(one, '30s')) }, (random) => {
    const one = withViews(random, '30s');
    const plan = viewPlanOf(one);
    const engine = createEngine(plan);
    const reference = new ReferenceEngine({ rules: plan.rules });
    const taken = new Map<string, readonly Row[]>();
    const inputs = drained(one.inputs).filter(({ kind }) => kind !== 'offset' && kind !== 'gap');
    for (const input of inputs) {
      const until =
        input.kind === 'message' ? input.message.arrival : input.kind === 'advance' ? input.time : null;
      for (let at = nextBoundary(reference.time); until !== null && at <= until; at += EVERY_MS) {
        reference.advance(at);
        for (const id of idsOf(one)) taken.set(id, structuredClone(reference.rows('view', id)));
      }
      feed(reference, input, plan);
      feed(engine, input, plan);
      idsOf(one).forEach((id, at) => {
        const rows = engine.rows('view', id);
        const known = ownLabels(taken.get(id) ?? [], one.rules[at] ?? {});
        const expected = rows.map(
          (row) =>
            known.find(({ labels }) => JSON.stringify(labels) === JSON.stringify(row.labels)) ?? unknown(row),
        );
        expectSameRows(rows, expected, `${id} after ${JSON.stringify(input)}`);
      });
    }
  });
});

it(
  'rules that read views do so alike, however often time passes and wherever it is restarted',
  timeoutFor(RUNS),
  () => {
    let events = 0;
    forAllCases(
      fc.record({ one: randomCase, every: fc.constantFrom(null, '20s'), cut: fc.nat(20) }),
      {
        runs: RUNS,
        textOf: ({ one, every, cut }) => `${viewCaseText(readingViews(withViews(one, every)))}\n${cut}`,
      },
      ({ one: random, every, cut }) => {
        const one = readingViews(withViews(random, every));
        const plan = viewPlanOf(one);
        const sparse = createEngine(plan);
        let dense = createEngine(plan);
        drained(one.inputs).forEach((input, index) => {
          if (index === cut) {
            dense = reloaded(dense, () => createEngine(plan));
            expect(copied(dense.save())).toEqual(copied(sparse.save()));
            expect(dense.replan(viewPlanOf(one))).toEqual([]);
          }
          const expected = feed(sparse, input, plan) ?? [];
          const actual = [...toDeadlines(dense, input), ...(feed(dense, input, plan) ?? [])];
          expect(eventText(actual)).toEqual(eventText(expected));
          events += expected.length;
        });
      },
    );
    expect(events).toBeGreaterThan(runsOf(RUNS));
  },
);

function reloaded(engine: Engine, create: () => Engine): Engine {
  const loaded = create();
  loaded.load(copied(engine.save()));
  return loaded;
}

/** The boundaries after a time; none before there is one. */
function nextBoundary(time: number): number {
  return Number.isFinite(time) ? (Math.floor(time / EVERY_MS) + 1) * EVERY_MS : Number.POSITIVE_INFINITY;
}

function unknown({ labels, values }: Row): Row {
  return { labels, values: Object.fromEntries(Object.keys(values).map((name) => [name, null])) };
}
