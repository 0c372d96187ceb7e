/**
 * Secrets stay where they are. Method: each of a site's secrets is a text that is found again; a service runs into every
 * error that has to do with one, and whatever it then says, answers, stores and exports is searched for them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { portOf } from '../../loopback-port.js';
import { temporarySite } from '../temporary-site.js';
import { runTocsin } from './run-tocsin.js';
import { TocsinProcess } from './spawn-tocsin.js';

const CANARIES = {
  HOOK_SECRET: `whsec_${Buffer.from('canary-signing-key-0123456789abcd').toString('base64')}`,
  HOOK_HEADER: 'Bearer canary-header-token',
  MQTT_PASSWORD: 'canary-mqtt-password',
  SMTP_PASSWORD: 'canary-smtp-password',
} as const;
const KEY_IN_URL = 'canary-key-in-url';

const RULE = { id: 'hot', inputs: { temp: 'plant/{machine}/temp' }, when: 'temp > 80', message: 'hot' };

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  return portOf(server);
}

/** Each way to fail: refused, reset, an answer that says no and repeats what it was sent. */
async function badServers() {
  const echo = createHttpServer((request, response) => {
    response.statusCode = 401;
    response.statusMessage = 'No';
    response.end(JSON.stringify(request.headers));
  });
  const reset = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.resetAndDestroy());
  });
  const smtp = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail\r\n');
    socket.on('data', (bytes) => {
      const line = bytes.toString();
      if (line.startsWith('EHLO')) socket.write('250-mail\r\n250 AUTH PLAIN LOGIN\r\n');
      else socket.write(`535 5.7.8 wrong: ${line}`);
    });
  });
  const mqtt = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.from([0x20, 2, 0, 5]))); // CONNACK: not authorised
  });
  return {
    echo: await listening(echo),
    reset: await listening(reset),
    smtp: await listening(smtp),
    mqtt: await listening(mqtt),
  };
}

function searched(texts: readonly string[]): string[] {
  const secrets = [...Object.values(CANARIES), KEY_IN_URL];
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ]);
  return forms.filter((form) => texts.some((text) => text.includes(form)));
}

test('no secret is said, answered, stored or exported', async () => {
  const ports = await badServers();
  const hook = (port: number) => ({
    url: { file: `url-${port}` },
    secret: { env: 'HOOK_SECRET' },
    headers: { authorization: { env: 'HOOK_HEADER' } },
  });
  const password = { env: 'MQTT_PASSWORD' };
  const connection = (name: string, port: number) => ({
    name,
    url: `mqtt://127.0.0.1:${port}`,
    username: 'u',
    password,
    topics: ['#'],
  });
  const configuration = {
    timezone: 'UTC',
    log: { level: 'debug' },
    mqtt: {
      embedded: { port: 0 },
      connections: [
        connection('closed', 9),
        connection('refusing', ports.mqtt),
        connection('resetting', ports.reset),
      ],
    },
    receivers: {
      echo: { webhook: hook(ports.echo) },
      reset: { webhook: hook(ports.reset) },
      closed: { webhook: hook(9) },
      mail: { email: { to: ['m@plant.example'] } },
    },
    smtp: {
      host: '127.0.0.1',
      port: ports.smtp,
      requireTLS: false,
      username: 'u',
      password: { env: 'SMTP_PASSWORD' },
    },
    routes: [{ to: ['echo', 'reset', 'closed', 'mail'] }],
  };
  const urls = [ports.echo, ports.reset, 9].map((port) => [
    `url-${port}`,
    `http://127.0.0.1:${port}/hook?key=${KEY_IN_URL}`,
  ]);
  const site = temporarySite({
    'tocsin.json': configuration,
    'rules/hot.json': RULE,
    ...Object.fromEntries(urls),
  });
  const tocsin = new TocsinProcess(['start', '--site', site], CANARIES);
  const device = await mqttClient(`mqtt://127.0.0.1:${await tocsin.ready()}`);
  await device.publishAsync('plant/m1/temp', '85', { qos: 1 });

  const said: string[] = [];
  const command = async (...args: string[]) => {
    const { stdout, stderr } = await runTocsin(...args, '--site', site);
    said.push(stdout, stderr);
    return stdout;
  };
  const failed = /"lastError": "(?!null)/g;
  await vi.waitFor(
    async () =>
      expect((await command('deliveries', '--json')).match(failed)?.length).toBeGreaterThanOrEqual(3),
    { timeout: 20_000, interval: 300 },
  );
  for (const receiver of Object.keys(configuration.receivers)) await command('notify-test', receiver);
  await command('status', '--json');
  await command('alerts', '--json');
  await command('explain', 'hot', '--json');
  await command('export', '--journal');
  await command('check');
  // A configuration whose secret is not there, and one with errors.
  writeFileSync(
    join(site, 'tocsin.json'),
    JSON.stringify({ ...configuration, smtp: { ...configuration.smtp, password: { env: 'NOWHERE' } } }),
  );
  await vi.waitFor(async () => expect(await command('status', '--json')).toContain('missing-secret'), {
    timeout: 20_000,
    interval: 300,
  });
  tocsin.signal('SIGTERM');
  expect(await tocsin.ended()).toBe(0);

  const stored = readdirSync(join(site, 'data')).map((name) =>
    readFileSync(join(site, 'data', name), 'latin1'),
  );
  expect(stored.length).toBeGreaterThan(0);
  expect(tocsin.stderr).toContain('could not be told');
  expect(tocsin.stderr).toContain('no connection to');
  expect(searched([...said, ...stored, tocsin.stderr, tocsin.stdout])).toEqual([]);
  // The search finds what it is for.
  expect(searched([`x ${Buffer.from(CANARIES.SMTP_PASSWORD).toString('base64')}`])).toHaveLength(1);
}, 60_000);
