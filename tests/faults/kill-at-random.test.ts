/**
 * The gateway is killed with SIGKILL at random moments, while it starts too, under devices that send and receivers that
 * listen. Nothing acknowledged may be lost, nothing stored twice, nobody left untold, and the alerts must be those of a
 * run in which nothing was killed. Run again what failed with TOCSIN_SEED. The long form is faults.long.test.ts.
 */
import { expect, test } from 'vitest';
import { spread } from '../bench/figures.js';
import { killRounds } from './harness/kill-rounds.js';
import { testSeed } from './harness/test-seed.js';

const READY_CPU_MS_MAX = 1_500;

test('20 kills', async () => {
  const seed = testSeed();
  const { violations, sent, acknowledged, readyCpuMs } = await killRounds({ seed, rounds: 20 });
  expect(violations, `seed ${seed}`).toEqual([]);
  // It had something to lose.
  expect(acknowledged).toBeGreaterThan(300);
  expect(sent).toBeGreaterThan(acknowledged);
  // Half of a second on a quiet machine; by CPU time, as other work delays it less.
  expect(spread(readyCpuMs).median).toBeLessThan(READY_CPU_MS_MAX);
});
