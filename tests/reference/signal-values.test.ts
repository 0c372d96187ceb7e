// What each signal is worth at a time, by the definitions of the rule reference, section 3, worked out by hand: one
// row for each side of each boundary. The reference engine is held to it, and the engine where it has the signal.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan } from '../../rules/engine.js';
import { loadRules } from '../../rules/format/load-rules.js';
import type { JsonValue, Scalar } from '../../rules/reading.js';
import { ReferenceEngine } from './reference-engine.js';

/** Seconds after midnight, with the value; `own` is the own time where it is not the arrival. */
type Came = [at: number, value: JsonValue, own?: number];

interface Row {
  name: string;
  signal: JsonValue;
  x: Came[];
  /** Seconds after midnight. */
  at: number;
  value: Scalar | null;
  /** In which the engine sees nothing. */
  gap?: [from: number, to: number];
  maxAge?: string;
}

const START = Date.UTC(2026, 0, 1);

/** The value of the signal in the event that a probe causes at that time. */
function valueIn(make: (plan: Plan) => Engine, row: Row): Scalar | null | undefined {
  const engine = make(planOf(row));
  const send = (topic: string, [at, payload, own = at]: Came) => {
    const [time, arrival] = [START + own * 1000, START + at * 1000];
    return engine.message({ topic, payload, time, arrival });
  };
  const [before, after] = [row.x.filter(([at]) => at <= (row.gap?.[0] ?? row.at)), row.x];
  for (const came of before) send('x', came);
  if (row.gap !== undefined) engine.gap(START + row.gap[0] * 1000, START + row.gap[1] * 1000);
  for (const came of after.slice(before.length)) send('x', came);
  return send('probe', [row.at, 1]).at(-1)?.values['v'];
}

/** Both engines, or the reference alone where the other has not got the signal yet. */
function enginesFor(row: Row): ((plan: Plan) => Engine)[] {
  const isBuilt = loadRules([fileOf(row)]).issues.length === 0;
  return [(plan) => new ReferenceEngine(plan), ...(isBuilt ? [createEngine] : [])];
}

function planOf(row: Row): Plan {
  const { rules, issues } = loadRules([fileOf(row)], { allowAll: true });
  expect(issues).toEqual([]);
  return { rules };
}

function fileOf({ signal, maxAge }: Row): { path: string; text: string } {
  const x = maxAge === undefined ? 'x' : { topic: 'x', maxAge };
  const rule = {
    id: 'r',
    inputs: { x, probe: 'probe' },
    let: { v: signal },
    when: { value: 'probe', above: 0 },
  };
  return { path: 'rules/r.json', text: JSON.stringify(rule) };
}

function table(rows: readonly Row[]): void {
  it.each(rows)('$name', (row) => {
    for (const make of enginesFor(row)) {
      const value = valueIn(make, row);
      if (typeof row.value === 'number') expect(value).toBeCloseTo(row.value, 9);
      else expect(value).toBe(row.value);
    }
  });
}

const COUNT: Came[] = [
  [0, 1],
  [1, 2],
  [2, 4],
  [3, 8],
];

describe('statistics', () => {
  table([
    { name: 'a median of an even number', signal: { median: 'x', over: 4 }, x: COUNT, at: 3, value: 3 },
    { name: 'a percentile between ranks', signal: { p25: 'x', over: 4 }, x: COUNT, at: 3, value: 1.75 },
    { name: 'a high percentile', signal: { 'p99.9': 'x', over: 4 }, x: COUNT, at: 3, value: 7.988 },
    { name: 'a percentile of one', signal: { p90: 'x', over: 1 }, x: COUNT, at: 3, value: 8 },
    { name: 'a root mean square', signal: { rms: 'x', over: 2 }, x: COUNT, at: 3, value: 40 ** 0.5 },
    { name: 'a median deviation', signal: { mad: 'x', over: 4 }, x: COUNT, at: 3, value: 1.5 },
    { name: 'a population variance', signal: { variance: 'x', over: 2 }, x: COUNT, at: 3, value: 4 },
    { name: 'a score against the others', signal: { zscore: 'x', over: 3 }, x: COUNT, at: 3, value: 5 },
    {
      name: 'no score against one other',
      signal: { zscore: 'x', over: 2 },
      x: COUNT,
      at: 3,
      value: null,
    },
    {
      name: 'no score against others all equal',
      signal: { zscore: 'x', over: 3 },
      x: [
        [0, 1],
        [1, 1],
        [2, 4],
      ],
      at: 2,
      value: null,
    },
    {
      name: 'distinct values of texts',
      signal: { distinct: 'x', over: 9 },
      x: [
        [0, 'a'],
        [1, 'b'],
        [2, 'a'],
      ],
      at: 2,
      value: 2,
    },
    {
      name: 'a mean that halves its distance in each half-life',
      signal: { ewma: 'x', halfLife: '10s' },
      x: [
        [0, 0],
        [10, 8],
        [30, 8],
      ],
      at: 30,
      value: 7,
    },
    { name: 'nothing numeric of texts', signal: { max: 'x', over: 9 }, x: [[0, 'a']], at: 0, value: null },
    { name: 'nothing of nothing', signal: { max: 'x', over: '10s' }, x: [[0, 1]], at: 10, value: null },
    { name: 'a sum of nothing', signal: { sum: 'x', over: '10s' }, x: [[0, 1]], at: 10, value: 0 },
  ]);
});

