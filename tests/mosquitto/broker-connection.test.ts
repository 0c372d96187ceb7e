/** A connection to a mosquitto from Debian, in MQTT 5: order, stored state, sessions, and acknowledgements that wait. */
import { expect, test, vi } from 'vitest';
import { Inbox, mqttClient } from '../firmware-bridge/bridge-fixture.js';
import { openConnection } from '../firmware-bridge/connection-fixture.js';
import { Mosquitto } from './mosquitto.js';

const payloads = (inbox: Inbox) => inbox.messages.map((message) => message.payload);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

test('takes stored state and news, in order', async () => {
  const broker = await Mosquitto.start(['max_queued_messages 0']);
  const device = await mqttClient(broker.url);
  await device.publishAsync('factory/mode', 'auto', { qos: 1, retain: true });
  const { inbox } = await openConnection(broker);
  await inbox.reached(1);
  for (const payload of numbers(500)) device.publish('factory/count', payload, { qos: 1 });
  await inbox.reached(501);
  expect(inbox.messages[0]).toMatchObject({ topic: 'factory/mode', payload: 'auto', isRetained: true });
  expect(payloads(inbox).slice(1)).toEqual(numbers(500));
  expect(inbox.messages.slice(1).some((message) => message.isRetained)).toBe(false);
});

test('gets what was sent while it was stopped', async () => {
  const broker = await Mosquitto.start();
  const device = await mqttClient(broker.url);
  const first = await openConnection(broker);
  await device.publishAsync('factory/a', 'before', { qos: 1 });
  await first.inbox.reached(1);
  await first.plant.stop();
  await device.publishAsync('factory/a', 'meanwhile', { qos: 1 });
  const second = await openConnection(broker);
  await second.inbox.reached(1);
  expect(payloads(second.inbox)).toEqual(['meanwhile']);
});

test('the broker sends no more than our window of 1,000 while acknowledgements wait, then all', async () => {
  const broker = await Mosquitto.start(['max_inflight_messages 0', 'max_queued_messages 0']);
  const inbox = new Inbox();
  let store = () => undefined as unknown;
  const stored = new Promise<void>((resolve) => {
    store = resolve;
  });
  await openConnection(broker, {
    accept: (message) => {
      inbox.take(message);
      return stored;
    },
  });
  const device = await mqttClient(broker.url);
  // Once the retained value is here, the subscription is there.
  await device.publishAsync('factory/a', '0', { qos: 1, retain: true });
  await inbox.reached(1);
  const rest = numbers(1_200).slice(1);
  await Promise.all(rest.map((payload) => device.publishAsync('factory/a', payload, { qos: 1 })));
  await inbox.reached(1_000);
  // QoS 0 overtakes what waits for the window: when it is here, nothing else is on its way.
  await device.publishAsync('factory/a', 'overtakes', { qos: 0 });
  await vi.waitFor(() => expect(payloads(inbox)).toContain('overtakes'));
  expect(inbox.messages).toHaveLength(1_001);
  store();
  await inbox.reached(1_201);
  expect(payloads(inbox).filter((payload) => payload !== 'overtakes')).toEqual(numbers(1_200));
});
