/** The anomaly kind as models use it: the contract of all scorers, then what it makes of machines that go wrong. */
import { describe, expect, test } from 'vitest';
import { anomalyKind } from '../../../models/anomaly/anomaly-kind.js';
import type { FeatureRow, Score } from '../../../models/scorer.js';
import { seededRandom } from '../../seeded-random.js';
import { testScorerContract } from '../scorer-contract.js';

const SETTINGS = anomalyKind.settings.parse({});
const warmUpOf = (features: number) => (features === 1 ? 200 : 400);

function makeScorer(features: readonly string[], setPoints: readonly string[] = []) {
  return anomalyKind.createScorer({
    settings: { ...SETTINGS, setPoints: [...setPoints] },
    features,
    instance: ['m1'],
    artefact: null,
    staleFrom: Number.POSITIVE_INFINITY,
    seed: 1,
  });
}

describe('contract, one signal', () => {
  testScorerContract({ make: () => makeScorer(['vib']), features: 1, rows: 900 });
});

describe('contract, a group', () => {
  const features = ['vib', 'temp', 'current', 'flow'];
  testScorerContract({ make: () => makeScorer(features), features: 4, rows: 900 });
});

describe('contract, a group with a set-point', () => {
  const features = ['speed', 'vib', 'temp'];
  testScorerContract({ make: () => makeScorer(features, ['speed']), features: 3, rows: 500 });
});

/** Scores of `rows` rows, ten seconds apart. */
function score(features: readonly string[], rows: number, rowAt: (index: number) => FeatureRow): Score[] {
  const scorer = makeScorer(features);
  return Array.from({ length: rows }, (_, index) => {
    const { quality, outputs } = scorer.score(index * 10_000, rowAt(index));
    return { quality, outputs: [...outputs] };
  });
}

function alarmsOf(scores: readonly Score[]): number[] {
  return scores.flatMap(({ outputs }, index) => (outputs[1] === true ? [index] : []));
}

/** About normal, by three uniform numbers. */
function noiseOf(seed: number): () => number {
  const random = seededRandom(seed);
  return () => (random() + random() + random() - 1.5) * 2;
}

test.each([
  ['one signal', ['vib'], 200],
  ['a group', ['vib', 'temp'], 400],
])('%s: a warm-up says how far it is, and nothing else', (_, features, warmUp) => {
  const noise = noiseOf(1);
  const scores = score(features, warmUp + 1, () => features.map(() => noise()));
  expect(scores[0]).toEqual({ quality: 'warmup', outputs: [null, null, null, 1 / warmUp] });
  expect(scores[warmUp - 1]).toEqual({ quality: 'warmup', outputs: [null, null, null, 1] });
  expect(scores[warmUp]?.quality).toBe('ok');
});

test.each<[string, (index: number, noise: number) => number]>([
  ['a spike', (index, noise) => (index === 1200 ? 12 : noise)],
  ['a drop', (index, noise) => (index === 1200 ? -12 : noise)],
  ['a new level', (index, noise) => noise + (index >= 1200 ? 8 : 0)],
  ['a new spread', (index, noise) => noise * (index >= 1200 ? 4 : 1)],
  ['a signal that stands still in a wave', (index, noise) => wave(Math.min(index, 1200)) + noise * 0.05],
  ['a wave that skips half a turn', (index, noise) => wave(index + (index >= 1200 ? 48 : 0)) + noise * 0.05],
])('one signal: %s is told within 60 readings', (_, valueAt) => {
  const noise = noiseOf(5);
  const alarms = alarmsOf(score(['vib'], 1300, (index) => [valueAt(index, noise())]));
  expect(alarms.some((index) => index >= 1200 && index < 1260)).toBe(true);
});

/** A turn takes 96 readings. */
function wave(index: number): number {
  return 10 * Math.sin((index * 2 * Math.PI) / 96);
}

test.each<[string, (index: number, noise: number) => number]>([
  ['noise', (_, noise) => noise],
  ['a wave', (index, noise) => wave(index) + noise * 0.05],
  ['a square wave', (index) => (index % 100 < 50 ? 1 : 0)],
  ['a constant', () => 7],
])('one signal: %s gives few alarms', (_, valueAt) => {
  const noise = noiseOf(7);
  const alarms = alarmsOf(score(['vib'], 5000, (index) => [valueAt(index, noise())]));
  expect(alarms.length).toBeLessThanOrEqual(8);
});

test('one signal: an alarm is one reading, then it rests', () => {
  const noise = noiseOf(3);
  const alarms = alarmsOf(score(['vib'], 1300, (index) => [noise() + (index >= 1200 ? 30 : 0)]));
  const late = alarms.filter((index) => index >= 1200);
  expect(late).toEqual([1200]);
});

test.each<[string, number]>([
  ['one signal', 1],
  ['a group', 3],
])('%s: another unit for good is drift, and is learnt anew', (_, width) => {
  const noise = noiseOf(11);
  const features = ['a', 'b', 'c'].slice(0, width);
  const scores = score(features, 4000, (index) =>
    features.map(() => (20 + noise()) * (index < 1000 ? 1 : 1000)),
  );
  expect(scores[999]?.quality).toBe('ok');
  const drift = scores.findIndex(({ quality }) => quality === 'drifted');
  expect(drift).toBeGreaterThan(1000);
  expect(scores[drift]?.outputs).toEqual([null, null, null, 0]);
  expect(scores[3999]?.quality).toBe('ok');
  expect(scores.slice(drift + warmUpOf(width) + 1).every(({ quality }) => quality === 'ok')).toBe(true);
});

