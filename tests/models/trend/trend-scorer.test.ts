/** The trend kind as models use it: the contract of all scorers, then forecasts of lines whose crossing is known. */
import { describe, expect, test } from 'vitest';
import type { FeatureRow, Score, Scorer } from '../../../models/scorer.js';
import { trendKind } from '../../../models/trend/trend-kind.js';
import { seededRandom } from '../../seeded-random.js';
import { testScorerContract } from '../scorer-contract.js';

const HOUR_MS = 3_600_000;

describe('contract', () => {
  testScorerContract({ make: () => makeScorer({ limit: 30 }), features: 1, rows: 900 });
});

function makeScorer(
  settings: Readonly<Record<string, unknown>>,
  features: readonly string[] = ['vib'],
): Scorer {
  const staleFrom = Number.POSITIVE_INFINITY;
  const parsed = trendKind.settings.parse(settings);
  return trendKind.createScorer({
    settings: parsed,
    features,
    instance: [],
    artefact: null,
    staleFrom,
    seed: 1,
  });
}

interface Named {
  readonly quality: Score['quality'];
  readonly timeToLimit: number;
  readonly low: number;
  readonly high: number;
  readonly slope: number;
  readonly significant: boolean;
}

/** The last score after hourly rows. NaN stands for unknown. */
function lastScore(scorer: Scorer, rows: number, rowAt: (hour: number) => FeatureRow): Named {
  let score = scorer.score(0, rowAt(0));
  for (let hour = 1; hour < rows; hour++) score = scorer.score(hour * HOUR_MS, rowAt(hour));
  const number = (index: number) => Number(score.outputs[index] ?? Number.NaN);
  return {
    quality: score.quality,
    timeToLimit: number(0),
    low: number(1),
    high: number(2),
    slope: number(3),
    significant: score.outputs[4] === true,
  };
}

function noiseOf(seed: number): () => number {
  const random = seededRandom(seed);
  return () => (random() + random() + random() - 1.5) * 2;
}

test.each<[string, number, (hour: number) => number]>([
  ['from below', 10, (hour) => 2 + hour / 50],
  ['from above', 2, (hour) => 10 - hour / 50],
])('a line that comes %s reaches the limit when it does', (_, limit, valueAt) => {
  const noise = noiseOf(1);
  const last = lastScore(makeScorer({ limit }), 300, (hour) => [valueAt(hour) + noise() * 0.05]);
  expect(last).toMatchObject({ quality: 'ok', significant: true });
  // It is there in hour 400, 101 hours from now.
  expect(Math.abs(last.timeToLimit / 3600 - 101)).toBeLessThan(10);
  expect(last.low).toBeLessThan(101 * 3600);
  expect(last.high).toBeGreaterThan(101 * 3600);
  expect(Math.abs(last.slope)).toBeCloseTo(1 / 50 / 3600, 6);
});

test('the interval holds the true time nine times of ten', () => {
  let held = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const noise = noiseOf(seed);
    const last = lastScore(makeScorer({ limit: 10 }), 200, (hour) => [2 + hour / 40 + noise() * 0.4]);
    if (last.low <= 121 * 3600 && last.high >= 121 * 3600) held++;
  }
  expect(held / 40).toBeGreaterThan(0.8);
});

test.each<[string, (hour: number, noise: number) => number]>([
  ['noise', (_, noise) => noise],
  ['a constant', () => 4],
  ['a trend away from the limit', (hour, noise) => -hour / 20 + noise * 0.1],
  ['a trend that would take for ever', (hour, noise) => hour / 5000 + noise * 0.01],
  ['a level that jumped', (hour, noise) => noise * 0.1 + (hour > 150 ? 4 : 0)],
])('%s gives no time', (_, valueAt) => {
  const noise = noiseOf(3);
  const last = lastScore(makeScorer({ limit: 10 }), 200, (hour) => [valueAt(hour, noise())]);
  expect(last.quality).toBe('ok');
  expect(last.timeToLimit).toBeNaN();
});

