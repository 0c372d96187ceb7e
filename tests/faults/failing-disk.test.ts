/**
 * Syncs fail: what could not be stored is not acknowledged, what was acknowledged is there after a power cut, and alerts
 * are decided and told all the while.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { FaultRun } from './harness/fault-run.js';
import { expectToldThoughNotStored, furnace } from './harness/furnace.js';
import { cutPower, PowerCutDisk } from './harness/mounted-disk.js';
import { STRACE_ENV, SYNC, strace } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';

const SOON = { timeout: 10_000, interval: 50 };
/** Acknowledgements of what was stored just before are on their way. */
const SETTLE_MS = 500;

/** Runs on a disk whose syncs fail, until the first has. */
async function untilSyncFails(when: string) {
  const disk = new PowerCutDisk();
  const run = await FaultRun.begin({ seed: testSeed(), data: disk.path });
  const log = join(run.site, 'strace.log');
  const gateway = run.start({
    wrapper: strace({ calls: SYNC, effect: 'error=EIO', when }, log),
    env: STRACE_ENV,
  });
  await gateway.ready();
  furnace(run);
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('EIO'), SOON);
  await sleep(SETTLE_MS);
  return { disk, run, gateway };
}

test('while syncs fail nothing is acknowledged, and alerts are told', async () => {
  const { run, gateway } = await untilSyncFails('30+');
  await expectToldThoughNotStored(run);
  await gateway.kill();
});

test.each([
  ['all of them', '30+'],
  ['one of them', '30'],
])('syncs fail, %s, and the power is cut: what was acknowledged is there', async (_name, when) => {
  const { disk, run, gateway } = await untilSyncFails(when);
  await sleep(1_500);
  await cutPower(gateway, disk);
  run.start();
  const { violations, acknowledged } = await run.verdict();
  expect(violations.filter((it) => !/^(delivered and not owed|one id|stored and never)/.test(it))).toEqual(
    [],
  );
  expect(acknowledged).toBeGreaterThan(100);
});
