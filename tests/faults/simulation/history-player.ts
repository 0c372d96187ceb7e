import { HistoryStore } from '../../../runtime/history/history-store.js';
import { RETENTION } from '../../../runtime/storage/retention.js';
import { KEEP_ALL } from '../../runtime/history/history-fixture.js';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import { seededRandom } from '../../seeded-random.js';
import { historyStory } from './history-story.js';

/** So little that the journal goes as soon as history has it. */
export const NO_JOURNAL = { ...RETENTION, journalBytes: 2_000 };

const PIECES_MAX = 12;
const SNAPSHOT_COMMITS = 5;

export interface HistoryPlay {
  readonly folder: string;
  readonly seed: number;
  readonly commits: number;
  /** `stored 120`: so many records in all. */
  readonly say: (text: string) => void;
}

/** A ledger that stores what comes in, and history that makes chunks of it, in turns that the seed decides. */
export function playHistory({ folder, seed, commits, say }: HistoryPlay): void {
  const random = seededRandom(seed);
  let records = 0;
  const site = new StoredSite(folder, { retention: NO_JOURNAL, onStored: () => say(`stored ${records}`) });
  site.tail();
  let time = 0;
  const history = new HistoryStore(folder, KEEP_ALL, { monotonic: () => time, freeBytes: () => 2 ** 30 });
  let snapshots = site.found.next.snapshot;
  for (const [index, batch] of historyStory(seed, commits).entries()) {
    records += batch.length;
    site.commit({ records: batch });
    let released = 0;
    for (let piece = Math.floor(random() * PIECES_MAX); piece > 0; piece--) {
      time += random() * 100_000;
      released = history.work().released;
    }
    if (index % SNAPSHOT_COMMITS > 0) continue;
    site.snapshot(new Uint8Array([index]), snapshots++);
    site.store.maintain(released);
  }
  say('played');
  history.close();
  site.store.close(true);
}

/** Starts on a folder and works off what history has to do. */
export function workOffHistory(folder: string, say: (text: string) => void): void {
  const site = new StoredSite(folder, { retention: NO_JOURNAL });
  site.tail();
  const history = new HistoryStore(folder, KEEP_ALL, { monotonic: () => 0, freeBytes: () => 2 ** 30 });
  while (history.work().hasMore || !history.isLookedThrough) {}
  say('worked off');
  history.close();
  site.store.close(true);
}
