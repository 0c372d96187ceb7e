// Rules that use the same window on the same input share it. Method: what takes the readings of a series is counted.
import { expect, it } from 'vitest';
import { RuleEngine } from '../../../rules/engine/rule-engine.js';
import type { JsonValue } from '../../../rules/reading.js';
import { at, planOf } from '../engine/engine-fixture.js';

type Signals = Readonly<Record<string, JsonValue>>;

/** Windows and means over `f/a/x` when a rule for each of these has an instance there. */
function takersOf(...rules: readonly Signals[]): number {
  const engine = new RuleEngine(planOf(...rules.map((lets, index) => ({ id: `r${index}`, let: lets }))));
  engine.message(at(0, 'f/a/x', 1));
  return [...engine.binder.sources()].reduce((sum, { sinks }) => sum + sinks.length, 0);
}

const avg = { avg: 'x', over: '1m' };

it.each<[name: string, takers: number, ...rules: Signals[]]>([
  ['ten rules, one window', 1, ...Array.from({ length: 10 }, () => ({ a: avg }))],
  ['several functions over it', 1, { a: avg }, { a: { max: 'x', over: '1m' }, b: { p95: 'x', over: '60s' } }],
  [
    'with another minimum, or only when full',
    1,
    { a: avg },
    { a: { ...avg, minCount: 3 }, b: { ...avg, full: true } },
  ],
  ['in an expression', 1, { a: avg }, { a: "avg(x, '1m') * 2" }],
  ['by another name of the input', 1, { a: avg }, { alias: 'x', a: { avg: 'alias', over: '1m' } }],
  ['another length', 2, { a: avg }, { a: { avg: 'x', over: '2m' } }],
  ['another sort of window', 2, { a: avg }, { a: { avg: 'x', every: '1m' } }],
  ['the same readings only', 2, { a: avg }, { a: { ...avg, where: { above: 1 } } }],
  ['weighed by time', 1, { a: avg }, { a: { timeAvg: 'x', over: '1m' }, b: { duty: 'x', over: '1m' } }],
  [
    'means of one half-life',
    2,
    { a: { ewma: 'x', halfLife: '1m' } },
    { a: { ewma: 'x', halfLife: '1m' }, b: { ewma: 'x', halfLife: '2m' } },
  ],
])('%s', (_name, takers, ...rules) => {
  expect(takersOf(...rules)).toBe(takers);
});
