/**
 * The short way past the broker and the way through it come to the same, message by message. TOCSIN_SEED repeats a run;
 * tests/faults/fuzz.long.test.ts has longer ones.
 */
import { expect, test } from 'vitest';
import { testSeed } from '../faults/harness/test-seed.js';
import { compareWays } from './compare-ways.js';

const SESSIONS = 20;

test('give the same', async () => {
  expect(await compareWays({ sessions: SESSIONS, seed: testSeed() })).toBeGreaterThan(SESSIONS);
});
