/**
 * The power is cut: what was not synced is gone from the disk, and the gateway with it. What was acknowledged must be
 * there. Negative control: a gateway whose syncs do nothing loses it, and the test notices; a kill alone would not show
 * that, as the kernel keeps what a killed process has written.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FaultRun } from './harness/fault-run.js';
import { cutPower, PowerCutDisk } from './harness/mounted-disk.js';
import { powerCuts } from './harness/power-cuts.js';
import { STRACE_ENV, SYNC, strace } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';

test.each(['strict', 'balanced', 'eco'] as const)(
  '%s: five cuts, and nothing acknowledged is lost',
  async (durability) => {
    const seed = testSeed();
    const { violations, acknowledged } = await powerCuts({ seed, durability, cuts: 5 });
    expect(violations, `seed ${seed}`).toEqual([]);
    expect(acknowledged).toBeGreaterThan(20);
  },
);

test('syncs that do nothing lose what was acknowledged', async () => {
  const disk = new PowerCutDisk();
  const run = await FaultRun.begin({ seed: 1, data: disk.path });
  const gateway = run.start({ wrapper: strace({ calls: SYNC, effect: 'retval=0' }), env: STRACE_ENV });
  await gateway.ready();
  await sleep(1_000);
  await cutPower(gateway, disk);
  run.start();
  const { violations } = await run.verdict();
  expect(violations).toContainEqual(expect.stringMatching(/^acknowledged and not stored /));
});
