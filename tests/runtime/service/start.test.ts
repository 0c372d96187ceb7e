/**
 * `tocsin start` as users have it: the built program as a process, devices over MQTT, a webhook server, mail as files and
 * over SMTP with STARTTLS. Needs `npm run build`, which `npm test` does first.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { portOf } from '../../loopback-port.js';
import { temporarySite } from '../temporary-site.js';
import { TocsinProcess } from './spawn-tocsin.js';

const RULE = {
  id: 'press-overheat',
  title: 'Press overheating',
  inputs: { temp: { topic: 'factory/{line}/{machine}/temperature', unit: '°C' } },
  when: { value: 'temp', above: 80, deadband: 5 },
  severity: 'critical',
  message: '{machine} on {line} is at {temp} °C: too hot to touch, and soon too hot to run',
};
const TOPIC = 'factory/l1/m1/temperature';
const FREE = { embedded: { port: 0 } };
const KEY = Buffer.alloc(32, 1);

async function hookServer() {
  const requests: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({ headers: request.headers, body });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = await portOf(server);
  return { requests, url: `http://127.0.0.1:${port}/hook` };
}

test('from a message to webhook, mail and terminal, and a clean stop', async () => {
  const hook = await hookServer();
  const site = temporarySite({
    'tocsin.json': {
      gateway: 'plant-7/gw-2',
      timezone: 'UTC',
      mqtt: FREE,
      smtp: { folder: 'mail', from: 'tocsin@plant.example' },
      receivers: {
        scada: { webhook: { url: hook.url, secret: { env: 'HOOK_SECRET' } } },
        maintenance: { email: { to: ['maintenance@plant.example'] } },
      },
      routes: [{ to: ['scada', 'maintenance'], wait: '0s', interval: '0s' }],
    },
    'rules/press.json': RULE,
  });
  const tocsin = new TocsinProcess(['start', '--site', site], {
    HOOK_SECRET: `whsec_${KEY.toString('base64')}`,
  });
  const port = await tocsin.ready();
  expect(tocsin.stdout).toBe(`ready mqtt=127.0.0.1:${port} pid=${tocsin.pid}\n`);
  const device = await mqttClient(`mqtt://127.0.0.1:${port}`);
  await device.publishAsync(TOPIC, '85.5', { qos: 1 });
  await device.publishAsync(TOPIC, '74', { qos: 1 });
  await vi.waitFor(() => expect(hook.requests).toHaveLength(2), { timeout: 10_000 });
  const mails = await vi.waitFor(
    () => {
      const names = readdirSync(join(site, 'mail')).filter((name) => name.endsWith('.eml'));
      expect(names).toHaveLength(2);
      return names;
    },
    { timeout: 10_000 },
  );

  const bodies = hook.requests.map(({ body }) => JSON.parse(body));
  expect(bodies[0]).toMatchObject({
    version: 1,
    gateway: 'plant-7/gw-2',
    receiver: 'scada',
    kind: 'firing',
    late: false,
    alerts: [
      {
        rule: 'press-overheat',
        event: 'firing',
        severity: 'critical',
        labels: { line: 'l1', machine: 'm1' },
        values: { temp: 85.5 },
        message: 'm1 on l1 is at 85.5 °C: too hot to touch, and soon too hot to run',
        title: 'Press overheating',
      },
    ],
  });
  expect(bodies[1]).toMatchObject({ kind: 'resolved', alerts: [{ reason: 'normal', values: { temp: 74 } }] });
  expect(bodies[1].alerts[0].episode).toBe(bodies[0].alerts[0].episode);
  for (const { headers, body } of hook.requests) {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`,
    );
    expect(headers['webhook-id']).toBe(JSON.parse(body).id);
  }
  const parsed = await Promise.all(mails.map((name) => simpleParser(readFileSync(join(site, 'mail', name)))));
  const subjects = parsed.map(({ subject }) => subject);
  expect(subjects.sort()).toEqual([
    '[critical] Press overheating: l1, m1',
    '[resolved] Press overheating: l1, m1',
  ]);

  tocsin.signal('SIGTERM');
  expect(await tocsin.ended()).toBe(0);
  expect(tocsin.stderr.replaceAll(/^\d\d:\d\d:\d\d/gm, 'hh:mm:ss')).toBe(
    `hh:mm:ss CRITICAL press-overheat [l1, m1] m1 on l1 is at 85.5 °C: too hot to touch, and soon too hot to run
hh:mm:ss resolved press-overheat [l1, m1] m1 on l1 is at 74 °C: too hot to touch, and soon too hot to run
`,
  );
});

test.each([
  ['STARTTLS', false],
  ['TLS from the first byte', true],
])('mail over SMTP with %s and a password', async (_name, secure) => {
  const mails: ParsedMail[] = [];
  const logins: unknown[] = [];
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const server = new SMTPServer({
    secure,
    key: readFileSync(file('loopback-key.pem')),
    cert: readFileSync(file('loopback-certificate.pem')),
    onAuth(auth, session, done) {
      logins.push(auth.username, auth.password, session.secure);
      done(null, { user: 'tocsin' });
    },
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        done();
      }, done);
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const site = temporarySite({
    'tocsin.json': {
      mqtt: FREE,
      smtp: {
        host: '127.0.0.1',
        port: await portOf(listening),
        secure,
        from: 'tocsin@plant.example',
        username: 'tocsin',
        password: { env: 'SMTP_PASSWORD' },
      },
      receivers: { maintenance: { email: { to: ['maintenance@plant.example'] } } },
    },
    'rules/press.json': RULE,
  });
  const tocsin = new TocsinProcess(['start', '--site', site], {
    SMTP_PASSWORD: 'hunter2',
    NODE_EXTRA_CA_CERTS: file('loopback-certificate.pem'),
  });
  const device = await mqttClient(`mqtt://127.0.0.1:${await tocsin.ready()}`);
  await device.publishAsync(TOPIC, '85', { qos: 1 });
  await vi.waitFor(() => expect(mails, tocsin.stderr).toHaveLength(1), { timeout: 10_000 });
  expect(mails[0]?.subject).toBe('[critical] Press overheating: l1, m1');
  expect(logins).toEqual(['tocsin', 'hunter2', true]);
});

test('rules with errors are shown and the others run', async () => {
  const site = temporarySite({
    'tocsin.json': { mqtt: FREE },
    'rules/press.json': RULE,
    'rules/broken.json': { ...RULE, id: 'broken', runbok: 'x' },
    'rules/half.json': '{ "id": "half"',
  });
  const tocsin = new TocsinProcess(['start', '--site', site]);
  const device = await mqttClient(`mqtt://127.0.0.1:${await tocsin.ready()}`);
  await device.publishAsync(TOPIC, '85', { qos: 1 });
  await vi.waitFor(() => expect(tocsin.stderr).toContain('CRITICAL press-overheat [l1, m1]'));
  expect(tocsin.stderr).toContain('Did you mean `runbook`?');
  expect(tocsin.stderr).toMatch(/^rules\/half\.json:1:/m);
  tocsin.signal('SIGINT');
  expect(await tocsin.ended()).toBe(0);
});

test('starts by what tocsin.json said before, where that has errors now', async () => {
  const site = temporarySite({ 'tocsin.json': { mqtt: FREE, gateway: 'plant-7' }, 'rules/press.json': RULE });
  const before = new TocsinProcess(['start', '--site', site]);
  await before.ready();
  before.signal('SIGTERM');
  await before.ended();
  writeFileSync(join(site, 'tocsin.json'), '{ "mqqt": {} }');
  const tocsin = new TocsinProcess(['start', '--site', site]);
  const device = await mqttClient(`mqtt://127.0.0.1:${await tocsin.ready()}`);
  expect(tocsin.stderr).toContain('Did you mean `mqtt`?');
  expect(tocsin.stderr).toContain('what it said before is in force');
  await device.publishAsync(TOPIC, '85', { qos: 1 });
  await vi.waitFor(() => expect(tocsin.stderr).toContain('CRITICAL press-overheat [l1, m1]'));
});

test.each<[string, Record<string, unknown>, number, RegExp]>([
  [
    'a configuration with errors, and nothing known from before',
    { 'tocsin.json': '{ "mqqt": {} }' },
    1,
    /Did you mean `mqtt`\?(.|\n)*tocsin start: /,
  ],
  [
    'a missing secret',
    {
      'tocsin.json': {
        mqtt: FREE,
        receivers: { a: { webhook: { url: 'http://127.0.0.1/', secret: { env: 'NO_SUCH_SECRET' } } } },
      },
    },
    3,
    /^tocsin start: receivers\.a\.webhook\.secret: the environment variable NO_SUCH_SECRET is not set\n$/,
  ],
])('does not start: %s', async (_name, files, code, said) => {
  const tocsin = new TocsinProcess(['start', '--site', temporarySite(files)]);
  expect(await tocsin.ended()).toBe(code);
  expect(tocsin.stdout).toBe('');
  expect(tocsin.stderr).toMatch(said);
});

test('does not start: a port that is taken, in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  const port = await portOf(other);
  const site = temporarySite({ 'tocsin.json': { mqtt: { embedded: { port } } }, 'rules/press.json': RULE });
  const tocsin = new TocsinProcess(['start', '--site', site]);
  expect(await tocsin.ended()).toBe(3);
  expect(tocsin.stderr).toMatch(
    new RegExp(`^tocsin start: port ${port} on 127\\.0\\.0\\.1 is taken: [^\\n]+\\n$`),
  );
});

test('does not start: no such site', async () => {
  const tocsin = new TocsinProcess(['start', '--site', '/nowhere']);
  expect(await tocsin.ended()).toBe(3);
  expect(tocsin.stderr).toMatch(/^tocsin start: cannot read the site \/nowhere: [^\n]+\n$/);
});