test('noise seldom makes a trend', () => {
  const noise = noiseOf(5);
  const scorer = makeScorer({ limit: 10 });
  let significant = 0;
  for (let hour = 0; hour < 1500; hour++) {
    if (scorer.score(hour * HOUR_MS, [noise()]).outputs[4] === true) significant++;
  }
  expect(significant / 1500).toBeLessThan(0.02);
});

test('one wild reading in twenty does not move the line', () => {
  const noise = noiseOf(7);
  const last = lastScore(makeScorer({ limit: 10 }), 300, (hour) => [
    hour % 20 === 7 ? 500 : 2 + hour / 50 + noise() * 0.05,
  ]);
  expect(Math.abs(last.timeToLimit / 3600 - 101)).toBeLessThan(15);
});

test('wear that starts late is seen in the last part of the history', () => {
  const noise = noiseOf(9);
  const last = lastScore(makeScorer({ limit: 10 }), 1000, (hour) => [
    2 + Math.max(0, hour - 800) / 50 + noise() * 0.05,
  ]);
  // There in hour 1200.
  expect(Math.abs(last.timeToLimit / 3600 - 201)).toBeLessThan(60);
});

test('beyond the limit there is no time left', () => {
  const last = lastScore(makeScorer({ limit: 10 }), 600, (hour) => [2 + hour / 50]);
  expect(last).toMatchObject({ quality: 'ok', timeToLimit: 0, low: 0, high: 0 });
});

test('between two blocks time goes on', () => {
  const scorer = makeScorer({ limit: 10, over: '64h' });
  for (let second = 0; second < 400_000; second += 100) scorer.score(second * 1000, [2 + second / 100_000]);
  const first = Number(scorer.score(400_000_000, [6]).outputs[0]);
  const second = Number(scorer.score(400_100_000, [6]).outputs[0]);
  expect(first - second).toBeCloseTo(100, 6);
});

test('after maintenance the history begins anew', () => {
  const scorer = makeScorer({ limit: 10 });
  lastScore(scorer, 300, (hour) => [2 + hour / 50]);
  scorer.mark(300 * HOUR_MS, 'maintenance');
  expect(scorer.score(300 * HOUR_MS, [2])).toEqual({
    quality: 'warmup',
    outputs: [null, null, null, null, null],
  });
});

test('a jump for good is drift until there is a new history', () => {
  const noise = noiseOf(11);
  const scorer = makeScorer({ limit: 1000 });
  const qualities = Array.from(
    { length: 400 },
    (_, hour) => scorer.score(hour * HOUR_MS, [(20 + noise()) * (hour < 200 ? 1 : 10)]).quality,
  );
  expect(qualities[199]).toBe('ok');
  expect(qualities.slice(200)).toContain('drifted');
  expect(qualities[399]).toBe('ok');
});

test('a value that is no number is out of range', () => {
  const scorer = makeScorer({ limit: 10 });
  lastScore(scorer, 50, (hour) => [hour / 50]);
  for (const value of [null, 'broken', true]) {
    expect(scorer.score(50 * HOUR_MS, [value]).quality).toBe('range');
  }
});

test('which feature has the limit must be clear', () => {
  const issues = (settings: Readonly<Record<string, unknown>>, features: readonly string[]) =>
    trendKind.check(trendKind.settings.parse(settings), features).map(({ path }) => path.join('.'));
  expect(issues({ limit: 1 }, ['vib'])).toEqual([]);
  expect(issues({ limit: 1 }, ['vib', 'temp'])).toEqual(['feature']);
  expect(issues({ limit: 1, feature: 'temp' }, ['vib', 'temp'])).toEqual([]);
  expect(issues({ limit: 1, feature: 'heat' }, ['vib', 'temp'])).toEqual(['feature']);
  const second = lastScore(makeScorer({ limit: 10, feature: 'temp' }, ['vib', 'temp']), 300, (hour) => [
    0,
    2 + hour / 50,
  ]);
  expect(Math.round(second.timeToLimit / 3600)).toBe(101);
});