test('the score of calm readings is the share of calm readings below', () => {
  const noise = noiseOf(13);
  for (const width of [1, 4]) {
    const features = ['a', 'b', 'c', 'd'].slice(0, width);
    const scores = score(features, 6000, () => features.map(() => noise()))
      .slice(warmUpOf(width))
      .map(({ outputs }) => outputs[0])
      .filter((it) => typeof it === 'number');
    for (const share of [0.25, 0.5, 0.75]) {
      const below = scores.filter((it) => it < share).length / scores.length;
      expect(Math.abs(below - share)).toBeLessThan(0.08);
    }
  }
});

test('one signal: while it rests, something far worse is told all the same', () => {
  const noise = noiseOf(3);
  const scores = score(['vib'], 1300, (index) => [
    noise() + (index === 1200 ? 6 : 0) + (index >= 1250 ? 500 : 0),
  ]);
  const late = alarmsOf(scores).filter((index) => index >= 1200);
  expect(late.slice(0, 2)).toEqual([1200, 1250]);
});

describe('a group', () => {
  const features = ['speed', 'load', 'heat'];
  /** Load and heat follow the speed. */
  const rowOf = (noise: () => number) => {
    const speed = noise();
    return [speed, 2 * speed + noise() * 0.2, -speed + noise() * 0.2] as const;
  };

  test('is anomalous as long as a signal is off its level, and names it', () => {
    const noise = noiseOf(17);
    const scores = score(features, 1400, (index) => {
      const [speed, load, heat] = rowOf(noise);
      return [speed, load, heat + (index >= 1000 && index < 1200 ? 8 : 0)];
    });
    const during = scores.slice(1020, 1200);
    expect(during.every(({ outputs }) => outputs[1] === true && outputs[2] === 'heat')).toBe(true);
    expect(alarmsOf(scores).filter((index) => index < 1000 || index >= 1260)).toEqual([]);
  });

  test('sees a signal that no longer follows the others, though each is where it was before', () => {
    const noise = noiseOf(19);
    const scores = score(features, 1400, (index) => {
      const [speed, load, heat] = rowOf(noise);
      return index < 1000 ? [speed, load, heat] : [speed, load, -heat];
    });
    expect(alarmsOf(scores).filter((index) => index < 1000)).toEqual([]);
    expect(alarmsOf(scores).length).toBeGreaterThan(150);
  });

  test('follows a slow drift', () => {
    const noise = noiseOf(23);
    const scores = score(features, 8000, (index) => {
      const [speed, load, heat] = rowOf(noise);
      return [speed, load, heat + index / 2000];
    });
    expect(alarmsOf(scores).length).toBeLessThan(20);
  });

  test('an unknown signal is left out; with most of them unknown nothing is said', () => {
    const noise = noiseOf(29);
    const scores = score(features, 1000, (index) => {
      const [speed, load, heat] = rowOf(noise);
      return index < 600 ? [speed, load, heat] : index < 800 ? [speed, load, null] : [speed, null, null];
    });
    expect(scores[700]).toMatchObject({ quality: 'ok' });
    expect(scores[900]).toEqual({ quality: 'range', outputs: [null, null, null, 1] });
  });
});

describe('a machine that is run in several ways', () => {
  const features = ['speed', 'vib', 'temp'];
  /** Vibration and temperature depend on the speed: 800 or 1500, changing now and then. */
  const rowAt = (index: number, noise: () => number, speed = index % 60 < 30 ? 800 : 1500) => [
    speed + noise() * 0.5,
    speed / 100 + noise() * 0.1,
    40 + speed / 50 + noise() * 0.3,
  ];
  const scoresOfMachine = (
    setPoints: readonly string[],
    change: (index: number, row: number[]) => number[],
  ) => {
    const noise = noiseOf(31);
    const scorer = makeScorer(features, setPoints);
    return Array.from({ length: 1200 }, (_, index) => {
      const { quality, outputs } = scorer.score(index * 10_000, change(index, rowAt(index, noise)));
      return { quality, outputs: [...outputs] };
    });
  };

  test('is compared with what it was like when run like this', () => {
    const odd = (index: number, [speed = 0, vib = 0, temp = 0]: number[]) =>
      index < 1000 ? [speed, vib, temp] : [speed, vib + 2, temp];
    const told = scoresOfMachine(['speed'], odd);
    expect(alarmsOf(told.slice(0, 1000))).toEqual([]);
    expect(alarmsOf(told).length).toBeGreaterThan(180);
    expect(told[1100]?.outputs[2]).toBe('vib');
  });

  test('nothing is said of a way that it was never run in', () => {
    const noise = noiseOf(37);
    const slow = (index: number, row: number[]) => (index < 1000 ? row : rowAt(index, noise, 1150));
    const scores = scoresOfMachine(['speed'], slow);
    expect(scores[999]?.quality).toBe('ok');
    expect(scores[1000]).toEqual({ quality: 'range', outputs: [null, null, null, 1] });
  });

  test('a set-point is a feature', () => {
    const issues = (setPoints: string[]) => anomalyKind.check({ ...SETTINGS, setPoints }, features);
    expect(issues(['speed'])).toEqual([]);
    expect(issues(['sped']).map(({ path }) => path)).toEqual([['setPoints', 0]]);
  });
});
