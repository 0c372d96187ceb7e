/**
 * What every scorer keeps to, whatever it learns: a score is a function of the rows before it and of nothing else. Each
 * kind of model runs this suite with scorers of its own; rows come from a generator with a seed.
 */
import { expect, test } from 'vitest';
import type { FeatureRow, Score, Scorer } from '../../models/scorer.js';
import { seededRandom } from '../seeded-random.js';

export interface ScorerSubject {
  /** Makes a scorer at the beginning of its life, with so many features. */
  readonly make: () => Scorer;
  readonly features: number;
  /** Rows after which the warm-up is over, with some to spare. */
  readonly rows: number;
}

interface TimedRow {
  readonly time: number;
  readonly row: FeatureRow;
}

const START = Date.UTC(2026, 0, 5);
const STEP_MS = 10_000;

export function testScorerContract({ make, features, rows }: ScorerSubject): void {
  const life = livelyLife(features, rows);

  test('every score is sound, and some are more than a warm-up', () => {
    const scores = scoresOf(make(), life);
    expect(scores.filter((score) => !isSound(score))).toEqual([]);
    expect(scores.some(({ quality }) => quality === 'ok')).toBe(true);
  });

  const whole = linesOf(make(), life);

  test.each([1, 7, Math.floor(rows / 3), Math.floor(rows / 2), rows - 40, rows - 3])(
    'saved and loaded after row %i it goes on as if nothing had happened',
    (cut) => {
      const first = make();
      linesOf(first, life.slice(0, cut));
      const saved = structuredClone(first.save());
      // What was saved is a copy: the scorer that goes on does not change it.
      linesOf(first, life.slice(cut));
      const loaded = make();
      loaded.load(saved);
      expect(linesOf(loaded, life.slice(cut))).toEqual(whole.slice(cut));
    },
  );

  test('a scorer that has lived takes the state of another', () => {
    const half = rows >> 1;
    const saved = make();
    linesOf(saved, life.slice(0, half));
    const lived = make();
    linesOf(lived, livelyLife(features, rows, 7));
    lived.load(structuredClone(saved.save()));
    expect(linesOf(lived, life.slice(half))).toEqual(whole.slice(half));
  });

  test('rows that follow change no score', () => {
    for (const length of [rows >> 2, rows >> 1])
      expect(linesOf(make(), life.slice(0, length))).toEqual(whole.slice(0, length));
  });

  test('the same rows at other times give the same scores', () => {
    for (const byMs of [1_234_567_000, -START]) {
      const shifted = life.map(({ time, row }) => ({ time: time + byMs, row }));
      expect(linesOf(make(), shifted)).toEqual(whole);
    }
  });

  test('another instance changes no score', () => {
    const other = make();
    const own = make();
    const strange = livelyLife(features, rows, 99);
    const lines = life.map((timed, index) => {
      const theirs = strange[index] ?? timed;
      other.score(theirs.time, theirs.row);
      return lineOf(own.score(timed.time, timed.row));
    });
    expect(lines).toEqual(whole);
  });

  test.each(Object.entries(ODDITIES))('%s: an answer with a quality, and no NaN', (_, alter) => {
    const odd = life.map(({ time, row }, index) => alter({ time, row }, index, rows));
    expect(scoresOf(make(), odd).filter((score) => !isSound(score))).toEqual([]);
  });
}

