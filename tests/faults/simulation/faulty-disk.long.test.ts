/**
 * Many disks, as faulty-disk.test.ts tries some, for 30 minutes at most. TOCSIN_SEED repeats a run, TOCSIN_SHARE=0.1 tries
 * the first tenth.
 */
import { expect, test, vi } from 'vitest';
import { writeProof } from '../harness/proof-page.js';
import { seedsInTime } from '../harness/seeds-in-time.js';
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
const SHARE = Number(process.env['TOCSIN_SHARE'] ?? 1);
const DISKS = Math.ceil(2_000 * SHARE);
const MINUTES = 30;

test(
  `${DISKS} disks that fail, are full, are slow and lie`,
  async () => {
    const scratch = scratchFolder();
    const violations: string[] = [];
    let [runs, faults] = [0, 0];
    for (const seed of seedsInTime(SEED, { most: DISKS, least: 20, minutes: MINUTES })) {
      try {
        faults += await simulateFaultyDisk(scratch, seed);
      } catch (error) {
        violations.push(`seed ${seed}: ${String(error)}`);
      }
      runs += 1;
      // Now and then, so that a run that is broken off says what it came to.
      if (runs % 20 === 0) note(runs, faults, violations);
    }
    note(runs, faults, violations);
    expect(violations).toEqual([]);
    expect(faults).toBeGreaterThan(runs);
  },
  2 * MINUTES * 60_000,
);

function note(runs: number, faults: number, violations: readonly string[]): void {
  writeProof(
    'Errors of a simulated disk',
    { seed: SEED, test: 'faulty-disk.long', settings: SHARE === 1 ? [] : [`TOCSIN_SHARE=${SHARE}`] },
    `The ledger of the program on a database driver that throws as SQLite does: errors now and then or always, a disk without
room, commits that are said to have failed and have not, answers that take up to 0.6 s, and kills in between.
${runs.toLocaleString('en')} runs of 300 steps, ${faults.toLocaleString('en')} errors thrown, ${violations.length} violations: while it lasts nothing is acknowledged that a kill
could take, and when it is over all that was appended is stored, once and in order, with every notice and alert.
${violations.map((line) => `\n- ${line}`).join('')}`,
  );
}
