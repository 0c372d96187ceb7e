/** The service in this process: real sockets on free ports, starting, not starting, and stopping. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { connectControl } from '../../../runtime/control/control-client.js';
import { AlertLines } from '../../../runtime/service/alert-lines.js';
import { CannotStart } from '../../../runtime/service/cannot-start.js';
import { createLog } from '../../../runtime/service/log.js';
import { type Service, type ServiceOptions, startService } from '../../../runtime/service/service.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import { eventOf, mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { portOf } from '../../loopback-port.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { HOT } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';

/** The site is written into its folder: the service watches it. */
function options(content: object, folder = temporarySite({})): ServiceOptions & { written: () => string } {
  const file = { path: 'tocsin.json', text: JSON.stringify(content) };
  const rule = { path: 'rules/hot.json', text: JSON.stringify(HOT) };
  mkdirSync(join(folder, 'rules'), { recursive: true });
  for (const { path, text } of [file, rule]) writeFileSync(join(folder, path), text);
  const { configuration, issues } = loadConfiguration(file);
  if (configuration === null) throw new Error(JSON.stringify(issues));
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return {
    folder,
    configuration,
    files: {
      folder,
      configuration: file,
      plan: [rule],
      formats: [],
      tests: [],
      labels: [],
      issues: [],
    },
    env: {},
    version: '1',
    clock: systemClock,
    random: () => 0,
    log: createLog({ level: 'info', format: 'text', stream, clock: systemClock, timezone: 'UTC' }),
    alertLines: new AlertLines({
      stream,
      format: 'text',
      timezone: 'UTC',
      width: 80,
      paint: (_tone, word) => word,
    }),
    written: () => text,
  };
}

async function start(content: object, folder?: string): Promise<{ service: Service; written: () => string }> {
  const settings = options(content, folder);
  const service = await startService(settings);
  onTestFinished(() => service.stop());
  return { service, written: settings.written };
}

async function occupied(port: number): Promise<Server> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const FREE = { mqtt: { embedded: { port: 0 } } };

test('evaluates what devices publish and shows it', async () => {
  const { service, written } = await start(FREE);
  const device = await mqttClient(`mqtt://${service.mqtt}`);
  await device.publishAsync('plant/m1/temp', '85', { qos: 1 });
  await vi.waitFor(() => expect(written()).toMatch(/^\d\d:\d\d:\d\d WARNING {2}hot \[m1\] hot\n$/));
});

test('commands reach it again after somebody deleted its socket', async () => {
  const folder = temporarySite({});
  await start(FREE, folder);
  const data = join(folder, 'data');
  unlinkSync(join(data, 'control.sock'));
  const again = await vi.waitFor(
    async () => {
      const client = await connectControl(data);
      expect(client).not.toBeNull();
      return client;
    },
    { timeout: 10_000 },
  );
  expect((await again?.status())?.ready).toBe(true);
});

test('takes messages from another broker too', async () => {
  const other = await start(FREE);
  const connections = [
    { name: 'plant', url: `mqtt://${other.service.mqtt}`, topics: ['plant/#'], prefix: '' },
  ];
  const { service, written } = await start({ mqtt: { connections } });
  expect(service.mqtt).toBeNull();
  await vi.waitFor(() => expect(written()).toContain('connected to mqtt://127.0.0.1'), { timeout: 10_000 });
  const device = await mqttClient(`mqtt://${other.service.mqtt}`);
  await vi.waitFor(async () => {
    await device.publishAsync('plant/m1/temp', '85', { qos: 1 });
    expect(written()).toContain('WARNING  hot [m1] hot');
  });
}, 20_000);

test('a rule whose alerts go to nobody is said', async () => {
  const receivers = { a: { webhook: { url: 'http://127.0.0.1:9/' } } };
  const { service, written } = await start({
    ...FREE,
    receivers,
    routes: [{ match: { rule: 'other' }, to: ['a'] }],
  });
  const device = await mqttClient(`mqtt://${service.mqtt}`);
  await device.publishAsync('plant/m1/temp', '85', { qos: 1 });
  await vi.waitFor(() => expect(written()).toContain('alerts of hot go to nobody'));
});

describe('a restart', () => {
  const publish = async (service: Service, value: string) => {
    const device = await mqttClient(`mqtt://${service.mqtt}`);
    await device.publishAsync('plant/m1/temp', value, { qos: 1 });
  };

  test('goes on where it was: what fires still fires, and ends', async () => {
    const folder = temporarySite({});
    const first = await start(FREE, folder);
    await publish(first.service, '85');
    await first.service.stop();
    expect(first.written()).toContain('WARNING  hot [m1] hot');
    const second = await start(FREE, folder);
    await publish(second.service, '86');
    await publish(second.service, '20');
    await vi.waitFor(() => expect(second.written()).toContain('resolved hot [m1] hot'));
    expect(second.written()).not.toContain('WARNING');
  });

  test('a second one while it runs is refused', async () => {
    const folder = temporarySite({});
    await start(FREE, folder);
    await expect(startService(options(FREE, folder))).rejects.toThrow(
      /^process \d+ has the data folder .+ already: stop it, or give this site a data folder of its own$/,
    );
  });

  test('delivers what was owed, under the same id', async () => {
    const hook = createHttpServer();
    const ids: unknown[] = [];
    let isUp = false;
    hook.on('request', (request, response) => {
      ids.push(request.headers['webhook-id']);
      request.resume();
      response.writeHead(isUp ? 204 : 503).end();
    });
    hook.listen(0, '127.0.0.1');
    await once(hook, 'listening');
    onTestFinished(() => {
      hook.close();
    });
    const folder = temporarySite({});
    const receivers = { a: { webhook: { url: `http://127.0.0.1:${await portOf(hook)}/` } } };
    const first = await start({ ...FREE, receivers }, folder);
    await publish(first.service, '85');
    await vi.waitFor(() => expect(ids).toHaveLength(1));
    await first.service.stop();
    isUp = true;
    await start({ ...FREE, receivers }, folder);
    await vi.waitFor(() => expect(ids).toHaveLength(2), { timeout: 10_000 });
    expect(new Set(ids).size).toBe(1);
  }, 20_000);
});

