/**
 * The disk is full, while the gateway runs and when it starts, or takes nothing at all: nothing is acknowledged that could not be stored, alerts
 * are decided and told all the while, and with room again everything goes on by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { runTocsin } from '../runtime/service/run-tocsin.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { FaultRun } from './harness/fault-run.js';
import { expectToldThoughNotStored, furnace, furnaceNotices } from './harness/furnace.js';
import { SmallDisk } from './harness/mounted-disk.js';
import { statusOf } from './harness/running-gateway.js';
import { testSeed } from './harness/test-seed.js';

const SOON = { timeout: 10_000, interval: 50 };
/** Acknowledgements of what was stored just before are on their way. */
const SETTLE_MS = 500;
/** The log turns round once at the latest. */
const FULL_MS_MAX = 60_000;
const RECOVERY_MS_MAX = 6_000;

test('a disk that fills up, and has room again', async () => {
  const disk = new SmallDisk(64);
  const run = await FaultRun.begin({ seed: testSeed(), data: disk.path });
  const gateway = run.start();
  await gateway.ready();
  furnace(run);
  await vi.waitFor(() => expect(run.traffic.acknowledged).toBeGreaterThan(200), SOON);
  disk.fill();
  // What is stored in the place that the files have already is acknowledged.
  await vi.waitFor(async () => expect((await statusOf(run.data)).storage.degraded).toBe(true), {
    ...SOON,
    timeout: FULL_MS_MAX,
  });
  await sleep(SETTLE_MS);
  await expectToldThoughNotStored(run);
  const { acknowledged } = run.traffic;

  disk.empty();
  await vi.waitFor(() => expect(run.traffic.acknowledged).toBeGreaterThan(acknowledged), {
    ...SOON,
    timeout: RECOVERY_MS_MAX,
  });
  expect(gateway.isRunning).toBe(true);
  const { violations } = await run.verdict();
  expect(violations).toEqual([]);
});

test('a disk that is full at the start', async () => {
  const disk = new SmallDisk(64);
  const run = await FaultRun.begin({ seed: testSeed(), data: disk.path });
  disk.fill();
  const gateway = run.start();
  await gateway.ready();
  furnace(run);
  await vi.waitFor(() => expect(furnaceNotices(run.sink).length).toBeGreaterThan(0), SOON);
  expect(run.traffic.acknowledged).toBe(0);
  disk.empty();
  await vi.waitFor(() => expect(run.traffic.acknowledged).toBeGreaterThan(0), {
    ...SOON,
    timeout: RECOVERY_MS_MAX,
  });
  expect((await run.verdict()).violations).toEqual([]);
});

test('a disk that is mounted read-only at the start: that is said, and what to do', async () => {
  const disk = new SmallDisk(64);
  const site = temporarySite({ 'tocsin.json': { data: disk.path, mqtt: { embedded: { port: 0 } } } });
  disk.closeForWriting();
  expect(await runTocsin('start', '--site', site)).toEqual({
    code: 3,
    stdout: '',
    stderr: `tocsin start: the data folder ${disk.path} is on a disk that is mounted read-only: the system mounts a disk so after an error: \`dmesg\` says which; mend it, and mount it for writing\n`,
  });
});
