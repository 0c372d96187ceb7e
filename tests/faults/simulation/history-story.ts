import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { DAY, measured } from '../../runtime/history/history-fixture.js';
import { NOON } from '../../runtime/storage/ledger-fixture.js';
import { seededRandom } from '../../seeded-random.js';

const HOUR = 3_600_000;

/** What comes in, commit by commit: a few series, some of it late, with silences that are long enough to make chunks of it. */
export function historyStory(seed: number, commits: number): JournalRecord[][] {
  const random = seededRandom(seed);
  let now = NOON;
  let value = 200;
  const reading = (): JournalRecord => {
    now += random() < 0.02 ? Math.floor(random() * HOUR) : Math.floor(random() * 2_000);
    value += Math.floor(random() * 7) - 3;
    const topic = `plant/p${Math.floor(3 * random())}`;
    const late = { ageMs: random() < 0.05 ? Math.floor(random() * DAY) : 0 };
    return random() < 0.1
      ? measured(`${topic}/state`, value % 2 === 0 ? 'runs' : 'stands', now, late)
      : measured(`${topic}/temp`, value / 10, now, late);
  };
  return Array.from({ length: commits }, () =>
    Array.from({ length: 1 + Math.floor(60 * random()) }, reading),
  );
}
