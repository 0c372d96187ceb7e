/**
 * A connection to another broker, here a real aedes with its defaults (MQTT 3.1.1 only): how it falls back from MQTT 5,
 * when it acknowledges, and how it comes back. Mosquitto plays the other broker in tests/mosquitto.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type BrokerConnectionOptions, connectBroker } from '../../firmware-bridge/broker-connection.js';
import { Inbox, LogLines, mqttClient } from './bridge-fixture.js';

/** A broker that can go away and come back on the same port with its sessions. */
class OtherBroker {
  readonly aedes: Aedes;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  port = 0;

  private constructor(aedes: Aedes) {
    this.aedes = aedes;
  }

  static async start(): Promise<OtherBroker> {
    const broker = new OtherBroker(await Aedes.createBroker());
    await broker.comeBack();
    onTestFinished(async () => {
      await broker.goAway();
      broker.aedes.close();
    });
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async comeBack(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      this.aedes.handle(socket);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    this.#server = server;
  }

  /** Hears and says nothing any more, without closing anything. */
  fallSilent(): void {
    for (const socket of this.#sockets) {
      socket.pause();
      socket.write = () => true;
      socket.end = () => socket;
    }
  }

  /** Breaks every connection and stops listening. */
  async goAway(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function connection(broker: { url: string }, options: Partial<BrokerConnectionOptions> = {}) {
  const inbox = new Inbox();
  const log = new LogLines();
  const connected = await connectBroker({
    name: 'plant',
    url: broker.url,
    username: null,
    password: null,
    topics: ['factory/#'],
    qos: 1,
    clientId: 'tocsin-plant',
    prefix: '',
    packetBytesMax: 10_000,
    accept: (message) => inbox.take(message),
    log,
    random: () => 0,
    ...options,
  });
  onTestFinished(() => connected.stop());
  return { connection: connected, inbox, log };
}

/** Resolves when the connection has subscribed at this broker. */
async function subscribed(broker: OtherBroker): Promise<void> {
  await once(broker.aedes, 'subscribe');
}

test('falls back to MQTT 3.1.1, subscribes, and takes messages with their prefix', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { inbox, log } = await connection(broker, { prefix: 'north/' });
  await ready;
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/temp', '85', { qos: 1 });
  await inbox.reached(1);
  expect(inbox.messages).toEqual([
    {
      source: 'plant',
      sender: 'plant',
      topic: 'north/factory/temp',
      payload: '85',
      qos: 1,
      isRetained: false,
      isRepeat: false,
      packetId: expect.any(Number),
    },
  ]);
  expect(log.lines).toEqual([`info connected to mqtt://127.0.0.1:${broker.port}`]);
});

test('marks what was stored before it subscribed', async () => {
  const broker = await OtherBroker.start();
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/mode', 'auto', { qos: 1, retain: true });
  const { inbox } = await connection(broker);
  await inbox.reached(1);
  await device.publishAsync('factory/mode', 'manual', { qos: 1, retain: true });
  await inbox.reached(2);
  expect(inbox.messages.map(({ payload, isRetained }) => ({ payload, isRetained }))).toEqual([
    { payload: 'auto', isRetained: true },
    { payload: 'manual', isRetained: false },
  ]);
});

test('reads on while acknowledgements wait, and sends them when the messages are safe', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const inbox = new Inbox();
  let store = () => undefined as unknown;
  const stored = new Promise<void>((resolve) => {
    store = resolve;
  });
  await connection(broker, {
    accept: (message) => {
      inbox.take(message);
      return stored;
    },
  });
  await ready;
  let acknowledged = 0;
  broker.aedes.on('ack', () => {
    acknowledged += 1;
  });
  const device = await mqttClient(broker.url);
  for (const payload of ['1', '2', '3']) await device.publishAsync('factory/a', payload, { qos: 1 });
  await inbox.reached(3);
  expect(acknowledged).toBe(0);
  store();
  await vi.waitFor(() => expect(acknowledged).toBe(3));
});

test('what was not taken is not acknowledged and comes again', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const inbox = new Inbox();
  await connection(broker, {
    accept: (message) => {
      inbox.take(message);
      return inbox.messages.length === 1 ? Promise.reject(new Error('disk full')) : undefined;
    },
  });
  await ready;
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/a', 'x', { qos: 1 });
  await inbox.reached(2);
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['x', 'x']);
});

test('comes back after the broker was away, with what was sent meanwhile', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { connection: plant, inbox, log } = await connection(broker);
  await ready;
  await broker.goAway();
  await vi.waitFor(() => expect(plant.isConnected).toBe(false));
  broker.aedes.publish(
    { cmd: 'publish', topic: 'factory/a', payload: 'meanwhile', qos: 1, retain: false, dup: false },
    () => undefined,
  );
  await broker.comeBack();
  await inbox.reached(1);
  expect(inbox.messages[0]?.payload).toBe('meanwhile');
  expect(log.lines.filter((line) => line.startsWith('info connected'))).toHaveLength(2);
}, 20_000);

test('says a lasting failure once', async () => {
  const broker = await OtherBroker.start();
  await broker.goAway();
  const { log } = await connection(broker);
  const reconnects = vi.waitFor(() => expect(log.lines).toHaveLength(1), { timeout: 5_000 });
  await reconnects;
  await broker.comeBack();
  await vi.waitFor(() => expect(log.lines.at(-1)).toMatch(/^info connected/), { timeout: 10_000 });
  expect(log.lines.filter((line) => line.includes('ECONNREFUSED'))).toHaveLength(1);
}, 20_000);

test('says which subscription the broker refuses', async () => {
  const broker = await OtherBroker.start();
  broker.aedes.authorizeSubscribe = (_client, subscription, done) => {
    done(null, subscription.topic === 'secret' ? null : subscription);
  };
  const { log } = await connection(broker, { topics: ['factory/#', 'secret'] });
  await vi.waitFor(() => expect(log.lines.at(-1)).toMatch(/refuses the subscription to secret$/), {
    timeout: 5_000,
  });
});

test('never says user or password', async () => {
  const broker = await OtherBroker.start();
  broker.aedes.authenticate = (_client, _user, _password, done) => done(null, false);
  const url = broker.url.replace('mqtt://', 'mqtt://jane:hunter2@');
  const { log } = await connection({ url }, { username: 'jane', password: 'hunter2' });
  await vi.waitFor(() => expect(log.lines.length).toBeGreaterThan(0), { timeout: 10_000 });
  expect(log.lines.join('\n')).toContain('Not authorized');
  expect(log.lines.join('\n')).not.toMatch(/jane|hunter2/);
}, 20_000);

test('stops while it is not connected', async () => {
  const broker = await OtherBroker.start();
  await broker.goAway();
  const { connection: plant } = await connection(broker);
  await plant.stop();
  expect(plant.isConnected).toBe(false);
});

test('stops though the broker does not answer any more', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { connection: plant } = await connection(broker);
  await ready;
  broker.fallSilent();
  await plant.stop();
  expect(plant.isConnected).toBe(false);
});
