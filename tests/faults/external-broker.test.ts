/**
 * A mosquitto between devices and gateway is stopped, frozen and started again, and the gateway is killed: whatever
 * mosquitto acknowledged comes to the gateway's journal, once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Mosquitto } from '../mosquitto/mosquitto.js';
import { FaultRun } from './harness/fault-run.js';
import { statusOf } from './harness/running-gateway.js';
import { testSeed } from './harness/test-seed.js';

/** Of messages that mosquitto acknowledges between one trouble and the next. */
const SOME = 300;

test('stopped, frozen, started again, and the gateway killed in between', async () => {
  const seed = testSeed();
  const mosquitto = await Mosquitto.start(['persistence true', 'max_queued_messages 0']);
  const run = await FaultRun.begin({ seed, broker: mosquitto.port });
  run.traffic.pause();
  const first = run.start();
  await first.ready();
  // Before it has subscribed for the first time, mosquitto does not know that it will.
  await vi.waitFor(
    async () => expect((await statusOf(run.data)).connections).toMatchObject([{ state: 'up' }]),
    { timeout: 60_000 },
  );
  run.traffic.resume();
  await run.traffic.acknowledge(SOME);

  await mosquitto.stop();
  await sleep(1_000);
  await mosquitto.start();
  await run.traffic.acknowledge(SOME);

  mosquitto.freeze();
  await sleep(2_000);
  await first.kill();
  const second = run.start();
  await sleep(1_000);
  mosquitto.thaw();
  await run.traffic.acknowledge(SOME);

  // What is sent while the gateway is away waits in mosquitto.
  await second.kill();
  await run.traffic.acknowledge(SOME);
  await mosquitto.stop();
  await mosquitto.start();
  run.start();
  await run.traffic.acknowledge(SOME);
  expect((await run.verdict()).violations, `seed ${seed}`).toEqual([]);
});
