import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AlertEvent } from '../../rules/alert-event.js';
import { systemClock } from '../../runtime/clock.js';
import { DeliveryDesk } from '../../runtime/delivery/delivery-desk.js';
import { HostSlots } from '../../runtime/delivery/host-slots.js';
import { Notifier } from '../../runtime/delivery/notifier.js';
import { Webhook } from '../../runtime/delivery/webhook.js';
import { WebhookSignature } from '../../runtime/delivery/webhook-signature.js';
import { TOCSIN_FORMAT } from '../../runtime/formats/body-format.js';
import { loadConfiguration } from '../../runtime/site/configuration.js';
import { Secret } from '../../runtime/site/secret.js';
import type { Benchmark, Group, Sample } from './benchmark.js';
import { measure, measureAsync } from './measure.js';

const ALERTS = 1_000;
const AT_ONCE = 8;

/** Takes everything; prints its port. */
const SINK = `
import { createServer } from 'node:http';
const server = createServer((request, response) => request.resume().on('end', () => response.end()));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** A web server in a process of its own, so that its work is not counted as ours. */
async function withSink<T>(use: (url: string) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SINK]);
  const [port] = await once(child.stdout, 'data');
  try {
    return await use(`http://127.0.0.1:${String(port).trim()}/alerts`);
  } finally {
    child.kill();
  }
}

const REPORT = {
  failing: unexpected,
  unreachable: unexpected,
  recovered: unexpected,
  givenUp: unexpected,
};

function unexpected(): never {
  throw new Error('a webhook failed');
}

function events(count: number): AlertEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    time: 1_780_315_200_000,
    rule: 'press-overheat',
    event: 'firing',
    severity: 'critical',
    labels: { line: `l${index % 10}`, machine: `m${index}` },
    values: { temp: 85.25 + index },
    message: `m${index} is at ${85.25 + index} °C`,
    episode: index.toString(16).padStart(16, '0'),
  }));
}

function notifierOf(receivers: object, routes: readonly object[]): Notifier {
  const text = JSON.stringify({ gateway: 'gw', receivers, routes, smtp: { folder: 'mail' } });
  const { configuration } = loadConfiguration({ path: 'tocsin.json', text });
  if (configuration === null) throw new Error('the configuration has errors');
  const settings = { rules: [], configuration, episodes: [], agenda: [], offset: 0 };
  return new Notifier({ ...settings, onUnrouted: unexpected });
}

/** Events to webhooks, signed, each answered before it counts. */
async function throughDesk(url: string, count: number): Promise<Sample> {
  const notifier = notifierOf({ scada: { webhook: { url } } }, []);
  const now = () => Math.floor(performance.now());
  const webhook = new Webhook({
    name: 'scada',
    fingerprint: '',
    url: new Secret(url),
    signature: new WebhookSignature(new Secret(`whsec_${Buffer.alloc(32).toString('base64')}`)),
    headers: [],
    format: TOCSIN_FORMAT,
    parameters: [],
    concurrency: AT_ONCE,
    slots: new HostSlots(AT_ONCE),
    userAgent: 'tocsin/bench',
    clock: systemClock,
  });
  let delivered = 0;
  let onDone = () => undefined as unknown;
  const desk = new DeliveryDesk({
    receivers: [webhook],
    outbox: {
      record: (_id, { state }) => {
        if (state === 'delivered') delivered += 1;
        if (delivered === count) onDone();
      },
    },
    clock: systemClock,
    now,
    random: () => 0,
    report: REPORT,
    queuedMax: count,
    queued: [],
    failing: [],
  });
  return measureAsync(count, async () => {
    const done = new Promise<void>((resolve) => {
      onDone = resolve as () => undefined;
    });
    desk.send(notifier.tell(events(count), now()).deliveries);
    await done;
    return delivered;
  });
}

/** What one would write without a program for it: a loop, and `fetch`. */
async function bareLoop(url: string, count: number): Promise<Sample> {
  const bodies = events(count).map((event) => JSON.stringify(event));
  return measureAsync(count, async () => {
    let next = 0;
    let answered = 0;
    const lane = async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(url, { method: 'POST', headers, body });
        await response.text();
        if (response.ok) answered += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return answered;
  });
}

const scaled = (count: number, scale: number) => Math.max(10, Math.round(count * scale));

const desk: Benchmark = {
  id: 'delivery/1,000 webhooks',
  run: (scale) => withSink((url) => throughDesk(url, scaled(ALERTS, scale))),
};

const loop: Benchmark = {
  id: 'delivery/bare loop of fetch',
  run: (scale) => withSink((url) => bareLoop(url, scaled(ALERTS, scale))),
};

/** Alerts one after the other, into one group that is told at once each time: the worst that a route can ask for. */
const group: Benchmark = {
  id: 'delivery/one group of 10,000',
  run(scale) {
    const count = scaled(10_000, scale);
    const receivers = { people: { email: { to: ['a@plant.example'] } } };
    const notifier = notifierOf(receivers, [{ to: ['people'], group: [], repeat: '1h' }]);
    const all = events(count);
    return measure(count, () => {
      let agenda = 0;
      for (const [index, event] of all.entries()) agenda += notifier.tell([event], index).agenda.length;
      return agenda;
    });
  },
};

export const deliveryBenchmarks: Group = {
  name: 'delivery',
  title: 'Delivery',
  rows: [
    {
      what: '1,000 alerts at once, to the answer of the last webhook',
      benchmark: desk,
      unit: 'ms',
      basis: 'wall',
      reference: { name: 'bare loop of fetch, 8 at once', benchmark: loop, compare: 'ratio' },
      target: { bound: 'at most', value: 1.5, of: 'ratio' },
    },
    {
      what: 'an alert into a group of 10,000 that fire, told at once',
      benchmark: group,
      unit: 'ns',
      reference: null,
      target: null,
    },
  ],
};
