// Aim: history is what came in, bit for bit, wherever the program was killed and whatever a power cut took; chunks are
// the same as without a kill. Method: random messages (all kinds, late ones, bursts, silences of hours) go through a real
// journal; the store is killed between random pieces of its work; what it holds is compared with a list of everything and
// with a store that was never killed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HistoryReader } from '../../../runtime/history/history-reader.js';
import type { HistorySettings } from '../../../runtime/history/history-settings.js';
import type { HistoryStoreOptions } from '../../../runtime/history/history-store.js';
import { minutesOf, rollupsIn } from '../../../runtime/history/rollup-table.js';
import { unstoredReadings } from '../../../runtime/history/unstored-readings.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { seededRandom } from '../../seeded-random.js';
import { NOON, temporaryFolder } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { DAY, KEEP_ALL, measured, NaiveHistory, TestedHistory } from './history-fixture.js';

const HOUR = 3_600_000;

/** Messages of a small plant: two presses at a few readings a second or a minute, and what else there is. */
function plant(random: () => number, naive: NaiveHistory) {
  let now = NOON;
  let temperature = 200;
  return (count: number): JournalRecord[] =>
    Array.from({ length: count }, () => {
      const luck = random();
      now += luck < 0.002 ? Math.floor(random() * 3 * HOUR) : Math.floor(random() * 400);
      if (luck > 0.995) return { kind: 'tick', time: now };
      temperature += Math.floor(random() * 7) - 3;
      const made = messageAt(luck, now, { random, temperature });
      naive.add(made);
      return made;
    });
}

function messageAt(
  luck: number,
  now: number,
  { random, temperature }: { random: () => number; temperature: number },
) {
  const late = { ageMs: luck > 0.9 ? Math.floor(random() * 2 * DAY) : 0 };
  if (luck < 0.6) return measured('plant/p1/temperature', temperature / 10, now, late);
  if (luck < 0.8) {
    return measured('plant/p2', { temp: Math.fround(temperature / 7), motor: { on: luck < 0.7 } }, now, late);
  }
  if (luck < 0.85) return measured('plant/p2/state', luck < 0.83 ? 'running' : 'stopped', now, late);
  if (luck < 0.87) return measured('plant/p2/state', null, now);
  if (luck < 0.89) return measured('plant/p1/temperature', 1, now, { isRetained: true });
  return measured('plant/p1/flow', luck < 0.95 ? -0 : random() - 0.5, now, late);
}

