/**
 * The gateway is killed with SIGKILL at random moments, while it starts too, under devices that send and receivers that
 * listen. Nothing acknowledged may be lost, nothing stored twice, nobody left untold, and the alerts must be those of a
 * run in which nothing was killed. Run again what failed with TOCSIN_SEED. The long form is kill-at-random.long.test.ts.
 */
import { expect, test } from 'vitest';
import { spread } from '../bench/figures.js';
import { killRounds } from './harness/kill-rounds.js';
import { testSeed } from './harness/test-seed.js';

const READY_MS_MAX = 1_000;

test('20 kills', async () => {
  const seed = testSeed();
  const { violations, sent, acknowledged, readyCpuMs } = await killRounds({ seed, rounds: 20 });
  expect(violations, `seed ${seed}`).toEqual([]);
  // It had something to lose.
  expect(acknowledged).toBeGreaterThan(300);
  expect(sent).toBeGreaterThan(acknowledged);
  // By CPU time: a start that other work on the machine delays is not slow for that.
  expect(spread(readyCpuMs).median).toBeLessThan(READY_MS_MAX);
});
