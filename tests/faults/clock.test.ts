/**
 * The clock on the wall is set forward and back, by an hour and by a day, and a gateway without a battery boots in 1970 until
 * it hears the time: delays, holds and absence last as long as they should, nothing is raised that is not so, and nothing is
 * missed. Method: libfaketime, real devices, a receiver; times are measured by the clock of the test.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Device } from '../bench/service/device.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { FaultRun } from './harness/fault-run.js';
import { GatewayProcess } from './harness/gateway-process.js';
import { dataOf, gatewayOn, statusOf } from './harness/running-gateway.js';
import { testSeed } from './harness/test-seed.js';
import { WallClock } from './harness/wall-clock.js';
import { WebhookSink } from './harness/webhook-sink.js';

const FOR_MS = 3_000;
const ABSENT_MS = 9_000;
/** Until a notice is here, on a machine that does other work too. */
const LATE_MS = 4_000;
/** Two clocks that count whole milliseconds. */
const CLOCKS_MS = 5;
const SOON = { timeout: 30_000, interval: 20 };
const HOUR_S = 3_600;

const RULES = {
  rules: [
    {
      id: 'hot',
      inputs: { temp: 'plant/{machine}/temp' },
      when: { value: 'temp', above: 80, for: `${FOR_MS}ms` },
    },
    { id: 'gone', inputs: { beat: 'plant/{machine}/beat' }, when: { absent: 'beat', for: `${ABSENT_MS}ms` } },
    {
      id: 'mostly-hot',
      inputs: { temp: 'plant/{machine}/temp' },
      when: { avg: 'temp', over: '1h', above: 60 },
    },
  ],
};

interface Told {
  /** `hot firing press`. */
  readonly what: string;
  /** By the clock of the test. */
  readonly at: number;
  /** As it is printed. */
  readonly time: number;
}

/** A gateway on a clock that is not ours, a device that sends all the time, and what people are told. */
async function plant(clock: WallClock) {
  const sink = await WebhookSink.start();
  onTestFinished(() => sink.stop());
  const site = temporarySite({
    'tocsin.json': {
      mqtt: { embedded: { port: 0 } },
      receivers: { crew: { webhook: { url: sink.url() } } },
    },
    'rules/plant.json': RULES,
  });
  const gateway = new GatewayProcess({ site, env: clock.env });
  onTestFinished(() => gateway.kill());
  const port = await gateway.ready();
  const device = await Device.connect(port, 'steady');
  const beat = setInterval(() => device.send({ topic: 'plant/steady/beat', payload: '1' }), 200);
  onTestFinished(() => {
    clearInterval(beat);
    device.close();
  });
  const told = (): Told[] =>
    sink.requests.flatMap(({ at, body }) =>
      JSON.parse(body)
        .alerts.filter(({ rule }: { rule: string }) => !rule.startsWith('tocsin/'))
        .map((it: { rule: string; event: string; labels: { machine: string }; time: number }) => ({
          what: `${it.rule} ${it.event} ${it.labels.machine}`,
          at,
          time: it.time,
        })),
    );
  const untilTold = (what: string) =>
    vi.waitFor(() => {
      const found = told().find((it) => it.what === what);
      if (found === undefined) throw new Error(`${what} was not told`);
      return found;
    }, SOON);
  const send = (machine: string, field: string, value: number) =>
    device.publish({ topic: `plant/${machine}/${field}`, payload: `${value}` });
  return { site, gateway, send, told, untilTold };
}

test('is set by an hour and by a day, forward and back: delays and absence do not notice', async () => {
  const clock = new WallClock();
  const { site, send, told, untilTold } = await plant(clock);
  // It arrives after this and before its acknowledgement.
  const silentAt = Date.now();
  await send('silent', 'beat', 1);
  const steps = [HOUR_S, 0, -HOUR_S, 0, 24 * HOUR_S, -24 * HOUR_S];
  for (const [index, step] of steps.entries()) {
    const press = `press${index}`;
    const hotAt = Date.now();
    await send(press, 'temp', 90);
    await sleep(FOR_MS / 3);
    clock.set(step < 0 ? String(step) : `+${step}`);
    const { at, time } = await untilTold(`hot firing ${press}`);
    expect(at - hotAt).toBeGreaterThanOrEqual(FOR_MS - CLOCKS_MS);
    expect(at - hotAt).toBeLessThan(FOR_MS + LATE_MS);
    // What is printed is what the wall shows.
    expect(Math.abs(time - (at + 1_000 * step))).toBeLessThan(LATE_MS);
    // And it clears at once.
    await send(press, 'temp', 20);
    await untilTold(`hot resolved ${press}`);
  }
  const gone = await untilTold('gone firing silent');
  expect(gone.at - silentAt).toBeGreaterThanOrEqual(ABSENT_MS - CLOCKS_MS);
  expect(gone.at - silentAt).toBeLessThan(ABSENT_MS + LATE_MS);
  const expected = steps.flatMap((_, index) => [
    `hot firing press${index}`,
    `mostly-hot firing press${index}`,
    `hot resolved press${index}`,
    `mostly-hot resolved press${index}`,
  ]);
  expect(
    told()
      .map(({ what }) => what)
      .sort(),
  ).toEqual([...expected, 'gone firing silent'].sort());
  expect((await statusOf(dataOf(site))).outbox.queued).toBe(0);
});

test('says 1970 until the time is known: alerts begin, last and end as they should', async () => {
  const clock = new WallClock();
  clock.set('@1970-01-01 00:00:20');
  const { site, send, told, untilTold } = await plant(clock);
  await send('before', 'temp', 90);
  const before = await untilTold('hot firing before');
  expect(before.time).toBeLessThan(600_000);
  const hotAt = Date.now();
  await send('across', 'temp', 90);
  await sleep(FOR_MS / 2);
  clock.set('+0');
  const across = await untilTold('hot firing across');
  expect(across.at - hotAt).toBeGreaterThanOrEqual(FOR_MS - CLOCKS_MS);
  expect(across.at - hotAt).toBeLessThan(FOR_MS + LATE_MS);
  expect(Math.abs(across.time - across.at)).toBeLessThan(LATE_MS);
  for (const machine of ['before', 'across']) await send(machine, 'temp', 20);
  await untilTold('hot resolved before');
  await untilTold('hot resolved across');
  expect(
    told()
      .map(({ what }) => what)
      .filter((what) => what.startsWith('gone')),
  ).toEqual([]);
  const { alerts } = await gatewayOn(dataOf(site)).then(async (client) => ({
    alerts: await client.alerts(),
  }));
  expect(alerts.filter(({ rule }) => !rule.startsWith('tocsin/'))).toEqual([]);
});

test.each([
  ['a day back', '-1d'],
  // Further, and windows of hours would rightly be empty.
  ['an hour forward', '+1h'],
])('is set %s while it does not run, and again when it does: nothing is lost', async (_, step) => {
  const clock = new WallClock();
  const run = await FaultRun.begin({ seed: testSeed() });
  await run.start({ env: clock.env }).ready();
  await run.traffic.acknowledge(100);
  await run.gateways.at(-1)?.kill();
  clock.set(step);
  await run.start({ env: clock.env }).ready();
  await run.traffic.acknowledge(200);
  clock.set('+0');
  await run.traffic.acknowledge(300);
  expect((await run.verdict()).violations).toEqual([]);
});
