/**
 * A history.db that is damaged: a new one is begun at once, everything that can be read comes back, and people are told.
 * Method: the header and one page of a real file are overwritten; what is kept then is compared with what came in.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { seededRandom } from '../../seeded-random.js';
import { NOON, temporaryFolder } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { KEEP_ALL, type Kept, measured, TestedHistory } from './history-fixture.js';

const HOUR = 3_600_000;
const PAGE = 8_192;
/** Readings of one series on one day: what is passed over when one of its places cannot be read. */
const SERIES_DAY = 4_320;

/** Two days of three sensors, a reading every 20 s each, in chunks; the journal has the last hours beside. */
let pattern = '';
let whole = new Map<string, Kept>();

beforeAll(() => {
  pattern = mkdtempSync(join(tmpdir(), 'tocsin-salvage-'));
  const site = new StoredSite(pattern);
  const random = seededRandom(7);
  for (let hour = 0; hour < 48; hour += 4) {
    const records: JournalRecord[] = Array.from({ length: 2_160 }, (_, at) =>
      measured(
        `plant/m${at % 3}`,
        Math.floor(random() * 1_000) / 10,
        NOON + hour * HOUR + Math.floor(at / 3) * 20_000 + (at % 3),
      ),
    );
    site.commit({ records });
  }
  let time = 0;
  const history = new TestedHistory(pattern, KEEP_ALL, { monotonic: () => time });
  history.workOff();
  time = HOUR;
  history.workOff();
  whole = history.everything();
  history.close();
  site.store.close(true);
});

afterAll(() => rmSync(pattern, { recursive: true }));

function siteCopy(): string {
  const folder = temporaryFolder();
  cpSync(pattern, folder, { recursive: true });
  return folder;
}

function spoil(path: string, at: number, bytes: number): void {
  const file = readFileSync(path);
  expect(file.length).toBeGreaterThan(at + bytes);
  file.fill(0xa5, at, at + bytes);
  writeFileSync(path, file);
}

function salvaged(folder: string) {
  const history = new TestedHistory(folder);
  history.workOff();
  const kept = history.everything();
  const { said } = history;
  const isGone = !existsSync(`${history.path}.damaged`);
  history.close();
  return { kept, said, isGone };
}

test('of a file whose header alone is damaged all comes back', () => {
  const folder = siteCopy();
  spoil(`${folder}/history.db`, 0, 60);
  const { kept, said, isGone } = salvaged(folder);
  expect(kept).toEqual(whole);
  expect(said).toEqual([
    'history.db is damaged (it does not begin as a database does): a new one is begun, and what can be read is brought back',
    expect.stringMatching(/^of the damaged history\.db \d+ rows are back: all that was in it$/),
  ]);
  expect(isGone).toBe(true);
});

test.each([2, 14])('with page %i damaged too, at most two days of each series in it are lost', (page) => {
  const folder = siteCopy();
  spoil(`${folder}/history.db`, 0, 60);
  spoil(`${folder}/history.db`, page * PAGE, PAGE);
  const { kept, said, isGone } = salvaged(folder);
  let lost = 0;
  for (const [key, readings] of whole) {
    const before = readings.split(' ');
    const after = new Set(kept.get(key)?.split(' ') ?? []);
    const left = before.filter((reading) => after.has(reading));
    // Nothing is made up.
    expect(left.length).toBe(after.size);
    lost += before.length - left.length;
  }
  expect(lost).toBeLessThanOrEqual(2 * 3 * SERIES_DAY);
  expect(said[0]).toMatch(/^history\.db is damaged/);
  expect(isGone).toBe(true);
});