/** What happens to rows on their way from a machine. */
const ODDITIES: Readonly<Record<string, (timed: TimedRow, index: number, rows: number) => TimedRow>> = {
  'duplicate stamps': ({ time, row }, index) => ({ time: time - (index % 5) * STEP_MS, row }),
  'one stamp for all': ({ row }) => ({ time: START, row }),
  'gaps of a day': ({ time, row }, index) => ({ time: time + Math.floor(index / 97) * 86_400_000, row }),
  'a slower rhythm for good': ({ time, row }, index, rows) => ({
    time: index < rows / 2 ? time : time + (index - rows / 2) * 600_000,
    row,
  }),
  constants: ({ time, row }) => ({ time, row: row.map(() => 21.5) }),
  zeros: ({ time, row }) => ({ time, row: row.map(() => 0) }),
  'a constant that moves once': ({ time, row }, index, rows) => ({
    time,
    row: row.map(() => (index === rows - 20 ? 4.2 : 4)),
  }),
  'huge values': ({ time, row }, index) => ({
    time,
    row: row.map((value) => (index % 3 === 0 ? Number.MAX_VALUE : -Number.MAX_VALUE) * sign(value)),
  }),
  'tiny values': ({ time, row }) => ({ time, row: row.map((value) => sign(value) * Number.MIN_VALUE) }),
  'values too small to square': ({ time, row }) => ({ time, row: scaled(row, 1e-200) }),
  'one wild reading': ({ time, row }, index, rows) => ({
    time,
    row: index === rows - 30 ? row.map(() => 1e300) : row,
  }),
  'another unit': ({ time, row }, index, rows) => ({ time, row: index < rows / 2 ? row : scaled(row, 1000) }),
  'a smaller unit': ({ time, row }, index, rows) => ({
    time,
    row: index < rows / 2 ? row : scaled(row, 1e-3),
  }),
  'unknown values': ({ time, row }, index) => ({
    time,
    row: row.map((value, at) => ((index + at) % 4 === 0 ? null : value)),
  }),
  'nothing known': ({ time, row }) => ({ time, row: row.map(() => null) }),
  'a signal that falls silent': ({ time, row }, index, rows) => ({
    time,
    row: index < rows / 2 ? row : [null, ...row.slice(1)],
  }),
  booleans: ({ time, row }, index) => ({ time, row: row.map(() => index % 50 < 25) }),
  texts: ({ time, row }, index) => ({ time, row: row.map(() => (index % 2 === 0 ? 'on' : 'off')) }),
  'a number that becomes a text': ({ time, row }, index, rows) => ({
    time,
    row: index < rows / 2 ? row : row.map(() => 'broken'),
  }),
};

function isSound({ quality, outputs }: Score): boolean {
  return QUALITIES.includes(quality) && outputs.every((it) => typeof it !== 'number' || Number.isFinite(it));
}

const QUALITIES: readonly string[] = ['ok', 'warmup', 'untrained', 'stale', 'drifted', 'range'];

/** A daily wave with noise, a jump, and a stretch of stillness: something to find for every kind of model. */
export function livelyLife(features: number, rows: number, seed = 1): TimedRow[] {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  return Array.from({ length: rows }, (_, index) => {
    const jump = index > rows * 0.8 && index < rows * 0.85 ? 4 : 0;
    const isStill = index > rows * 0.9 && index < rows * 0.93;
    const row = Array.from({ length: features }, (_, signal) =>
      isStill ? 7 : 20 + signal + Math.sin(index / 30 + signal) + noise() * 0.3 + jump,
    );
    return { time: START + index * STEP_MS, row };
  });
}

export function scoresOf(scorer: Scorer, life: readonly TimedRow[]): Score[] {
  return life.map(({ time, row }) => copyOf(scorer.score(time, row)));
}

/** The same, a line a score: quicker to compare, and as exact. */
function linesOf(scorer: Scorer, life: readonly TimedRow[]): string[] {
  return life.map(({ time, row }) => lineOf(scorer.score(time, row)));
}

function lineOf(score: Score): string {
  return JSON.stringify(score);
}

/** Scores are reused by the next scoring. */
function copyOf({ quality, outputs }: Score): Score {
  return { quality, outputs: [...outputs] };
}

function scaled(row: FeatureRow, by: number): FeatureRow {
  return row.map((value) => (typeof value === 'number' ? value * by : value));
}

function sign(value: FeatureRow[number]): number {
  return typeof value === 'number' && value < 21 ? -1 : 1;
}
