/**
 * A backup is the site as it was at one moment, also of a site that is being written to; restored, it goes on from there.
 * What is not whole, not the same any more, or in the way is refused, and nothing is changed then. Method: a site with a
 * real journal and history, written to while it is copied.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restoreBackup } from '../../../runtime/backup/restore-backup.js';
import { type BackupInput, writeBackup } from '../../../runtime/backup/write-backup.js';
import { StoredHistory } from '../../../runtime/history/stored-history.js';
import { SiteLock } from '../../../runtime/storage/site-lock.js';
import { openStateReader } from '../../../runtime/storage/state-reader.js';
import { tocsin } from '../command-line/run-in-process.js';
import { KEEP_ALL, measured, TestedHistory } from '../history/history-fixture.js';
import { HOT } from '../replay/rules-of.js';
import { episodeState, event, NOON } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { temporarySite } from '../temporary-site.js';

const FILES = {
  'tocsin.json': { gateway: 'plant-7', receivers: { hook: webhook() } },
  'rules/hot.json': { rules: [HOT] },
  'formats/token.json': '"hush"',
  'notes.txt': 'left alone',
  'data/models/hum/1.json': { learnt: 1 },
  'data/simulation/models/hum/1.json': { learnt: 2 },
};

function webhook() {
  return { webhook: { url: 'http://localhost:1', secret: { file: 'formats/token.json' } } };
}

/** Three hours, a reading a second; those of the last minutes are in the journal only. */
function siteOf(): { folder: string; site: StoredSite; next: () => void } {
  const folder = temporarySite(FILES);
  const site = new StoredSite(join(folder, 'data'));
  let now = NOON;
  const next = (count = 10) => {
    const records = Array.from({ length: count }, () => {
      now += 1_000;
      return measured('plant/m1/temp', (now / 1_000) % 97, now);
    });
    site.commit({ records });
  };
  for (let hour = 0; hour < 3; hour++) next(3_600);
  site.commit({ events: [event('e1')], episodes: [episodeState('e1')] });
  const history = new TestedHistory(join(folder, 'data'));
  history.workOff();
  history.close();
  next(100);
  return { folder, site, next };
}

function inputOf(folder: string, target: string, more: Partial<BackupInput> = {}): BackupInput {
  return {
    target,
    siteFolder: folder,
    siteFiles: ['tocsin.json', 'rules/hot.json'],
    dataFolder: join(folder, 'data'),
    withHistory: true,
    gateway: 'plant-7',
    program: '0.1.0',
    now: NOON,
    ...more,
  };
}

function contentOf(folder: string) {
  const history = StoredHistory.open(join(folder, 'data'), KEEP_ALL);
  const state = openStateReader(join(folder, 'data'));
  const readings = history
    .series()
    .flatMap((series) => [...history.readings(series, { from: -Infinity, to: Infinity })])
    .flatMap(({ times, values }) => [...times].map((time, at) => `${time}=${values[at]}`));
  const content = { readings, events: state?.events({ limit: 10 }), problems: history.problems };
  history.close();
  state?.close();
  return content;
}

const quiet = { report: () => undefined };