describe('lines', () => {
  const rising: Came[] = [
    [0, 0],
    [10, 10],
  ];
  table([
    { name: 'a slope a minute', signal: { slope: 'x', over: '1m', per: '1m' }, x: rising, at: 15, value: 60 },
    {
      name: 'no slope at one time',
      signal: { slope: 'x', over: '1m' },
      x: [
        [5, 1],
        [5, 2],
      ],
      at: 5,
      value: null,
    },
    {
      name: 'a prediction from the last reading, held in between',
      signal: { predict: 'x', over: '1m', ahead: '5s' },
      x: rising,
      at: 20,
      value: 15,
    },
    {
      name: 'a prediction anew when a reading leaves',
      signal: { predict: 'x', over: '20s', ahead: '5s' },
      x: [...rising, [15, 15]],
      at: 20,
      value: 25,
    },
    {
      name: 'the time to a limit from below',
      signal: { timeTo: 'x', over: '1m', limit: 30 },
      x: rising,
      at: 10,
      value: 20,
    },
    { name: 'none at it', signal: { timeTo: 'x', over: '1m', limit: 10 }, x: rising, at: 10, value: 0 },
    {
      name: 'unknown when it moves away',
      signal: { timeTo: 'x', over: '1m', limit: 5, from: 'above' },
      x: rising,
      at: 10,
      value: null,
    },
    {
      name: 'unknown when it is flat',
      signal: { timeTo: 'x', over: '1m', limit: 5 },
      x: [
        [0, 1],
        [10, 1],
      ],
      at: 10,
      value: null,
    },
  ]);
});

describe('aligned windows', () => {
  table([
    {
      name: 'are unknown before a boundary',
      signal: { sum: 'x', every: '10s' },
      x: [[1, 1]],
      at: 9,
      value: null,
    },
    { name: 'close at it', signal: { sum: 'x', every: '10s' }, x: [[1, 1]], at: 10, value: 1 },
    {
      name: 'take a reading of their start and none of their end',
      signal: { sum: 'x', every: '10s' },
      x: [
        [1, 1],
        [10, 2],
        [19, 4],
        [20, 8],
      ],
      at: 20,
      value: 6,
    },
    {
      name: 'do not change when they have closed',
      signal: { sum: 'x', every: '10s' },
      x: [
        [1, 1],
        [12, 2, 8],
      ],
      at: 15,
      value: 1,
    },
    {
      name: 'longer than they are apart',
      signal: { sum: 'x', over: '20s', every: '10s' },
      x: [
        [1, 1],
        [11, 2],
        [21, 4],
      ],
      at: 35,
      value: 6,
    },
    {
      name: 'full when their first reading is as old as their length at the boundary',
      signal: { sum: 'x', over: '10s', every: '10s', full: true },
      x: [
        [9, 1, 1],
        [12, 4, 10],
      ],
      at: 20,
      value: 4,
    },
    {
      name: 'not full a millisecond before',
      signal: { sum: 'x', over: '10s', every: '10s', full: true },
      x: [[11, 1, 10.001]],
      at: 20,
      value: null,
    },
    {
      name: 'by local hours that are not whole ones of UTC',
      signal: { sum: 'x', every: '1h', timezone: 'Asia/Kolkata' },
      x: [
        [60, 1],
        [1799, 2],
        [1800, 4],
      ],
      at: 1800,
      value: 3,
    },
    {
      name: 'of which a gap closes the last',
      signal: { sum: 'x', every: '10s' },
      x: [
        [1, 1],
        [21, 4],
      ],
      gap: [5, 21],
      at: 25,
      value: 0,
    },
  ]);
});

