/**
 * The ledger on a driver that throws: I/O errors now and then or always, a disk that is full, commits that are said to have
 * failed and have not, answers that take half a second; in an order that the seed decides, with kills in between. The same
 * code as in the program but for its thread, and a clock that stands. TOCSIN_SEED repeats a run.
 */
import { expect, test, vi } from 'vitest';
import { testSeed } from '../harness/test-seed.js';
import { simulateFaultyDisk } from './faulty-ledger.js';
import { scratchFolder } from './recording.js';

vi.mock('../../../runtime/storage/sqlite-driver.js', async (original) => {
  const { faultyDriver } = await import('./faulty-driver.js');
  return {
    sqlite: faultyDriver(
      (await original<typeof import('../../../runtime/storage/sqlite-driver.js')>()).sqlite,
    ),
  };
});

const SEED = testSeed() % 1_000_000;
const DISKS = 12;

test('disks that fail, are full, are slow and lie', async () => {
  const scratch = scratchFolder();
  let faults = 0;
  for (let seed = SEED; seed < SEED + DISKS; seed++) {
    try {
      faults += await simulateFaultyDisk(scratch, seed);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  expect(faults).toBeGreaterThan(DISKS);
});

test('with a store that says stored when it is not, it would not hold', async () => {
  const scratch = scratchFolder();
  const found: unknown[] = [];
  for (let seed = SEED; seed < SEED + DISKS; seed++) {
    await simulateFaultyDisk(scratch, seed, true).catch((error) => found.push(error));
  }
  expect(found.length).toBeGreaterThan(DISKS / 2);
});
