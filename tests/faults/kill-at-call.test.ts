/**
 * The gateway is killed in the middle of a system call of its ledger: at the N-th sync or write since its start, as strace
 * counts them. The promises are those of kills at random, but here the moment is one at which the files are half written.
 */
import { expect, test } from 'vitest';
import { killAtCalls, randomPoints } from './harness/kill-at-calls.js';
import { testSeed } from './harness/test-seed.js';

test('20 calls', async () => {
  const seed = testSeed();
  const { violations, killed } = await killAtCalls({ seed, points: randomPoints(seed, 20) });
  expect(violations, `seed ${seed}`).toEqual([]);
  expect(killed).toBeGreaterThan(15);
});
