/** The thread that stores can die: what was asked of it fails, and another takes its place. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Commit } from '../../../runtime/storage/commit.js';
import { NO_CHANGES } from '../../../runtime/storage/commit.js';
import { StoreError } from '../../../runtime/storage/store.js';
import { WorkerStore } from '../../../runtime/storage/worker-store.js';
import { NOON, temporaryFolder } from './ledger-fixture.js';

const DIST = fileURLToPath(new URL('../../../dist/runtime/storage', import.meta.url));

const commit = (number: number): Commit => ({
  number,
  time: NOON,
  seq: 1,
  journal: null,
  changes: NO_CHANGES,
});

/** The real thread, which dies of the commit with this number, once. */
function mortal(folder: string, number: number): string {
  const file = join(folder, 'mortal.mjs');
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from 'node:fs';
     import { LedgerStore } from ${JSON.stringify(join(DIST, 'ledger-store.js'))};
     const died = ${JSON.stringify(join(folder, 'died'))};
     const { commit } = LedgerStore.prototype;
     LedgerStore.prototype.commit = function (...parameters) {
       if (parameters[0].number === ${number} && !existsSync(died)) {
         writeFileSync(died, '');
         process.exit();
       }
       return commit.apply(this, parameters);
     };
     await import(${JSON.stringify(join(DIST, 'ledger-worker.js'))});`,
  );
  return file;
}

test('a thread that dies is replaced, and what was stored is there', async () => {
  const folder = temporaryFolder();
  const store = new WorkerStore(mortal(folder, 2));
  await store.open(join(folder, 'data'));
  expect(await store.commit(commit(1), false)).toBe('stored');
  const asked = [store.commit(commit(2), false), store.query('size')];
  for (const one of asked) await expect(one).rejects.toThrow(StoreError);
  expect(await store.reopen()).toEqual({ problems: [], isReplaced: false });
  expect(await store.commit(commit(2), false)).toBe('stored');
  expect(await store.query('size')).toMatchObject({ commits: 2 });
  await store.close(true);
});

test('a thread begun ahead answers as one that was not', async () => {
  const folder = temporaryFolder();
  const store = new WorkerStore();
  store.begin();
  await store.open(join(folder, 'data'));
  expect(await store.commit(commit(1), false)).toBe('stored');
  await store.close(true);
});

test('a thread begun ahead keeps no process alive that asks it nothing', () => {
  const program = `
    import { WorkerStore } from ${JSON.stringify(join(DIST, 'worker-store.js'))};
    new WorkerStore().begin();
    console.log('begun');`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: 20_000 });
  expect([String(run.stdout), run.status]).toEqual(['begun\n', 0]);
});

test('a thread that was not needed is not started to be stopped', async () => {
  await new WorkerStore('/nowhere.js').close(true);
});
