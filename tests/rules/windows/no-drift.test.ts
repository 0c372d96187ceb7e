// Aim: after a month of readings a window says what its readings say, to the last few bits: nothing is left of what has gone.
// Method: a reading a minute, far outliers among them; each value beside whole numbers of any size, which are exact.
import { expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { seededRandom } from '../../seeded-random.js';

const MONTH_MINUTES = 30 * 24 * 60;
const MINUTE_MS = 60_000;
/** Readings in a window of an hour. */
const SIZE = 60;
/** Values are multiples of 1/1024, so that they are whole numbers times that. */
const UNIT = 1024;
/** Running sums that add and subtract would be wrong by a millionth after a few of these. */
const OUTLIER = 2 ** 38;

const FUNCTIONS = [
  'sum',
  'avg',
  'variance',
  'stddev',
  'rms',
  'slope',
  'timeAvg',
  'integral',
  'increase',
  'median',
];

function engine() {
  const emit = Object.fromEntries(FUNCTIONS.map((name) => [name, { [name]: 'x', over: '1h' }]));
  const view = { id: 'v', inputs: { x: 'f/{m}/x' }, emit };
  const loaded = loadRules([{ path: 'views/v.json', text: JSON.stringify(view) }]);
  expect(loaded.issues).toEqual([]);
  return createEngine(loaded.plan);
}

/** A quotient of whole numbers, as near as a number can be. */
function quotient(above: bigint, below: bigint): number {
  const scale = 2n ** 80n;
  return Number((above * scale) / below) / 2 ** 80;
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** What the last readings come to; `units` are one more: the reading before the window. */
function exact(units: readonly bigint[]): Record<string, number> {
  const window = units.slice(1);
  const n = BigInt(window.length);
  const one = BigInt(UNIT);
  const sum = sumOf(window);
  const squares = sumOf(window.map((value) => value * value));
  const variance = quotient(n * squares - sum * sum, n * n * one * one);
  const minutes = window.map((_, i) => BigInt(i));
  const products = sumOf(window.map((value, i) => value * BigInt(i)));
  const spread = n * sumOf(minutes.map((i) => i * i)) - sumOf(minutes) ** 2n;
  // The value of before the window holds until its first reading, which comes a minute after its beginning.
  const held = sumOf(units.slice(0, -1));
  const rises = sumOf(
    window.map((value, i) => {
      const before = units[i] ?? 0n;
      return value >= before ? value - before : value > 0n ? value : 0n;
    }),
  );
  const sorted = window.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    sum: quotient(sum, one),
    avg: quotient(sum, n * one),
    variance,
    stddev: Math.sqrt(variance),
    rms: Math.sqrt(quotient(squares, n * one * one)),
    slope: quotient(n * products - sumOf(minutes) * sum, spread * one * 60n),
    timeAvg: quotient(held, n * one),
    integral: quotient(held * 60n, one),
    increase: quotient(rises, one),
    median: quotient(sumOf(sorted.slice(29, 31)), 2n * one),
  };
}

it('a month leaves nothing behind', () => {
  const random = seededRandom(7);
  const run = engine();
  const units: bigint[] = [];
  let checked = 0;
  for (let minute = 0; minute < MONTH_MINUTES; minute++) {
    const isFar = random() < 0.005;
    const value = isFar ? OUTLIER * (random() - 0.5) : 20 + random();
    const unit = Math.round(value * UNIT);
    units.push(BigInt(unit));
    if (units.length > SIZE + 1) units.shift();
    run.message({
      topic: 'f/a/x',
      payload: unit / UNIT,
      time: minute * MINUTE_MS,
      arrival: minute * MINUTE_MS,
    });
    if (minute % 97 !== 0 || units.length <= SIZE) continue;
    const [row] = run.rows('view', 'v');
    for (const [name, expected] of Object.entries(exact(units))) {
      const got = row?.values[name];
      // What is small beside an outlier in the same window may have its digits cut off by that.
      const scale = Math.max(Math.abs(expected), ...units.map((one) => Math.abs(Number(one)) / UNIT));
      const tolerance =
        name === 'variance' ? 1e-12 * scale * scale : 1e-12 * scale * (name === 'integral' ? 3600 : SIZE);
      expect(Math.abs(Number(got) - expected), `${name} at ${minute}: ${got}, not ${expected}`).toBeLessThan(
        tolerance,
      );
    }
    checked++;
  }
  expect(checked).toBeGreaterThan(400);
});
