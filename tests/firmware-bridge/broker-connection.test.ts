/**
 * A connection to another broker, here a real aedes with its defaults (MQTT 3.1.1 only): how it falls back from MQTT 5,
 * when it acknowledges, and how it comes back. Mosquitto plays the other broker in tests/mosquitto.
 */
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { portOf } from '../loopback-port.js';
import { eventOf, mqttClient, Room } from './bridge-fixture.js';
import { connection } from './connection-fixture.js';
import { OtherBroker, subscribed } from './other-broker.js';

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

test('comes back after the broker was away, with what was sent meanwhile', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { connection: plant, inbox, log } = await connection(broker);
  await ready;
  await broker.goAway();
  await vi.waitFor(() => expect(plant.isUp).toBe(false));
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

test('says why a broker with MQTT 5 sends it away', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // CONNACK, then DISCONNECT with "session taken over".
    socket.once('data', () => socket.end(Uint8Array.of(0x20, 3, 0, 0, 0, 0xe0, 2, 0x8e, 0)));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  const port = await portOf(server);
  const { connection: plant } = await connection({ url: `mqtt://127.0.0.1:${port}` });
  await vi.waitFor(() => expect(plant.problem).toBe('the broker closed the connection: Session taken over'), {
    timeout: 5_000,
  });
});

test('stops while it is not connected', async () => {
  const broker = await OtherBroker.start();
  await broker.goAway();
  const { connection: plant } = await connection(broker);
  await plant.stop();
  expect(plant.isUp).toBe(false);
});

test('stops though the broker does not answer any more', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { connection: plant } = await connection(broker);
  await ready;
  broker.fallSilent();
  await plant.stop();
  expect(plant.isUp).toBe(false);
});

test('tells when it receives and when it does not any more, and why', async () => {
  const broker = await OtherBroker.start();
  const states: boolean[] = [];
  const { connection: plant } = await connection(broker, { onState: (_name, isUp) => states.push(isUp) });
  expect(plant).toMatchObject({ isUp: false, problem: 'not connected yet' });
  await vi.waitFor(() => expect(states).toEqual([true]), { timeout: 5_000 });
  expect(plant).toMatchObject({ isUp: true, problem: null, address: broker.url });
  await broker.goAway();
  await vi.waitFor(() => expect(states).toEqual([true, false]), { timeout: 5_000 });
  expect(plant).toMatchObject({ isUp: false, problem: 'the broker closed the connection' });
  await vi.waitFor(() => expect(plant.problem).toMatch(/ECONNREFUSED/), { timeout: 5_000 });
  await broker.comeBack();
  await vi.waitFor(() => expect(states).toEqual([true, false, true]), { timeout: 10_000 });
  await plant.stop();
  expect(states).toEqual([true, false, true]);
}, 20_000);

test('is not up while all its subscriptions are refused', async () => {
  const broker = await OtherBroker.start();
  broker.aedes.authorizeSubscribe = (_client, _subscription, done) => done(null, null);
  const states: boolean[] = [];
  const { connection: plant } = await connection(broker, { onState: (_name, isUp) => states.push(isUp) });
  await vi.waitFor(() => expect(plant.problem).toBe('it refuses the subscription to factory/#'), {
    timeout: 5_000,
  });
  expect([plant.isUp, states]).toEqual([false, []]);
});

test('reads no further while the intake is full', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const room = new Room();
  room.fill();
  const { inbox } = await connection(broker, { whenReady: room.whenReady });
  await ready;
  const device = await mqttClient(broker.url);
  for (const payload of ['1', '2', '3']) await device.publishAsync('factory/a', payload, { qos: 0 });
  await inbox.reached(1);
  // Another round trip, so that the others had every chance to come.
  await device.publishAsync('elsewhere', 'x', { qos: 1 });
  expect(inbox.messages).toHaveLength(1);
  room.drain();
  await inbox.reached(3);
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
});

test.each([0, 1] as const)('publishes with QoS %d, and does not take it for input', async (qos) => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { connection: plant, inbox } = await connection(broker);
  await ready;
  const panel = await mqttClient(broker.url);
  await panel.subscribeAsync('factory/siren');
  const heard = eventOf(panel, 'message');
  await plant.publish('factory/siren', Buffer.from('on'), { qos, retain: true });
  expect(await heard).toBe('factory/siren');
  await panel.publishAsync('factory/siren', 'on', { qos: 1 });
  await inbox.reached(1);
  await panel.publishAsync('factory/siren', 'off', { qos: 1 });
  await inbox.reached(2);
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['on', 'off']);
});

test('publishes nothing while it is down, and nothing later that failed', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const { connection: plant } = await connection(broker);
  await ready;
  const arrived: string[] = [];
  broker.aedes.authorizePublish = (_client, packet) => {
    arrived.push(packet.payload.toString()); // and never goes on: no PUBACK
  };
  const outcome = plant.publish('siren', Buffer.from('on'), { qos: 1, retain: false }).catch((e: Error) => e);
  await vi.waitFor(() => expect(arrived).toEqual(['on']));
  await broker.goAway();
  expect(await outcome).toBeInstanceOf(Error);
  await expect(plant.publish('siren', Buffer.from('off'), { qos: 1, retain: false })).rejects.toThrow(
    /^no connection to mqtt:/,
  );
  const again = subscribed(broker);
  await broker.comeBack();
  await again;
  expect(arrived).toEqual(['on']);
}, 20_000);
