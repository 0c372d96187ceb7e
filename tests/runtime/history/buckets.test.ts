/**
 * Sums over equal spans are those of the readings in them, whether they are read from rollups, from what stands beside
 * chunks, or unpacked, and whatever was not stored yet. Method: random messages, late ones too, of which the last are left
 * in the journal; each span is compared with the readings of it, one by one. After the readings are gone the rollups speak.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bucket } from '../../../runtime/history/buckets.js';
import type { HistorySettings } from '../../../runtime/history/history-settings.js';
import { type Summary, summaryOf } from '../../../runtime/history/readings.js';
import { StoredHistory } from '../../../runtime/history/stored-history.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { seededRandom } from '../../seeded-random.js';
import { NOON, temporaryFolder } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { DAY, KEEP_ALL, measured, TestedHistory } from './history-fixture.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** All but the last commit are in chunks as far as they can be. */
function historyOf(
  commits: readonly (readonly JournalRecord[])[],
  settings: HistorySettings = KEEP_ALL,
): StoredHistory {
  const folder = temporaryFolder();
  const site = new StoredSite(folder);
  for (const [index, records] of commits.entries()) {
    site.commit({ records });
    if (index === commits.length - 1) break;
    const history = new TestedHistory(folder, settings);
    history.workOff();
    history.close();
  }
  site.store.close(true);
  return StoredHistory.open(folder, settings);
}

/** One sensor; some readings late, some at one time, the clock on the wall set between. */
function randomRecords(random: () => number, count: number, from: number): JournalRecord[] {
  let now = from;
  return Array.from({ length: count }, (_, index) => {
    now += random() < 0.01 ? Math.floor(random() * 3 * HOUR) : Math.floor(random() * 20_000);
    if (random() < 0.001) return { kind: 'offset', time: now, offset: Math.floor(random() * 10) * 1_000 };
    const ageMs = random() < 0.05 ? Math.floor(random() * 5 * HOUR) : 0;
    return measured('t', random() < 0.5 ? index : random() - 0.5, now, { ageMs });
  });
}

/** The same by looking at each reading. */
function naive(history: StoredHistory, range: { from: number; to: number }, width: number, origin: number) {
  const [series] = history.series();
  if (series === undefined) return [];
  const spans = new Map<number, [time: number, value: number][]>();
  for (const { times, values } of history.readings(series, { from: -Infinity, to: Infinity })) {
    for (const [index, engine] of times.entries()) {
      const time = engine + history.offsets.at(engine);
      const start = origin + Math.floor((time - origin) / width) * width;
      if (engine < history.offsets.engineTime(range.from) || engine >= history.offsets.engineTime(range.to)) {
        continue;
      }
      const span = spans.get(start) ?? [];
      spans.set(start, span);
      span.push([engine, Number(values[index])]);
    }
  }
  return [...spans]
    .sort(([a], [b]) => a - b)
    .map(([start, readings]) => ({
      start,
      ...summaryOf({
        kind: 'number',
        times: Float64Array.from(readings, ([time]) => time),
        values: Float64Array.from(readings, ([, value]) => value),
      }),
    }));
}

/** Sums are added up in another order. */
function comparable(buckets: readonly (Summary & { start: number })[]) {
  return buckets.map(({ sum, ...rest }) => ({ ...rest, sum: Number(sum).toFixed(6) }));
}

function bucketsOf(
  history: StoredHistory,
  range: { from: number; to: number },
  grid: { widthMs: number; origin: number },
): Bucket[] {
  return history.series().flatMap((series) => [...history.buckets(series, range, grid)]);
}