describe('while it runs', () => {
  const publish = async (service: Service, topic: string, value: string) => {
    const device = await mqttClient(`mqtt://${service.mqtt}`);
    await device.publishAsync(topic, value, { qos: 1 });
  };

  test('a changed rule is taken up, one with a mistake is not', async () => {
    const folder = temporarySite({});
    const { service, written } = await start(FREE, folder);
    const file = join(folder, 'rules/hot.json');
    writeFileSync(file, '{ "id": "hot" ');
    await vi.waitFor(() => expect(written()).toContain('file-invalid [rules/hot.json]'), { timeout: 5_000 });
    await publish(service, 'plant/m1/temp', '85');
    await vi.waitFor(() => expect(written()).toContain('WARNING  hot [m1] hot'));
    writeFileSync(file, JSON.stringify({ ...HOT, when: 'temp > 90' }));
    await vi.waitFor(() => expect(written()).toContain('resolved hot [m1] (rule changed) hot'), {
      timeout: 5_000,
    });
    expect(written()).toContain('resolved tocsin/file-invalid [rules/hot.json]');
  }, 20_000);

  test('a rule for a topic that none read before', async () => {
    const folder = temporarySite({});
    const { service, written } = await start(FREE, folder);
    await publish(service, 'plant/m1/noise', '99');
    const noise = { ...HOT, id: 'loud', inputs: { temp: 'plant/{machine}/noise' } };
    writeFileSync(join(folder, 'rules/loud.json'), JSON.stringify(noise));
    await vi.waitFor(() => expect(written()).toContain('2 rules in force'), { timeout: 5_000 });
    await publish(service, 'plant/m1/noise', '99');
    await vi.waitFor(() => expect(written()).toContain('WARNING  loud [m1]'));
  }, 20_000);

  test('another receiver is told from then on', async () => {
    const folder = temporarySite({});
    const { service, written } = await start(FREE, folder);
    const mail = {
      receivers: { m: { email: { to: ['m@plant.example'] } } },
      smtp: { folder: 'mail' },
      routes: [{ to: ['m'], wait: '0s' }],
    };
    writeFileSync(join(folder, 'tocsin.json'), JSON.stringify({ ...FREE, ...mail }));
    await vi.waitFor(() => expect(written()).toContain('tocsin.json changed'), { timeout: 5_000 });
    await publish(service, 'plant/m1/temp', '85');
    await vi.waitFor(() => expect(readdirSync(join(folder, 'mail'))).toHaveLength(1), { timeout: 5_000 });
  }, 20_000);
});

describe('ports', () => {
  test('a configured one that is taken', async () => {
    const port = await portOf(await occupied(0));
    await expect(startService(options({ mqtt: { embedded: { port } } }))).rejects.toThrow(
      new CannotStart(
        `port ${port} on 127.0.0.1 is taken: stop the program that has it, or change mqtt.embedded.port (0 takes any that is free)`,
      ),
    );
  });

  test('the default one that is taken: the next that is free, said', async () => {
    await occupied(1883).catch(() => undefined); // somebody else may have it already, which is just as well
    const { service, written } = await start({});
    expect(service.mqtt).toMatch(/^127\.0\.0\.1:18(?!83)\d\d$/);
    expect(written()).toContain('port 1883 is taken: devices connect to port 18');
  });
});

describe('not starting', () => {
  test('what is missing is said before anything listens', async () => {
    const connections = [
      { name: 'p', url: 'mqtt://h', topics: ['#'], username: 'u', password: { env: 'PW' } },
    ];
    await expect(startService(options({ mqtt: { ...FREE.mqtt, connections } }))).rejects.toThrow(
      new CannotStart('mqtt.connections (p).password: the environment variable PW is not set'),
    );
  });

  test('stops what had started', async () => {
    const port = await portOf(await occupied(0));
    const clock = new SimulatedClock(0);
    const settings = { ...options({ mqtt: { embedded: { port } } }), clock };
    await expect(startService(settings)).rejects.toThrow(CannotStart);
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  });
});

test('stops with clients connected and an attempt under way', async () => {
  const hanging = createServer();
  hanging.listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  onTestFinished(() => {
    hanging.close();
  });
  const receivers = { a: { webhook: { url: `http://127.0.0.1:${await portOf(hanging)}/` } } };
  const settings = options({ ...FREE, receivers });
  const service = await startService(settings);
  const device = await mqttClient(`mqtt://${service.mqtt}`);
  const attempted = once(hanging, 'connection');
  await device.publishAsync('plant/m1/temp', '85', { qos: 1 });
  await attempted;
  const closed = eventOf(device, 'close');
  await service.stop();
  await closed;
  expect(settings.written()).toContain('1 notice waits for the next start to be delivered');
});
