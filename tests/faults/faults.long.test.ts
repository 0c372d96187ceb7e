/**
 * The long form of the tests of kills and power cuts: hundreds of them, on many sites. `npm run proof` writes what it came
 * to into docs/proof.md. Each test says its seed; TOCSIN_SEED repeats all of them, and TOCSIN_SHARE=0.3 tries the first
 * three of ten sites of each kind, where there is less time.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { Verdict } from './harness/fault-run.js';
import { type CallPoint, killAtCalls } from './harness/kill-at-calls.js';
import { killRounds } from './harness/kill-rounds.js';
import { killTable, type Trial } from './harness/kill-table.js';
import { powerCuts } from './harness/power-cuts.js';
import { writeProof } from './harness/proof-page.js';
import { SYNC } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';

const SEED = testSeed();
const DURABILITIES = ['balanced', 'strict', 'eco'] as const;
const MINUTES = 60_000;
/** Only what hangs takes so long, however busy the machine is. */
const SITE_MS_MAX = 15 * MINUTES;
const SHARE = Number(process.env['TOCSIN_SHARE'] ?? 1);
const SETTINGS = SHARE === 1 ? [] : [`TOCSIN_SHARE=${SHARE}`];
const trials: Trial[] = [];

function judge(trial: Trial, seed: number): void {
  trials.push(trial);
  // After each, so that a run that is broken off says what it came to.
  const circumstances = { seed: SEED, test: 'faults.long', settings: SETTINGS };
  writeProof('Kills and power cuts', circumstances, killTable(trials));
  expect(trial.verdict.violations, `seed ${seed}`).toEqual([]);
}

/** Of one site it may be none: the first writes of a start come before it listens. */
afterAll(() => {
  const acknowledged = new Map<string, number>();
  for (const { what, verdict } of trials) {
    acknowledged.set(what, (acknowledged.get(what) ?? 0) + verdict.acknowledged);
  }
  for (const [what, messages] of acknowledged) expect(messages, what).toBeGreaterThan(0);
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const sites = (count: number) => numbers(Math.ceil(count * SHARE));

describe('SIGKILL at random', () => {
  test.each(sites(18))(
    'site %i',
    async (site) => {
      const seed = SEED + site;
      const durability = DURABILITIES[site % DURABILITIES.length] ?? 'balanced';
      const verdict = await killRounds({ seed, rounds: 20, durability });
      judge({ what: 'SIGKILL at a random moment', faults: 20, verdict }, seed);
    },
    SITE_MS_MAX,
  );
});

/** Every one of the first, then some. */
const POINTS: readonly CallPoint[] = [
  ...numbers(40).map((index) => ({ calls: SYNC, number: index + 1 })),
  ...numbers(20).map((index) => ({ calls: SYNC, number: 44 + 4 * index })),
  ...numbers(30).map((index) => ({ calls: ['pwrite64'] as const, number: index + 1 })),
  ...numbers(50).map((index) => ({ calls: ['pwrite64'] as const, number: 37 + 7 * index })),
];
const POINTS_OF_A_SITE = 20;

describe('SIGKILL at a system call', () => {
  test.each(sites(POINTS.length / POINTS_OF_A_SITE))(
    'site %i',
    async (site) => {
      const seed = SEED + site;
      const points = POINTS.slice(site * POINTS_OF_A_SITE, (site + 1) * POINTS_OF_A_SITE);
      const verdict = await killAtCalls({ seed, points });
      judge({ what: 'SIGKILL at the N-th sync or write', faults: verdict.killed, verdict }, seed);
    },
    SITE_MS_MAX,
  );
});

describe('power cuts', () => {
  test.each(sites(12))(
    'site %i',
    async (site) => {
      const seed = SEED + site;
      const durability = DURABILITIES[site % DURABILITIES.length] ?? 'balanced';
      const verdict: Verdict = await powerCuts({ seed, durability, cuts: 5 });
      judge({ what: 'power cut', faults: 5, verdict }, seed);
    },
    SITE_MS_MAX,
  );
});