describe('sessions', () => {
  const signal = { sum: 'x', session: '10s' };
  table([
    {
      name: 'are unknown until they close',
      signal,
      x: [
        [0, 1],
        [9, 2],
      ],
      at: 18,
      value: null,
    },
    {
      name: 'close at the gap after the last reading',
      signal,
      x: [
        [0, 1],
        [9, 2],
      ],
      at: 19,
      value: 3,
    },
    {
      name: 'end before a reading one gap later',
      signal,
      x: [
        [0, 1],
        [10, 2],
      ],
      at: 15,
      value: 1,
    },
    {
      name: 'close at their greatest length',
      signal: { ...signal, longest: '15s' },
      x: [
        [0, 1],
        [9, 2],
        [14, 4],
      ],
      at: 15,
      value: 7,
    },
    {
      name: 'open anew at their greatest length',
      signal: { ...signal, longest: '15s' },
      x: [
        [0, 1],
        [9, 2],
        [15, 4],
      ],
      at: 25,
      value: 4,
    },
    { name: 'move with a gap', signal, x: [[0, 1]], gap: [5, 100], at: 104, value: null },
  ]);
});

describe('runs', () => {
  const signal = { sum: 'x', during: { value: 'x', above: 10 } };
  table([
    { name: 'are unknown before the first', signal, x: [[0, 1]], at: 5, value: null },
    {
      name: 'begin with the reading that begins them',
      signal,
      x: [
        [0, 1],
        [1, 20],
      ],
      at: 5,
      value: 20,
    },
    {
      name: 'end without the one that ends them',
      signal,
      x: [
        [1, 20],
        [2, 30],
        [3, 5],
      ],
      at: 5,
      value: 50,
    },
    {
      name: 'are held until the next',
      signal,
      x: [
        [1, 20],
        [3, 5],
        [4, 6],
        [5, 40],
      ],
      at: 5,
      value: 40,
    },
    {
      name: 'stand still while their condition is unknown',
      signal,
      x: [
        [1, 20],
        [2, 'a'],
        [3, 30],
      ],
      at: 5,
      value: 50,
    },
  ]);
});

describe('time-weighted functions', () => {
  table([
    {
      name: 'weigh values by how long they hold',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 0],
        [45, 8],
      ],
      at: 60,
      value: 2,
    },
    {
      name: 'take the value that entered before the window',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 4],
        [90, 0],
      ],
      at: 120,
      value: 2,
    },
    {
      name: 'are the value itself at first',
      signal: { timeAvg: 'x', over: '60s' },
      x: [[5, 7]],
      at: 5,
      value: 7,
    },
    {
      name: 'hold between ticks',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 0],
        [1, 2],
      ],
      at: 2.9,
      value: 1,
    },
    {
      name: 'do not count a value that is too old',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 4],
        [50, 0],
      ],
      maxAge: '10s',
      at: 60,
      value: 2,
    },
    {
      name: 'do not count a gap',
      signal: { timeAvg: 'x', over: '60s' },
      x: [
        [0, 4],
        [50, 0],
      ],
      gap: [10, 50],
      at: 60,
      value: 2,
    },
    {
      name: 'integrate per unit',
      signal: { integral: 'x', over: '60s', per: '1m' },
      x: [[0, 6]],
      at: 30,
      value: 3,
    },
    { name: 'integrate nothing to 0', signal: { integral: 'x', over: '60s' }, x: [[0, 6]], at: 0, value: 0 },
    {
      name: 'tell the share of time that is not zero',
      signal: { duty: 'x', over: '60s' },
      x: [
        [0, true],
        [15, false],
      ],
      at: 60,
      value: 0.25,
    },
    {
      name: 'end at the last reading of a session',
      signal: { timeAvg: 'x', session: '20s' },
      x: [
        [0, 2],
        [10, 4],
        [15, 90],
      ],
      at: 35,
      value: 40 / 15,
    },
    {
      name: 'end with their run',
      signal: { integral: 'x', during: { value: 'x', above: 10 } },
      x: [
        [0, 20],
        [10, 5],
        [30, 6],
      ],
      at: 40,
      value: 200,
    },
  ]);
});
