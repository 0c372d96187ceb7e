/**
 * `restore`, `backup` and `import`, killed at a random system call: a site is what it was or what it is to be, never a part
 * of both; what they read from stays as it is; and done again, they do the whole. Method: the built program under strace, at
 * renames, removals, syncs and writes all over its work.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { finishRestore } from '../../runtime/backup/restore-moves.js';
import { StoredHistory } from '../../runtime/history/stored-history.js';
import { KEEP_ALL, measured, TestedHistory } from '../runtime/history/history-fixture.js';
import { NOON, temporaryFolder } from '../runtime/storage/ledger-fixture.js';
import { StoredSite } from '../runtime/storage/stored-site.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { seededRandom } from '../seeded-random.js';
import { STRACE_ENV, type SystemCall, strace } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';
import { tocsin } from './harness/tocsin-command.js';

const POINTS = 6;

/** A command, killed at the N-th of some calls. @returns whether it came to that */
function killedAt(calls: readonly SystemCall[], number: number, args: readonly string[]): Promise<boolean> {
  const [program = '', ...options] = strace({ calls, effect: 'signal=KILL', when: String(number) });
  const command = [...options, process.execPath, resolve('dist/program/main.js'), ...args];
  const env = { ...process.env, ...STRACE_ENV };
  return new Promise((done) => execFile(program, command, { env }, (error) => done(error !== null)));
}

/** Kills the command at points all over it, each time on a site of its own, and looks at what is left. */
async function kill(
  most: Readonly<Record<Exclude<SystemCall, 'fdatasync' | 'ftruncate'>, number>>,
  begin: () => { readonly args: readonly string[]; readonly look: () => Promise<void> },
): Promise<void> {
  const seed = testSeed();
  const random = seededRandom(seed);
  const calls = Object.entries(most) as [SystemCall, number][];
  let killed = 0;
  for (let point = 0; point < POINTS; point++) {
    const [call, last] = calls[point % calls.length] ?? ['write', 1];
    const number = 1 + Math.floor(random() * last);
    const { args, look } = begin();
    if (await killedAt([call], number, args)) killed += 1;
    try {
      await look();
    } catch (error) {
      throw new Error(`seed ${seed}: killed at ${call} ${number}`, { cause: error });
    }
  }
  expect(killed).toBeGreaterThan(POINTS / 3);
}

/** A site with some hours in history and some minutes in the journal, all values the same. */
function siteOf(value: number): string {
  const site = temporarySite({
    'tocsin.json': { gateway: `plant-${value}`, history: { keep: '1000d' } },
    'rules/a.json': { rules: [{ id: 'hot', inputs: { t: 'plant/+' }, when: { value: 't', above: value } }] },
  });
  const data = join(site, 'data');
  const stored = new StoredSite(data);
  for (let hour = 0; hour < 3; hour++) {
    const records = Array.from({ length: 600 }, (_, index) =>
      measured('plant/m1', value, NOON + hour * 3_600_000 + index * 6_000),
    );
    stored.commit({ records });
  }
  const history = new TestedHistory(data);
  history.workOff();
  history.close();
  stored.commit({ records: [measured('plant/m1', value, NOON + 4 * 3_600_000)] });
  stored.store.close(true);
  return site;
}

function copyOf(folder: string): string {
  const copy = join(temporaryFolder(), 'site');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** All that a site is, in short. */
function contentOf(site: string): string {
  const texts = ['tocsin.json', 'rules/a.json'].map((name) => readFileSync(join(site, name), 'utf8'));
  return JSON.stringify([...texts, readingsIn(join(site, 'data'))]);
}

function readingsIn(data: string): string[] {
  const history = StoredHistory.open(data, KEEP_ALL);
  const readings = history
    .series()
    .flatMap((series) => [...history.readings(series, { from: -Infinity, to: Infinity })])
    .flatMap(({ times, values }) => [...times].map((time, at) => `${time}=${values[at]}`));
  expect([history.problems, history.damaged]).toEqual([[], 0]);
  history.close();
  return readings;
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

test('restore: the site is the one or the other, and what was there is put aside', async () => {
  const [one, other] = [siteOf(1), siteOf(2)];
  const backup = join(temporaryFolder(), 'backup');
  await tocsin('backup', backup, '--site', one);
  const [wanted, before, source] = [contentOf(one), contentOf(other), filesOf(backup)];
  const found = { wanted: 0, before: 0 };
  await kill({ rename: 7, unlink: 30, fsync: 14, pwrite64: 8, write: 12 }, () => {
    const site = copyOf(other);
    const args = ['restore', backup, '--site', site, '--force'];
    const look = async () => {
      // As the next start does.
      await finishRestore(site);
      const content = contentOf(site);
      expect([wanted, before]).toContain(content);
      found[content === wanted ? 'wanted' : 'before'] += 1;
      const aside = join(site, 'data/state.db.replaced');
      expect(existsSync(aside)).toBe(content === wanted);
      if (content !== wanted) await tocsin(...args);
      expect(contentOf(site)).toBe(wanted);
      const old = copyOf(site);
      for (const name of ['state.db', 'history.db']) {
        cpSync(join(old, `data/${name}.replaced`), join(old, `data/${name}`));
      }
      expect(readingsIn(join(old, 'data'))).toEqual(readingsIn(join(other, 'data')));
      expect(filesOf(backup)).toEqual(source);
    };
    return { args, look };
  });
  expect(found.before).toBeGreaterThan(0);
});

test('backup: there is none or a whole one, and the site stays as it is', async () => {
  const site = siteOf(1);
  const wanted = contentOf(site);
  await kill({ rename: 1, unlink: 6, fsync: 14, pwrite64: 60, write: 12 }, () => {
    const backup = join(temporaryFolder(), 'backup');
    const args = ['backup', backup, '--site', site];
    const look = async () => {
      expect(contentOf(site)).toBe(wanted);
      if (!existsSync(backup)) await tocsin(...args);
      const restored = join(temporaryFolder(), 'restored');
      await tocsin('restore', backup, '--site', restored);
      expect(contentOf(restored)).toBe(wanted);
    };
    return { args, look };
  });
});

test('import: begun anew, each reading is there once', async () => {
  const site = siteOf(1);
  const recording = join(temporaryFolder(), 'recording.ndjson');
  const times = Array.from({ length: 5_000 }, (_, index) => NOON - 40 * 3_600_000 + index * 20_000);
  const lines = times.map((time) => JSON.stringify({ time, topic: 'plant/m2', payload: 5 }));
  writeFileSync(recording, lines.join('\n'));
  const before = readingsIn(join(site, 'data'));
  const wanted = [...before, ...times.map((time) => `${time}=5`)].sort();
  const source = filesOf(join(recording, '..'));
  await kill({ rename: 1, unlink: 8, fsync: 8, pwrite64: 40, write: 6 }, () => {
    const copy = copyOf(site);
    const args = ['import', recording, '--site', copy];
    const look = async () => {
      const readings = readingsIn(join(copy, 'data'));
      expect(readings).toEqual([...new Set(readings)]);
      expect(readings).toEqual(expect.arrayContaining([...before]));
      await tocsin(...args);
      expect(readingsIn(join(copy, 'data')).sort()).toEqual(wanted);
      expect(filesOf(join(recording, '..'))).toEqual(source);
    };
    return { args, look };
  });
});