describe('a backup', () => {
  test('is the site at one moment, while it is written to; restored, it is that again', async () => {
    const { folder, site, next } = siteOf();
    const target = join(folder, 'backup');
    const before = contentOf(folder);
    let reports = 0;
    const manifest = await writeBackup(inputOf(folder, target), {
      report: () => {
        reports += 1;
        next();
      },
    });
    expect(reports).toBeGreaterThan(1);
    expect(manifest.files.map(({ path }) => path)).toEqual([
      'site/tocsin.json',
      'site/rules/hot.json',
      'data/models/hum/1.json',
      'data/state.db',
      'data/history.db',
    ]);
    expect(readdirSync(join(target, 'data')).sort()).toEqual(['history.db', 'models', 'state.db']);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
    expect(contentOf(folder).readings.length).toBeGreaterThan(before.readings.length);
    site.store.close(true);

    const other = join(temporarySite({}), 'new');
    const restored = await restoreBackup({ backup: target, site: other, isForced: false });
    expect(restored).toMatchObject({ dataFolder: join(other, 'data'), replaced: [] });
    expect(contentOf(other)).toEqual(before);
    expect(before.readings.length).toBe(3 * 3_600 + 100);
    expect(readFileSync(join(other, 'rules/hot.json'), 'utf8')).toBe(
      readFileSync(join(folder, 'rules/hot.json'), 'utf8'),
    );
    // It goes on: what comes next is added to both.
    const again = new StoredSite(join(other, 'data'));
    again.commit({ records: [measured('plant/m1/temp', 1, NOON + 4 * 3_600_000)] });
    again.store.close(true);
    const after = contentOf(other);
    expect(after.readings.length).toBe(before.readings.length + 1);
    expect(after.problems).toEqual([]);
  });

  test('without history has the readings that are in no chunk yet', async () => {
    const { folder, site } = siteOf();
    site.store.close(true);
    const target = join(folder, 'backup');
    await writeBackup(inputOf(folder, target, { withHistory: false }), quiet);
    expect(readdirSync(join(target, 'data'))).toEqual(['models', 'state.db']);
    const other = temporarySite({});
    await restoreBackup({ backup: target, site: other, isForced: false });
    // Nothing was let go of in the journal of this site yet.
    expect(contentOf(other)).toEqual(contentOf(folder));
  });

  test('that is there already is left alone, and so is what is damaged', async () => {
    const { folder, site } = siteOf();
    site.store.close(true);
    await expect(writeBackup(inputOf(folder, join(folder, 'rules')), quiet)).rejects.toMatchObject({
      code: 'exists',
    });
    const path = join(folder, 'data/history.db');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4_096, 8_192);
    writeFileSync(path, bytes);
    await expect(writeBackup(inputOf(folder, join(folder, 'backup')), quiet)).rejects.toMatchObject({
      code: expect.stringMatching(/damaged|unreadable/),
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual([]);
  });
});

describe('restore', () => {
  async function backedUp() {
    const { folder, site } = siteOf();
    site.store.close(true);
    const backup = join(folder, 'backup');
    await writeBackup(inputOf(folder, backup), quiet);
    return { folder, backup };
  }

  test('refuses over what is there; forced, it puts that aside', async () => {
    const { folder, backup } = await backedUp();
    writeFileSync(join(folder, 'rules/hot.json'), '{ "rules": [] }');
    const restore = (isForced: boolean) => restoreBackup({ backup, site: folder, isForced });
    await expect(restore(false)).rejects.toThrow('hot.json, ');
    expect(readFileSync(join(folder, 'rules/hot.json'), 'utf8')).toBe('{ "rules": [] }');
    const { replaced } = await restore(true);
    expect(replaced.map((path) => path.slice(folder.length + 1))).toEqual([
      'rules/hot.json',
      'data/history.db',
      'data/state.db',
    ]);
    expect(readFileSync(join(folder, 'rules/hot.json.replaced'), 'utf8')).toBe('{ "rules": [] }');
    expect(existsSync(join(folder, 'data/state.db.replaced'))).toBe(true);
    expect(contentOf(folder).readings.length).toBe(3 * 3_600 + 100);
  });

  test('refuses while the service runs, forced or not', async () => {
    const { folder, backup } = await backedUp();
    const lock = SiteLock.take(join(folder, 'data'));
    await expect(restoreBackup({ backup, site: folder, isForced: true })).rejects.toThrow(
      `the service of this site is running (process ${process.pid}): stop it first`,
    );
    lock.release();
  });

  test.each<[string, (backup: string) => void, string]>([
    ['a bit was flipped', (backup) => flip(join(backup, 'data/history.db')), 'is damaged'],
    ['a file of the site is another', (backup) => flip(join(backup, 'site/rules/hot.json')), 'is damaged'],
    [
      'its list leads elsewhere',
      (backup) => replaceIn(join(backup, 'backup.json'), 'site/rules', 'site/../../x'),
      'is not one that this version',
    ],
    [
      'it is of another format',
      (backup) => replaceIn(join(backup, 'backup.json'), '"format": 1', '"format": 2'),
      'is not one',
    ],
  ])('refuses a backup of which %s, and changes nothing', async (_, spoil, message) => {
    const { backup } = await backedUp();
    spoil(backup);
    const site = temporarySite({});
    await expect(restoreBackup({ backup, site, isForced: false })).rejects.toThrow(message);
    const left = readdirSync(site, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => /\.restoring|state\.db|hot\.json/.test(name))).toEqual([]);
  });
});

test('the commands', async () => {
  const { folder, site } = siteOf();
  const backup = join(folder, 'b');
  const written = await tocsin(['backup', backup, '--site', folder]);
  site.store.close(true);
  expect(written).toMatchObject({ code: 0, stdout: '' });
  expect(written.stderr).toMatch(/^.*\/b: 5 files, \d+(\.\d)? [kM]B\n$/);
  expect(await tocsin(['backup', backup, '--site', folder])).toMatchObject({
    code: 3,
    stderr: `tocsin backup: ${backup} is there already: nothing was written\n`,
  });
  expect((await tocsin(['restore', backup, '--site', folder])).code).toBe(3);
  const other = temporarySite({});
  const restored = await tocsin(['restore', backup, '--site', other, '--json']);
  expect(JSON.parse(restored.stdout)).toMatchObject({ gateway: 'plant-7', replaced: [] });
  const said = await tocsin(['restore', backup, '--site', other, '--force']);
  expect(said.stderr).toMatch(/^plant-7 as it was at .* UTC, by version .*: 5 files, /);
  expect((await tocsin(['restore', other, '--site', other])).stderr).toMatch('is no backup');
});

function flip(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length - 100;
  bytes[Math.max(0, at)] = (bytes[Math.max(0, at)] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}
