/**
 * A connection to a mosquitto in trouble: frozen, restarted again and again, gone for a while, with ten thousand stored
 * messages. What was published with QoS 1 arrives, in order; what was acknowledged does not come a second time.
 */
import { expect, test, vi } from 'vitest';
import { Inbox, mqttClient } from '../firmware-bridge/bridge-fixture.js';
import { openConnection } from '../firmware-bridge/connection-fixture.js';
import { Mosquitto } from './mosquitto.js';

const KEEPS_SESSIONS = ['persistence true', 'max_queued_messages 0'];

const payloads = (inbox: Inbox) => inbox.messages.map((message) => message.payload);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);

async function publishAll(broker: Mosquitto, all: readonly string[]): Promise<void> {
  const device = await mqttClient(broker.url);
  await Promise.all(all.map((payload) => device.publishAsync('factory/count', payload, { qos: 1 })));
  await device.endAsync();
}

test('a broker that is frozen is noticed in 22 s, and connected to again when it thaws', async () => {
  const broker = await Mosquitto.start();
  const { plant, inbox, log } = await openConnection(broker);
  await publishAll(broker, numbers(0, 50));
  await inbox.reached(50);
  const frozenAt = performance.now();
  broker.freeze();
  await vi.waitFor(() => expect(plant.isUp).toBe(false), { timeout: 30_000, interval: 100 });
  expect(performance.now() - frozenAt).toBeLessThan(22_000);
  expect(plant.problem).toMatch(/Keepalive timeout|broker/);
  const thawedAt = performance.now();
  broker.thaw();
  await vi.waitFor(() => expect(plant.isUp).toBe(true), { timeout: 15_000 });
  expect(performance.now() - thawedAt).toBeLessThan(5_000);
  await publishAll(broker, numbers(50, 100));
  await inbox.reached(100);
  expect(payloads(inbox)).toEqual(numbers(0, 100));
  expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
}, 60_000);

test('a broker that keeps sessions and is restarted again and again loses nothing on the way', async () => {
  const broker = await Mosquitto.start(KEEPS_SESSIONS);
  const { plant, inbox, states } = await openConnection(broker);
  let sent = 0;
  for (let round = 0; round < 4; round++) {
    await publishAll(broker, numbers(sent, sent + 100));
    sent += 100;
    await broker.stop();
    await broker.start();
    // It is back before we are: the session takes these.
    await publishAll(broker, numbers(sent, sent + 100));
    sent += 100;
    await vi.waitFor(() => expect(plant.isUp).toBe(true), { timeout: 15_000 });
  }
  await inbox.reached(sent);
  const fresh = inbox.messages.filter(({ isRepeat }) => !isRepeat).map(({ payload }) => payload);
  expect([...new Set(payloads(inbox))]).toEqual(numbers(0, sent));
  expect(new Set(fresh).size).toBe(fresh.length);
  expect(states).toEqual([true, false, true, false, true, false, true, false, true]);
}, 90_000);

test('a broker that was gone for a while is connected to 5 s after it is back at the latest', async () => {
  const broker = await Mosquitto.start(KEEPS_SESSIONS);
  const { plant, inbox, log } = await openConnection(broker, { random: () => 1 - Number.EPSILON });
  await broker.stop();
  await vi.waitFor(() => expect(plant.problem).toMatch(/ECONNREFUSED/), { timeout: 10_000 });
  // Long enough for waits to have reached their longest.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  await broker.start();
  const backAt = performance.now();
  await publishAll(broker, ['meanwhile']);
  await inbox.reached(1);
  expect(performance.now() - backAt).toBeLessThan(6_000);
  expect(log.lines.filter((line) => line.includes('ECONNREFUSED'))).toHaveLength(1);
}, 60_000);

test('10,000 stored messages come with the subscription, and the connection holds', async () => {
  const broker = await Mosquitto.start(['max_queued_messages 0', 'max_inflight_messages 0']);
  const device = await mqttClient(broker.url);
  for (let i = 0; i < 10_000; i++) device.publish(`factory/m${i}/mode`, 'auto', { retain: true });
  await device.publishAsync('factory/last', 'x', { qos: 1, retain: true });
  const taken = new Inbox();
  const { states } = await openConnection(broker, {
    // A disk that takes its time.
    accept: (message) => {
      taken.take(message);
      return new Promise((resolve) => setTimeout(resolve, 20));
    },
  });
  await taken.reached(10_001);
  expect(taken.messages.every(({ isRetained }) => isRetained)).toBe(true);
  expect(new Set(taken.messages.map(({ topic }) => topic)).size).toBe(10_001);
  expect(states).toEqual([true]);
}, 60_000);

test('with MQTT 5 what we publish is not our input, also where it is stored and we subscribe again', async () => {
  const broker = await Mosquitto.start(KEEPS_SESSIONS);
  const { plant, inbox, states } = await openConnection(broker);
  await plant.publish('factory/siren', Buffer.from('on'), { qos: 1, retain: true });
  await plant.publish('factory/lamp', Buffer.from('on'), { qos: 0, retain: false });
  await publishAll(broker, ['theirs']);
  await inbox.reached(1);
  await broker.stop();
  await broker.start();
  await vi.waitFor(() => expect(states).toEqual([true, false, true]), { timeout: 10_000 });
  await publishAll(broker, ['theirs again']);
  await inbox.reached(2);
  expect(payloads(inbox)).toEqual(['theirs', 'theirs again']);
}, 30_000);

test('a payload that is too large is handed on, so that it can be counted, and acknowledged', async () => {
  const broker = await Mosquitto.start();
  const { inbox } = await openConnection(broker);
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/a', 'x'.repeat(1_000_000), { qos: 1 });
  await device.publishAsync('factory/a', 'small', { qos: 1 });
  await inbox.reached(2);
  expect(inbox.messages.map(({ payload }) => payload.length)).toEqual([1_000_000, 5]);
}, 30_000);

test('stops at once while the broker is frozen', async () => {
  const broker = await Mosquitto.start();
  const { plant } = await openConnection(broker);
  broker.freeze();
  const start = performance.now();
  await plant.stop();
  expect(performance.now() - start).toBeLessThan(1_000);
}, 30_000);
