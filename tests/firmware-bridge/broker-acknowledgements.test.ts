import { expect, test, vi } from 'vitest';
import { Inbox, mqttClient, Room } from './bridge-fixture.js';
import { connection } from './connection-fixture.js';
import { OtherBroker, subscribed } from './other-broker.js';

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
  const { counters } = await connection(broker, {
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
  expect(counters.list()).toMatchObject([
    { source: 'plant', reason: 'notStored', count: 1, sample: { topic: 'factory/a', payload: 'x' } },
  ]);
});

test('a message that is never taken is asked for less and less often', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const times: number[] = [];
  const { log } = await connection(broker, {
    accept: () => {
      times.push(performance.now());
      return Promise.reject(new Error('disk full'));
    },
  });
  await ready;
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/a', 'x', { qos: 1 });
  await vi.waitFor(() => expect(times.length).toBeGreaterThanOrEqual(4), { timeout: 15_000 });
  const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  // 0.5 s, 1 s and 2 s, and the time it takes to connect.
  for (const [i, leastMs] of [500, 1_000, 2_000].entries()) expect(waits[i]).toBeGreaterThanOrEqual(leastMs);
  expect(log.lines.filter((line) => line.includes('disk full')).length).toBeGreaterThan(0);
}, 30_000);

test('acknowledges on a connection only what came by it', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const commits: (() => void)[] = [];
  const inbox = new Inbox();
  const { connection: plant } = await connection(broker, {
    accept: (message) => {
      inbox.take(message);
      return new Promise<void>((resolve) => commits.push(resolve));
    },
  });
  await ready;
  let acknowledged = 0;
  broker.aedes.on('ack', () => {
    acknowledged += 1;
  });
  const device = await mqttClient(broker.url);
  for (const payload of ['1', '2']) await device.publishAsync('factory/a', payload, { qos: 1 });
  await inbox.reached(2);
  await broker.goAway();
  await vi.waitFor(() => expect(plant.isUp).toBe(false));
  await broker.comeBack();
  await inbox.reached(4);
  for (const commit of commits.slice(0, 2)) commit();
  // A message with QoS 0 comes after whatever could have been sent for the others.
  const again = await mqttClient(broker.url);
  await again.publishAsync('factory/a', 'later', { qos: 0 });
  await inbox.reached(5);
  expect(acknowledged).toBe(0);
  for (const commit of commits.slice(2)) commit();
  await vi.waitFor(() => expect(acknowledged).toBe(2));
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['1', '2', '1', '2', 'later']);
}, 20_000);

test('a message that was held when the connection broke is acknowledged on the next one only', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const room = new Room();
  const { connection: plant, inbox } = await connection(broker, { whenReady: room.whenReady });
  await ready;
  room.fill();
  let acknowledged = 0;
  broker.aedes.on('ack', () => {
    acknowledged += 1;
  });
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/a', 'x', { qos: 1 });
  await inbox.reached(1);
  await broker.goAway();
  await vi.waitFor(() => expect(plant.isUp).toBe(false));
  const back = subscribed(broker);
  await broker.comeBack();
  await back;
  room.drain();
  await inbox.reached(2);
  await vi.waitFor(() => expect(acknowledged).toBe(1));
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['x', 'x']);
}, 20_000);

test('one that fails while it is held is no failure of the program', async () => {
  const broker = await OtherBroker.start();
  const ready = subscribed(broker);
  const room = new Room();
  let isFailing = true;
  const inbox = new Inbox();
  await connection(broker, {
    whenReady: room.whenReady,
    accept: (message) => {
      inbox.take(message);
      return isFailing ? Promise.reject(new Error('disk full')) : undefined;
    },
  });
  await ready;
  room.fill();
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/a', 'x', { qos: 1 });
  await inbox.reached(1);
  await new Promise((resolve) => setImmediate(resolve));
  isFailing = false;
  room.drain();
  await inbox.reached(2);
}, 20_000);
