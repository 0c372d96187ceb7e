/**
 * The gateway is killed with SIGKILL at random moments, while it starts too, under devices that send and receivers that
 * listen. Nothing acknowledged may be lost, nothing stored twice, nobody left untold, and the alerts must be those of a
 * run in which nothing was killed. Run again what failed with TOCSIN_SEED. The long form is faults.long.test.ts.
 */
import { expect, test } from 'vitest';
import { spread } from '../bench/figures.js';
import { killRounds } from './harness/kill-rounds.js';
import { testSeed } from './harness/test-seed.js';

/**
 * Of a start after a kill, by CPU time: half a second on a quiet machine. Others who share its caches make the same work
 * cost more, most starts up to the double; the one they hurt least says what a start costs.
 */
const READY_CPU_MS = { median: 1_500, least: 1_000 };
/** A fourth of what seeds decide on average. */
const ACKNOWLEDGED_MIN = 300;

test('20 kills', async () => {
  const seed = testSeed();
  const { violations, sent, acknowledged, acknowledgedMin, readyCpuMs } = await killRounds({
    seed,
    rounds: 20,
  });
  expect(violations, `seed ${seed}`).toEqual([]);
  // It had something to lose.
  expect(acknowledged).toBeGreaterThanOrEqual(acknowledgedMin);
  expect(acknowledgedMin, `seed ${seed}`).toBeGreaterThan(ACKNOWLEDGED_MIN);
  expect(sent).toBeGreaterThan(acknowledged);
  expect(spread(readyCpuMs).median).toBeLessThan(READY_CPU_MS.median);
  expect(Math.min(...readyCpuMs)).toBeLessThan(READY_CPU_MS.least);
});
