import { expect, onTestFinished } from 'vitest';
import { RETENTION } from '../../../runtime/storage/retention.js';
import { seededRandom } from '../../seeded-random.js';
import { NOON } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { DAY, KEEP_ALL, type Kept, measured, TestedHistory } from './history-fixture.js';

const HOUR = 3_600_000;
const SERIES = ['a', 'b', 'c', 'd'];
/** Days and hours of readings, in some 25 pages. */
const DAYS = 4;

/** Makes a history whose journal is gone, so that what is lost in it is lost. @returns what it holds */
export function makeHistory(folder: string): Map<string, Kept> {
  const random = seededRandom(1);
  const site = new StoredSite(folder, { retention: { ...RETENTION, journalBytes: 0 } });
  let time = 0;
  const history = new TestedHistory(folder, KEEP_ALL, { monotonic: () => time });
  let value = 0;
  for (let hour = 0; hour < 24 * DAYS; hour += 3) {
    const records = Array.from({ length: 480 }, (_, index) => {
      value += Math.floor(7 * random()) - 3;
      return measured(
        `plant/${SERIES[index % SERIES.length]}`,
        value / 7,
        NOON + hour * HOUR + 1_000 * index,
      );
    });
    site.commit({ records });
    site.snapshot(new Uint8Array([hour]), 1 + hour);
    history.workOff();
  }
  site.commit({ records: [{ kind: 'tick', time: NOON + (DAYS + 1) * DAY }] });
  history.workOff();
  time = 300_000;
  history.workOff();
  const kept = history.everything();
  history.close();
  site.store.maintain(history.released);
  for (let i = 0; i < 40; i++) site.commit({ records: [{ kind: 'tick', time: NOON + 6 * DAY + i }] });
  site.store.close(true);
  return kept;
}

/** Starts and looks through everything. */
export function started(folder: string) {
  const history = new TestedHistory(folder, KEEP_ALL, { monotonic: () => 0 });
  onTestFinished(() => history.close());
  history.lookThrough();
  return history;
}

/** How many readings. */
export function count(kept: ReadonlyMap<string, Kept>): number {
  return [...kept.values()].reduce((sum, text) => sum + text.split(' ').length, 0);
}

/** Every reading that is found was one: nothing is invented. */
export function expectPartOf(found: ReadonlyMap<string, Kept>, whole: ReadonlyMap<string, Kept>): void {
  for (const [series, text] of found) {
    const known = new Set(whole.get(series)?.split(' '));
    expect(text.split(' ').filter((reading) => !known.has(reading))).toEqual([]);
  }
}
