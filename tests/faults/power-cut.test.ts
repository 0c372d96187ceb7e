/**
 * The power is cut: what was not synced is gone from the disk, and the gateway with it. What was acknowledged must be
 * there. Negative control: a gateway whose syncs do nothing loses it, and the test notices; a kill alone would not show
 * that, as the kernel keeps what a killed process has written.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seededRandom } from '../../runtime/simulation/random.js';
import { FaultRun } from './harness/fault-run.js';
import { cutPower, PowerCutDisk } from './harness/mounted-disk.js';
import { STRACE_ENV, SYNC, strace } from './harness/strace.js';
import { testSeed } from './harness/test-seed.js';

const CUTS = 5;
const LIVES_MS = 800;

test.each(['strict', 'balanced', 'eco'] as const)(
  '%s: five cuts, and nothing acknowledged is lost',
  async (durability) => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const disk = new PowerCutDisk();
    const run = await FaultRun.begin({ seed, data: disk.path, durability });
    for (let cut = 0; cut < CUTS; cut++) {
      const gateway = run.start();
      await gateway.ready();
      await sleep(50 + random.next() * LIVES_MS);
      disk.cut();
      await gateway.kill();
      disk.restore();
    }
    run.start();
    expect((await run.verdict()).violations, `seed ${seed}`).toEqual([]);
    expect(run.traffic.acknowledged).toBeGreaterThan(20);
  },
);

test('syncs that do nothing lose what was acknowledged', async () => {
  const disk = new PowerCutDisk();
  const run = await FaultRun.begin({ seed: 1, data: disk.path });
  const gateway = run.start({ wrapper: strace({ calls: SYNC, effect: 'retval=0' }), env: STRACE_ENV });
  await gateway.ready();
  await sleep(LIVES_MS);
  await cutPower(gateway, disk);
  run.start();
  expect((await run.verdict()).violations).toContainEqual(
    expect.stringMatching(/^acknowledged and not stored /),
  );
});
