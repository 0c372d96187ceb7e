/** The running service as those who look after it see it: real broker, real files, asked over its control socket. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { createLog } from '../../../runtime/service/log.js';
import { startService } from '../../../runtime/service/service.js';
import { loadSite } from '../../../runtime/site/load-site.js';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { HOT } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';

const LATCHED = { ...HOT, id: 'stuck', latch: true };
const CONFIGURATION = {
  gateway: 'plant-7',
  mqtt: { embedded: { port: 0 } },
  smtp: { folder: 'mail' },
  receivers: { maintenance: { email: { to: ['m@plant.example'] } } },
  routes: [{ to: ['maintenance'], wait: '0s' }],
};

async function running() {
  const folder = temporarySite({
    'tocsin.json': CONFIGURATION,
    'rules/a.json': { rules: [HOT, LATCHED] },
  });
  const { configuration, files } = await loadSite(folder);
  if (configuration === null) throw new Error('the site has errors');
  const stream = new PassThrough().resume();
  const service = await startService({
    folder,
    configuration,
    files,
    env: {},
    version: '1.2.3',
    clock: systemClock,
    random: () => 0,
    log: createLog({ level: 'info', format: 'text', stream, clock: systemClock, timezone: 'UTC' }),
    alertLines: { show: () => undefined },
  });
  onTestFinished(() => service.stop());
  const device = await mqttClient(`mqtt://${service.mqtt}`);
  const publish = (value: string) => device.publishAsync('plant/m1/temp', value, { qos: 1 });
  const ask = (method: string, path: string, body?: object) => asked(folder, { method, path }, body);
  return { folder, publish, ask };
}

async function asked(
  folder: string,
  { method, path }: { method: string; path: string },
  body?: object,
): Promise<unknown> {
  const asking = request({ socketPath: join(folder, 'data/control.sock'), method, path: `/v1${path}` });
  asking.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(asking, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return JSON.parse(text);
}

const LABELS = { machine: 'm1' };

test('what fires is seen, explained, and who was told', async () => {
  const { publish, ask } = await running();
  await publish('85');
  await vi.waitFor(async () => {
    const told = [expect.objectContaining({ receiver: 'maintenance', kind: 'firing', state: 'delivered' })];
    expect(await ask('POST', '/rules/hot/explain', LABELS)).toMatchObject({ told });
  });
  expect(await ask('GET', '/alerts')).toMatchObject([
    { rule: 'hot', labels: LABELS, state: 'firing', severity: 'warning', values: { temp: 85 } },
    { rule: 'stuck', labels: LABELS, state: 'firing' },
  ]);
  expect(await ask('GET', '/rules/hot/instances')).toMatchObject([{ labels: LABELS, state: 'firing' }]);
  expect(await ask('GET', '/status')).toMatchObject({
    gateway: 'plant-7',
    version: '1.2.3',
    ready: true,
    connections: [{ name: 'embedded', state: 'up', clients: 1 }],
    intake: { messages: 1, readings: 1 },
    engine: { rules: 2, instances: 2 },
    storage: { mode: 'balanced', degraded: false },
    accounting: { raised: 2 },
    files: [
      { file: 'tocsin.json', state: 'ok' },
      { file: 'rules/a.json', state: 'ok' },
    ],
  });
});

test('a latched alert is reset when it is over, and not before', async () => {
  const { publish, ask } = await running();
  const reset = { kind: 'reset', rule: 'stuck', labels: LABELS };
  await publish('85');
  expect(await ask('POST', '/commands', reset)).toMatchObject({ error: { code: 'refused' } });
  await publish('20');
  expect(await ask('GET', '/alerts')).toMatchObject([{ rule: 'stuck', state: 'latched' }]);
  expect(await ask('POST', '/commands', reset)).toMatchObject({ kind: 'done' });
  expect(await ask('GET', '/alerts')).toEqual([]);
});

test('what is not taken is counted by reason, with a sample', async () => {
  const { publish, ask } = await running();
  await publish('{"a":');
  expect(await ask('GET', '/status')).toMatchObject({
    intake: {
      rejected: { malformed: 1 },
      samples: [{ source: 'embedded', reason: 'malformed', payload: '{"a":' }],
    },
  });
});

test('a test notice reaches its receiver past the queue', async () => {
  const { folder, ask } = await running();
  expect(await ask('POST', '/receivers/maintenance/test')).toMatchObject({ kind: 'delivered' });
  expect(readdirSync(join(folder, 'mail'))).toEqual([expect.stringMatching(/-test-tocsin-test-/)]);
  expect(await ask('GET', '/status')).toMatchObject({ accounting: { raised: 0 } });
  const unknown = { kind: 'unknown', receivers: ['maintenance'] };
  expect(await ask('POST', '/receivers/nobody/test')).toEqual(unknown);
});
