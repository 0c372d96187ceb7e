/**
 * All of it on data that nobody here made: a recording of a real machine goes at full speed through a mosquitto to a
 * running site, whose webhooks tell the same events as a replay of the file. Three processes and a broker from Debian.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { MACHINE_TEMPERATURE } from '../examples/machine-temperature.js';
import { mqttClient } from '../firmware-bridge/bridge-fixture.js';
import { portOf } from '../loopback-port.js';
import { tocsin } from '../runtime/command-line/run-in-process.js';
import { TocsinProcess } from '../runtime/service/spawn-tocsin.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { Mosquitto } from './mosquitto.js';

const { missing } = MACHINE_TEMPERATURE;
if (missing !== null) console.warn(`Skipped: ${missing}.`);

const RULE = readFileSync('examples/machine-temperature/rules/machine-failing.json', 'utf8');
const RECORDING = [
  ...['--input', MACHINE_TEMPERATURE.path],
  ...['--topic', 'plant/machine/temperature', '--time-column', 'timestamp'],
];

/** Says that the site listens, and that it has seen everything up to here. */
const MARK_RULE = {
  id: 'mark',
  inputs: { mark: 'plant/machine/mark' },
  when: { value: 'mark', in: ['begin', 'end'] },
};

interface Told extends Readonly<Record<string, unknown>> {
  readonly rule: string;
  readonly startedAt: number;
}

/** Takes webhooks and keeps the alert events in them. */
async function alertReceiver() {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { alerts } = JSON.parse(body);
    told.push(...alerts);
    response.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = await portOf(server);
  return { told, url: `http://127.0.0.1:${port}/` };
}

/** What is made of times, and what only notices have. */
const TIMES = ['time', 'episode', 'startedAt'];
const OF_NOTICES = ['title', 'runbook', 'url'];

function withoutTimes(event: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).filter(([key]) => ![...TIMES, ...OF_NOTICES].includes(key)),
  );
}

async function replayed() {
  const { code, stdout } = await tocsin(['replay', '--site', 'examples/machine-temperature', ...RECORDING]);
  expect(code).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => withoutTimes(JSON.parse(line)));
}

test.skipIf(missing !== null)('live through mosquitto and replayed, the events are the same', async () => {
  const { url } = await Mosquitto.start(['max_inflight_messages 0', 'max_queued_messages 0']);
  const receiver = await alertReceiver();
  const site = temporarySite({
    'tocsin.json': {
      mqtt: { connections: [{ name: 'plant', url, topics: ['plant/machine/#'], qos: 1 }] },
      receivers: { hook: { webhook: { url: receiver.url } } },
    },
    'rules/machine-failing.json': RULE,
    'rules/mark.json': MARK_RULE,
  });
  const service = new TocsinProcess(['start', '--site', site]);
  const told = (rule: string) => receiver.told.filter((event) => event.rule === rule);
  const device = await mqttClient(url);
  // Stored by the broker: it comes as soon as the site is subscribed, however long that takes.
  await device.publishAsync('plant/machine/mark', 'begin', { qos: 1, retain: true });
  await vi.waitFor(() => expect(told('mark'), service.stderr).toHaveLength(1), { timeout: 15_000 });

  const player = new TocsinProcess([
    'simulate',
    ...RECORDING,
    '--broker',
    url,
    '--speed',
    'max',
    '--qos',
    '1',
  ]);
  expect(await player.ended()).toBe(0);
  expect(player.stderr).toMatch(/\n22,695 messages in /);

  for (const mark of ['none', 'end']) await device.publishAsync('plant/machine/mark', mark, { qos: 1 });
  const expected = await replayed();
  expect(expected.length).toBeGreaterThan(15);
  await vi.waitFor(
    () => {
      expect(told('mark'), service.stderr).toHaveLength(3);
      expect(told('machine-failing').length, service.stderr).toBeGreaterThanOrEqual(expected.length);
    },
    { timeout: 30_000 },
  );
  service.signal('SIGTERM');
  expect(await service.ended()).toBe(0);
  // A receiver is told of one alert in the order of its events; of several, one may overtake another.
  const live = told('machine-failing').sort((a, b) => a.startedAt - b.startedAt);
  expect(live.map(withoutTimes)).toEqual(expected);
});