describe('buckets', () => {
  it('are what the readings in them come to', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0 }),
        fc.constantFrom(700, MINUTE, 7 * MINUTE, HOUR, 90 * MINUTE, DAY),
        fc.constantFrom(0, 1, MINUTE, 17 * MINUTE + 30_001),
        fc.tuple(fc.nat(3 * DAY), fc.nat(3 * DAY)),
        (seed, width, origin, [a, b]) => {
          const random = seededRandom(seed);
          const first = randomRecords(random, 1_500, NOON);
          const last = first.at(-1);
          const next = last?.kind === 'message' ? last.message.arrival : NOON;
          const history = historyOf([first, randomRecords(random, 300, next)]);
          const some = { from: NOON + Math.min(a, b), to: NOON + Math.max(a, b) };
          for (const range of [some, { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]) {
            const found = bucketsOf(history, range, { widthMs: width, origin });
            expect(comparable(found)).toEqual(comparable(naive(history, range, width, origin)));
            const each = history.bucketsOfEach(history.series(), range, { widthMs: width, origin });
            expect(Array.from(each, ({ bucket }) => bucket)).toEqual(found);
          }
          history.close();
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it('come from rollups where readings are gone: a minute counts where it begins, later an hour', () => {
    const settings = { ...KEEP_ALL, keepMs: 2 * DAY, rollupMs: { minute: 4 * DAY, hour: 9 * DAY } };
    const records = Array.from({ length: 9 }, (_, day) => [
      measured('t', day, NOON + day * DAY + 30_000),
      measured('t', day, NOON + day * DAY + 10 * MINUTE),
    ]);
    const history = historyOf([records.flat(), [measured('t', 9, NOON + 9 * DAY)], []], settings);
    const counts = bucketsOf(history, { from: NOON, to: NOON + 10 * DAY }, { widthMs: 20_000, origin: NOON });
    const atDay = (day: number) =>
      counts
        .filter(({ start }) => Math.floor((start - NOON) / DAY) === day)
        .map(({ start, count }) => [start - NOON - day * DAY, count]);
    expect(atDay(1)).toEqual([[0, 2]]);
    expect(atDay(5)).toEqual([
      [0, 1],
      [10 * MINUTE, 1],
    ]);
    expect(atDay(8)).toEqual([
      [20_000, 1],
      [10 * MINUTE, 1],
    ]);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(19);
    history.close();
  });

  it('of many series come day by day, and are the same', () => {
    const topics = ['a', 'b', 'c'];
    const records: JournalRecord[][] = Array.from({ length: 400 }, (_, at) =>
      topics.map((topic, place) => measured(topic, at * place, NOON + at * 14 * MINUTE + place)),
    );
    const set = (day: number, hour: number, offset: number): JournalRecord => ({
      kind: 'offset',
      time: NOON + day * DAY + hour * HOUR,
      offset,
    });
    // Set back over one cut, forward over another.
    records.splice(60, 0, [set(0, 14, -2 * HOUR)]);
    records.splice(240, 0, [set(2, 8, 3 * HOUR)]);
    const history = historyOf([records.slice(0, 350).flat(), records.slice(350).flat()]);
    const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    for (const range of [all, { from: NOON + 20 * HOUR + 7, to: NOON + 3 * DAY + 11 }]) {
      for (const widthMs of [20_000, MINUTE, HOUR, 90 * MINUTE, DAY, 40 * HOUR]) {
        const grid = { widthMs, origin: NOON + 3 * HOUR };
        const found = [...history.bucketsOfEach(history.series(), range, grid)];
        const byTopic = topics.flatMap((topic) =>
          found.filter(({ series }) => series.topic === topic).map(({ bucket }) => bucket),
        );
        expect(byTopic).toEqual(bucketsOf(history, range, grid));
      }
      const hours = [...history.rollupsOfEach(history.series(), range, HOUR)];
      expect(hours.findIndex(({ series }) => series.topic === 'b')).toBeLessThanOrEqual(24);
      for (const series of history.series()) {
        const own = hours.filter((one) => one.series === series).map(({ bucket }) => bucket);
        expect(own).toEqual([...history.rollups(series, range, HOUR)]);
      }
    }
    history.close();
  });
});