describe('history', () => {
  it('is what came in, wherever it was killed and whatever a power cut took', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        const random = seededRandom(seed);
        const folder = temporaryFolder();
        const site = new StoredSite(folder);
        const naive = new NaiveHistory();
        const next = plant(random, naive);
        let time = 0;
        // Some clocks say each time they are looked at that the piece was long enough.
        const tick = random() < 0.3 ? 20 : 0;
        const history = new TestedHistory(folder, KEEP_ALL, { monotonic: () => (time += tick) });
        for (let round = 0; round < 20; round++) {
          site.commit({ records: next(Math.floor(random() * 600)) });
          for (let piece = Math.floor(random() * 6); piece > 0; piece--) {
            time += random() * 100_000;
            history.work();
            const luck = random();
            if (luck < 0.1) history.kill();
            else if (luck < 0.2) history.cutPower(random);
          }
        }
        history.workOff();
        expect(history.everything()).toEqual(naive.everything());
        const chunks = [history.chunkKeys(), history.rollupKeys()];
        history.close();
        for (const suffix of ['', '-wal', '-shm']) rmSync(`${history.path}${suffix}`, { force: true });

        const whole = new TestedHistory(folder);
        whole.workOff();
        expect(chunks).toEqual([whole.chunkKeys(), whole.rollupKeys()]);
        expect([history.said, whole.said]).toEqual([[], []]);
        whole.close();
        site.store.close(true);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('keeps of each minute and hour what its readings come to, late ones too', () => {
    const { site, history } = stored();
    const arrivals = [0, 20_000, 59_999, 60_000, 2 * HOUR];
    site.commit({ records: arrivals.map((ms, index) => measured('t', index, NOON + ms)) });
    // Sealed by then; this one belongs into the first minute.
    site.commit({ records: [measured('t', -7.5, NOON + 3 * HOUR, { ageMs: 3 * HOUR - 30_000 })] });
    site.commit({ records: [{ kind: 'tick', time: NOON + 6 * HOUR }] });
    history.workOff();
    const [first, second] = [
      ...rollupsIn(history.store.db, { series: idOf(history, 't'), from: NOON, to: NOON + 3 * HOUR }),
    ];
    expect(first).toMatchObject({ count: 5, min: -7.5, max: 3, sum: -1.5, first: 0, last: 3 });
    expect(second).toMatchObject({ count: 1, min: 4, max: 4, firstTime: NOON + 2 * HOUR });
    const minutes = first === undefined ? null : minutesOf(first);
    expect([...(minutes?.values() ?? [])]).toMatchObject([
      { count: 4, min: -7.5, max: 2, sum: -4.5, first: 0, last: 2, lastTime: NOON + 59_999 },
      { count: 1, min: 3, max: 3, first: 3, last: 3 },
    ]);
  });

  it('keeps only what it is told to, and no field that is a time', () => {
    const settings = {
      ...KEEP_ALL,
      topics: ['plant/+/temp', 'other/#'],
      timeFields: [{ topic: 'other/#', field: 'at.ms' }],
    };
    const { site, history } = stored(settings);
    site.commit({
      records: [
        measured('plant/p1/temp', 1, NOON),
        measured('plant/p1/flow', 2, NOON + 1),
        measured('other/a', { at: { ms: 5 }, value: 3 }, NOON + 2),
      ],
    });
    expect([...history.everything().keys()]).toEqual(['plant/p1/temp value number', 'other/a value number']);
  });

  it('takes no more series than it may, and counts what it left out', () => {
    const { site, history } = stored({ ...KEEP_ALL, seriesMax: 2 });
    site.commit({ records: [1, 2, 3, 4, 1].map((n, index) => measured(`t${n}`, n, NOON + index)) });
    history.workOff();
    expect(history.everything().size).toBe(2);
    expect(history.store.work().refused).toBe(2);
  });

  it('lets go of whole days that are older than it keeps them, and of their series', () => {
    const settings = { ...KEEP_ALL, keepMs: 2 * DAY, rollupMs: { minute: 4 * DAY, hour: 6 * DAY } };
    const { site, history } = stored(settings);
    site.commit({ records: [measured('gone', 1, NOON)] });
    for (let day = 0; day <= 8; day++) site.commit({ records: [measured('t', day, NOON + day * DAY)] });
    site.commit({ records: [{ kind: 'tick', time: NOON + 8 * DAY + 2 * HOUR }] });
    history.workOff();
    const range = { from: NOON, to: NOON + 9 * DAY };
    const { db } = history.store;
    const all = [...rollupsIn(db, { series: idOf(history, 't'), ...range })];
    expect(history.everything().get('t value number')).toBe(
      [6, 7, 8].map((day) => `${NOON + day * DAY}=${day}`).join(' '),
    );
    // Noon of day 2 is more than six days ago, by whole days.
    expect(all.map(({ first, minutes }) => [first, minutes !== null])).toEqual([
      [2, false],
      [3, false],
      [4, true],
      [5, true],
      [6, true],
      [7, true],
      [8, true],
    ]);
    expect(db.all('SELECT topic FROM series')).toEqual([{ topic: 't' }]);
  });

  it('lets go of a few chunks at a time where that takes long', () => {
    let time = 0;
    const { site, history } = stored({ ...KEEP_ALL, keepMs: DAY }, { monotonic: () => (time += 20) });
    site.commit({ records: Array.from({ length: 100 }, (_, i) => measured(`t/${i}`, i, NOON + i)) });
    site.commit({ records: [{ kind: 'tick', time: NOON + 3 * DAY }] });
    const counts = [0];
    do counts.push(history.chunkKeys().length);
    while (history.work());
    expect(Math.max(...counts)).toBe(100);
    expect(counts.at(-1)).toBe(0);
    const gone = counts.map((count, index) => (counts[index - 1] ?? 0) - count);
    expect(Math.max(...gone)).toBeLessThanOrEqual(32);
  });

  it('reads what is kept of months a day at a time', () => {
    const { site, history } = stored();
    for (let day = 0; day < 9; day++) site.commit({ records: [measured('t', day, NOON + day * DAY)] });
    site.commit({ records: [{ kind: 'tick', time: NOON + 10 * DAY }] });
    history.workOff();
    const { db, fold } = history.store;
    const series = fold.series.find({ topic: 't', field: 'value', kind: 'number' });
    if (series === undefined) throw new Error('nothing is kept');
    const looks = vi.spyOn(db, 'all');
    const readings = new HistoryReader(db, unstoredReadings([])).readings(series, { from: 0, to: Infinity });
    expect([...(readings.next().value?.values ?? [])]).toEqual([0]);
    // The next day is looked at for what goes together with the first.
    expect(looks.mock.calls.length).toBeLessThanOrEqual(2);
    expect([...readings].flatMap(({ values }) => [...values])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([
    ['its size', { bytesMax: 400_000 }, 2 ** 30],
    ['the disk is nearly full', {}, 20 * 2 ** 20],
  ])('lets the oldest go when %s is reached', (_, limits, freeBytes) => {
    const { site, history } = stored({ ...KEEP_ALL, ...limits }, { freeBytes: () => freeBytes });
    const random = seededRandom(1);
    for (let hour = 0; hour < 120; hour++) {
      const records = Array.from({ length: 600 }, (_, i) =>
        measured('t', random(), NOON + hour * HOUR + i * 1_000),
      );
      site.commit({ records });
      history.workOff();
    }
    const { bytes } = history.store.work();
    const days = history.store.db.all('SELECT DISTINCT day FROM chunks ORDER BY day');
    expect(bytes).toBeLessThan(600_000);
    expect(days.length).toBeLessThan(5);
  });

  it('takes what was committed at once in many pieces', () => {
    let time = 0;
    const { site, history } = stored(KEEP_ALL, { monotonic: () => (time += 20) });
    site.commit({ records: Array.from({ length: 200 }, (_, i) => measured(`t/${i}`, i, NOON + i)) });
    let pieces = 0;
    while (history.work()) pieces += 1;
    expect(pieces).toBeGreaterThanOrEqual(200 / 8);
    expect(history.everything().size).toBe(200);
  });

  it('lets the journal go only as far as no power cut can take its chunks', () => {
    let time = 0;
    const { site, history } = stored(KEEP_ALL, { monotonic: () => time });
    site.commit({ records: [measured('t', 1, NOON)] });
    site.commit({ records: [measured('t', 2, NOON + 2 * HOUR)] });
    site.commit({ records: [{ kind: 'tick', time: NOON + 2 * HOUR + 1 }] });
    history.workOff();
    expect([history.chunkKeys().length, history.released]).toEqual([1, 0]);
    time = 300_000;
    history.workOff();
    expect(history.released).toBe(2);
    history.kill();
    history.workOff();
    expect(history.released).toBe(0);
    time = 600_000;
    history.workOff();
    expect(history.released).toBe(2);
  });

  it('goes on with what is new when the journal is another one', () => {
    const { folder, site, history } = stored();
    for (let i = 0; i < 5; i++) site.commit({ records: [measured('t', i, NOON + i)] });
    history.everything();
    site.store.close(true);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `state.db${suffix}`), { force: true });
    const next = new StoredSite(folder);
    next.commit({ records: [measured('t', 3, NOON + 3)] });
    next.commit({ records: [measured('t', 9, NOON + 9)] });
    history.workOff();
    expect(history.everything().get('t value number')).toBe(
      [0, 1, 2, 3, 4, 9].map((n) => `${NOON + n}=${n}`).join(' '),
    );
    expect(history.said).toEqual([expect.stringMatching(/the journal is another one/)]);
  });
});

function stored(settings: HistorySettings = KEEP_ALL, options: HistoryStoreOptions = {}) {
  const folder = temporaryFolder();
  const site = new StoredSite(folder);
  const history = new TestedHistory(folder, settings, options);
  onTestFinished(() => {
    history.close();
    site.store.close(true);
  });
  return { folder, site, history };
}

function idOf({ store }: TestedHistory, topic: string): number {
  return store.fold.series.find({ topic, field: 'value', kind: 'number' })?.id ?? 0;
}
