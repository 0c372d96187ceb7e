/**
 * A disk that takes half a second for every sync, and one that takes five: the loop does not wait for it, devices are
 * served, and notices leave: after their commit if that is soon, from memory if it is not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Device } from '../bench/service/device.js';
import { FaultRun } from './harness/fault-run.js';
import { SYNC, straceProcess } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';

/** Until a new device has sent its first message. */
const CONNECT_MS = 1_200;
/** What a stall of the loop would add to a round trip that never touches the disk. */
const STALL_MS_MAX = 50;

test.each([
  ['half a second', 500, 2_000],
  ['five seconds', 5_000, 3_000],
] as const)('syncs of %s', async (_name, ms, noticeMsMax) => {
  const run = await FaultRun.begin({ seed: testSeed() });
  const gateway = run.start();
  const port = await gateway.ready();
  await vi.waitFor(() => expect(run.traffic.acknowledged).toBeGreaterThan(100), { timeout: 10_000 });
  const device = await Device.connect(port, 'pinger');
  const before = await roundTripOf(device);
  const slow = await straceProcess(gateway.pid, { calls: SYNC, effect: `delay_enter=${ms * 1000}` });
  expect(await roundTripOf(device)).toBeLessThan(before + STALL_MS_MAX);

  const at = Date.now();
  run.device({
    ...{ clientId: 'press', qos: 0, window: 1, perSecond: 1 },
    message: (n) => ({
      topic: 'plant/l9/press/temp',
      payload: JSON.stringify({ by: 'press', n, ts: Date.now(), value: 92 }),
    }),
  });
  const request = await vi.waitFor(
    () => {
      const found = run.sink.requests.find(({ body }) => body.includes('"press"'));
      expect(found).toBeDefined();
      return found;
    },
    { timeout: noticeMsMax + CONNECT_MS },
  );
  expect(request?.at ?? 0).toBeLessThan(at + noticeMsMax + CONNECT_MS);
  device.close();

  // The disk is well again: nothing was lost, and nothing came twice.
  await slow.end();
  const { violations } = await run.verdict();
  expect(violations).toEqual([]);
});

/** In ms, all but one of a hundred. What else this computer does is in it: compare it with another of the same minute. */
async function roundTripOf(device: Device): Promise<number> {
  const roundTrips: number[] = [];
  const until = performance.now() + 3_000;
  while (performance.now() < until) {
    roundTrips.push(await device.ping());
    await sleep(10);
  }
  return roundTrips.toSorted((a, b) => a - b)[Math.floor(roundTrips.length * 0.99)] ?? Number.NaN;
}
