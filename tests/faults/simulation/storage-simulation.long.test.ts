/**
 * Thousands of crashes of a simulated disk, as storage-simulation.test.ts tries some. TOCSIN_SEED repeats a run, and
 * TOCSIN_SHARE=0.1 tries the first tenth of its seeds. Each of both parts begins nothing new after 30 minutes.
 */
import { expect, test } from 'vitest';
import { writeProof } from '../harness/proof-page.js';
import { seedsInTime } from '../harness/seeds-in-time.js';
import { testSeed } from '../harness/test-seed.js';
import { simulateHistory, simulateLedger } from './simulate-storage.js';

const SEED = testSeed() % 1_000_000;
const SHARE = Number(process.env['TOCSIN_SHARE'] ?? 1);
const SEEDS = { ledger: Math.ceil(40 * SHARE), history: Math.ceil(20 * SHARE) };
const MINUTES = 30;
const tried = { ledger: 0, history: 0 };
const violations = { ledger: [] as string[], history: [] as string[] };

function seeds(most: number): Iterable<number> {
  return seedsInTime(SEED, { most, least: 2, minutes: MINUTES });
}

/** Goes on after a violation, and says all of them in the end. */
async function tryOne(what: keyof typeof tried, simulate: () => Promise<number>): Promise<void> {
  try {
    tried[what] += await simulate();
  } catch (error) {
    violations[what].push(
      error instanceof Error ? `${error.message}: ${String(error.cause)}` : String(error),
    );
  }
  note();
}

function note(): void {
  const settings = SHARE === 1 ? [] : [`TOCSIN_SHARE=${SHARE}`];
  writeProof(
    'Crashes of a simulated disk',
    { seed: SEED, test: 'storage-simulation.long', settings },
    `A run of the store is recorded, call by call, and every crash that a disk allows is tried at moments all over it: kills, also
in the middle of a write, and power cuts, after which of what was not synced anything may be there or not, in any order and
in parts of 512 bytes. A start on what is left must find all that was acknowledged, once, every notice that is owed, the rules
where they were, and every reading in the journal or in history; also if it was a start itself that crashed, and while it
saved what could be read of a damaged file.

| what crashed | crashes | violations |
| --- | --- | --- |
| the ledger: commits, snapshots, checkpoints, starts, salvage | ${tried.ledger.toLocaleString('en')} | ${violations.ledger.length} |
| the ledger and history together | ${tried.history.toLocaleString('en')} | ${violations.history.length} |
${[...violations.ledger, ...violations.history].map((line) => `\n- ${line}`).join('')}`,
  );
}

test(
  'ledgers',
  async () => {
    for (const seed of seeds(SEEDS.ledger)) {
      await tryOne('ledger', () => simulateLedger({ seed, steps: 140, crashes: 120 }));
    }
    expect(violations.ledger).toEqual([]);
    expect(tried.ledger).toBeGreaterThanOrEqual(2 * 240);
  },
  2 * MINUTES * 60_000,
);

test(
  'history',
  async () => {
    for (const seed of seeds(SEEDS.history)) {
      await tryOne('history', () => simulateHistory({ seed, steps: 60, crashes: 60 }));
    }
    expect(violations.history).toEqual([]);
    expect(tried.history).toBeGreaterThanOrEqual(2 * 90);
  },
  2 * MINUTES * 60_000,
);
