/**
 * The gateway is asked to stop: it does within 2 s, whatever its disk and its receivers do meanwhile, and nothing that it
 * acknowledged is lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { FaultRun } from './harness/fault-run.js';
import { STRACE_ENV, SYNC, strace } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';

const STOP_MS_MAX = 2_000;
const SLOW_DISK = { wrapper: strace({ calls: SYNC, effect: 'delay_enter=100000' }), env: STRACE_ENV };

test.each([
  ['under load', {}],
  ['with a slow disk', SLOW_DISK],
] as const)('SIGTERM %s', async (_name, options) => {
  const run = await FaultRun.begin({ seed: testSeed() });
  const gateway = run.start(options);
  await gateway.ready();
  await sleep(1_000);
  const { code, ms } = await gateway.stop();
  expect({ code, stderr: gateway.stderr }).toMatchObject({ code: 0 });
  expect(ms).toBeLessThan(STOP_MS_MAX);
  const acknowledged = run.traffic.acknowledged;
  run.start();
  expect((await run.verdict()).violations).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
});

test('SIGTERM while no receiver answers', async () => {
  const run = await FaultRun.begin({ seed: testSeed() });
  run.sink.answer = () => ({ kind: 'hang' });
  const gateway = run.start();
  await gateway.ready();
  await vi.waitFor(() => expect(run.sink.requests.length).toBeGreaterThan(4), { timeout: 10_000 });
  const { code, ms } = await gateway.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(STOP_MS_MAX);
  run.sink.answer = () => ({ kind: 'status', status: 200 });
  run.start();
  expect((await run.verdict()).violations).toEqual([]);
});

test('a second SIGTERM ends it at once', async () => {
  const run = await FaultRun.begin({ seed: testSeed() });
  run.sink.answer = () => ({ kind: 'hang' });
  const gateway = run.start();
  await gateway.ready();
  await vi.waitFor(() => expect(run.sink.requests.length).toBeGreaterThan(4), { timeout: 10_000 });
  gateway.signal('SIGTERM');
  // A moment later: what npm repeats at once is one wish.
  await sleep(600);
  const from = performance.now();
  gateway.signal('SIGTERM');
  expect(await gateway.ended).toEqual({ code: null, signal: 'SIGTERM' });
  expect(performance.now() - from).toBeLessThan(200);
  run.sink.answer = () => ({ kind: 'status', status: 200 });
  run.start();
  expect((await run.verdict()).violations).toEqual([]);
});
