/**
 * Receivers that fail in every way: each gets what it is owed as soon as it takes it, under one id, and none delays another
 * or costs memory. The gateway is killed in between.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../loopback-port.js';
import { faultSite } from './harness/fault-site.js';
import { GatewayProcess } from './harness/gateway-process.js';
import { NumberedPublisher } from './harness/numbered-publisher.js';
import { dataOf, gatewayOn } from './harness/running-gateway.js';
import { type Answer, isTaken, OK, type WebhookRequest, WebhookSink } from './harness/webhook-sink.js';

const status = (code: number, headers = {}): Answer => ({ kind: 'status', status: code, headers });

/** What each does with its first requests; then it takes everything. */
const FIRST_ANSWERS = {
  good: [],
  failing: [status(500), status(503)],
  busy: [status(429, { 'retry-after': '2' })],
  gone: Array.from({ length: 100 }, () => status(410)),
  moved: [status(302, { location: 'http://127.0.0.1:1/elsewhere' })],
  cutting: [{ kind: 'reset' }],
  hanging: Array.from({ length: 100 }, (): Answer => ({ kind: 'hang' })),
  dripping: [{ kind: 'drip', everyMs: 50 }],
  talking: [{ kind: 'huge', status: 200 }],
  shouting: [{ kind: 'huge', status: 500 }],
} satisfies Record<string, Answer[]>;

type Name = keyof typeof FIRST_ANSWERS;
const NAMES = Object.keys(FIRST_ANSWERS) as Name[];

/** Beyond the 5 s after which a refused notice is tried again, and the 15 s that an attempt may take. */
const RETRIES_MS = 25_000;
const SOON_MS = 1_500;
const MEGABYTE = 1_000_000;

async function plant() {
  const sink = await WebhookSink.start();
  onTestFinished(() => sink.stop());
  const left = new Map<string, Answer[]>(NAMES.map((name) => [`/${name}`, [...FIRST_ANSWERS[name]]]));
  sink.answer = ({ path }) => left.get(path)?.shift() ?? OK;
  const port = await freePort();
  const receivers = Object.fromEntries(NAMES.map((name) => [name, sink.url(`/${name}`)]));
  const site = faultSite({ port, receivers });
  // A temperature that begins to be too high, and is so for ever; one alert for each machine.
  const device = new NumberedPublisher({
    ...{ port, clientId: 'ovens', qos: 1, window: 1, perSecond: 4 },
    message: (n) => ({
      topic: `plant/l1/oven${n}/temp`,
      payload: JSON.stringify({ ts: Date.now(), value: 85 }),
    }),
  });
  onTestFinished(() => device.close());
  const start = () => {
    const gateway = new GatewayProcess({ site });
    onTestFinished(() => gateway.kill());
    return gateway;
  };
  const told = (name: Name) => sink.requests.filter(({ path }) => path === `/${name}`);
  return { sink, site, device, start, told };
}

const firings = (requests: readonly WebhookRequest[]) =>
  requests
    .map(({ id, body }) => ({ id, alert: JSON.parse(body).alerts[0] }))
    .filter(({ alert }) => alert.rule === 'hot');

test('everybody is told, and nobody waits for another', async () => {
  const { sink, site, device, start, told } = await plant();
  const first = start();
  await first.ready();
  const idle = first.usage();
  await vi.waitFor(() => expect(device.sent.length).toBe(6), { timeout: 5_000 });
  device.pause();
  // Whoever takes notices has them at once, whatever the others do.
  await vi.waitFor(() => expect(firings(told('good'))).toHaveLength(6), { timeout: SOON_MS });
  for (const name of ['dripping', 'talking'] as const) {
    await vi.waitFor(() => expect(told(name).some(isTaken)).toBe(true), { timeout: SOON_MS });
  }
  await vi.waitFor(
    () => expect(firings(told('gone').filter(({ answer }) => answer !== OK))).toHaveLength(6),
    { timeout: SOON_MS },
  );
  await sleep(200);
  expect(first.usage().residentBytes - idle.residentBytes).toBeLessThan(40 * MEGABYTE);
  expect(sink.hugeBytes).toBeLessThan(20 * MEGABYTE);

  await first.kill();
  const second = start();
  await second.ready();
  device.resume();
  await vi.waitFor(() => expect(device.sent.length).toBeGreaterThanOrEqual(10), { timeout: 5_000 });
  device.pause();
  for (const name of NAMES.filter((it) => it !== 'gone' && it !== 'hanging')) {
    const machines = () =>
      new Set(firings(told(name).filter(isTaken)).map(({ alert }) => alert.labels.machine));
    await vi.waitFor(() => expect(machines().size, name).toBe(device.sent.length), {
      timeout: RETRIES_MS,
      interval: 200,
    });
  }

  // One id for each notice, however often it was tried; and the same bytes.
  const bodies = new Map<string, string>();
  for (const { id, body } of sink.requests) {
    expect(body).toBe(bodies.get(id) ?? body);
    bodies.set(id, body);
  }
  const keys = [...bodies.values()]
    .map((body) => JSON.parse(body))
    .map(({ receiver, kind, alerts }) => [receiver, kind, alerts[0].event, alerts[0].episode].join());
  expect(new Set(keys).size).toBe(keys.length);
  expect(sink.requests.every(({ isSigned }) => isSigned)).toBe(true);

  const [refused, retried] = told('busy').filter(({ id }) => id === told('busy')[0]?.id);
  expect((retried?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000);

  const gateway = await gatewayOn(dataOf(site));
  const deliveries = await gateway.deliveries({ states: [], receiver: null, limit: 1_000 });
  const states = (name: Name) =>
    new Set(deliveries.filter(({ receiver }) => receiver === name).map(({ state }) => state));
  expect(states('good')).toEqual(new Set(['delivered']));
  expect(states('gone')).toEqual(new Set(['dead']));
  expect(states('hanging')).toEqual(new Set(['queued']));
  const { raised, ...others } = (await gateway.status()).accounting;
  expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(raised);
  expect(first.stderr + second.stderr).not.toContain('whsec_');
});
