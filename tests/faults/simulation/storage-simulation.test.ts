/**
 * Crashes after every write and every sync, as many of them as there is time for: a real run of the store is recorded call
 * by call, and what a crash at any moment leaves of it is started on. Method: as ALICE (OSDI 2014) and CrashMonkey (OSDI
 * 2018) do; crash-disk.ts says what may be left. What was acknowledged is there once, every notice that is owed is, and the
 * rules are where they were. TOCSIN_SEED repeats a run; storage-simulation.long.test.ts tries thousands.
 */
import { expect, test } from 'vitest';
import { testSeed } from '../harness/test-seed.js';
import { explore } from './explore.js';
import { scratchFolder } from './recording.js';
import { simulateHistory, simulateLedger, simulateMigration, simulateSalvage } from './simulate-storage.js';
import { StoryCrashes } from './story-crashes.js';

const SEED = testSeed() % 1_000_000;

test('a ledger, also when it is killed again, and on a damaged file', async () => {
  await simulateLedger({ seed: SEED, steps: 90, crashes: 80 });
});

test('a ledger whose file was damaged while it was stopped, where a start does not look', async () => {
  await simulateSalvage({ seed: 924_126, steps: 90, crashes: 80 });
});

test('a database of an earlier version, while it is migrated', async () => {
  await simulateMigration({ seed: SEED, steps: 40, crashes: 60 });
});

test('history and the journal, also on a damaged file', async () => {
  await simulateHistory({ seed: SEED, steps: 40, crashes: 30 });
});

test('without its syncs, or with an acknowledgement that comes too early, it would not hold', async () => {
  const story = await StoryCrashes.record(scratchFolder(), { seed: SEED, steps: 40 });
  const { operations } = story.recording;
  const unsynced = story.had(operations.filter(({ kind }) => kind !== 'sync'));
  expect(() => explore(unsynced, { seed: SEED, crashes: 80 })).toThrow(/^seed \d+: powerCut/);
  const early = story.had(
    operations.map((operation) =>
      operation.kind === 'mark' ? { ...operation, text: operation.text.replace('begun', 'done') } : operation,
    ),
  );
  expect(() => explore(early, { seed: SEED, crashes: 80 })).toThrow(/^seed \d+/);
});
