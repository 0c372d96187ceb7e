/**
 * Negative control: were a message acknowledged before it is stored, the test of kills would notice. Method: a proxy that
 * answers for the broker, and a disk slow enough that there is always something not stored yet.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acknowledgeEarly } from './harness/early-acknowledgements.js';
import { FaultRun } from './harness/fault-run.js';
import { STRACE_ENV, SYNC, strace } from './harness/strace.js';

const SLOW = { wrapper: strace({ calls: SYNC, effect: 'delay_enter=100000' }), env: STRACE_ENV };

test.each([
  [
    'acknowledged early: a loss is found',
    acknowledgeEarly,
    [expect.stringMatching(/^acknowledged and not stored /)],
  ],
  ['acknowledged when stored: nothing is lost', undefined, []],
] as const)('%s', async (_name, proxy, expected) => {
  const run = await FaultRun.begin({ seed: 1, ...(proxy === undefined ? {} : { proxy }) });
  const slow = run.start(SLOW);
  await slow.ready();
  await sleep(1_500);
  await slow.kill();
  run.start();
  expect((await run.verdict()).violations).toEqual(expected);
});
