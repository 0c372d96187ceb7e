/** Sending to a real broker, our own: everything arrives in order, and what cannot be sent is said. */
import { expect, test } from 'vitest';
import { MqttSender, NotConnected, shownUrl } from '../../../runtime/simulation/mqtt-sender.js';
import { embeddedBroker } from '../../firmware-bridge/bridge-fixture.js';

test.each([0, 1] as const)('with QoS %i all arrives, in order, as JSON', async (qos) => {
  const { url, inbox } = await embeddedBroker();
  const sender = await MqttSender.connect({ url, qos });
  const payloads = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? i / 10 : { state: 'ON', i }));
  for (const payload of payloads) await sender.send({ topic: 'plant/a', payload });
  await sender.end();
  await inbox.reached(500);
  expect(inbox.messages.map(({ payload }) => JSON.parse(payload))).toEqual(payloads);
  expect(new Set(inbox.messages.map((message) => message.qos))).toEqual(new Set([qos]));
  expect(sender.sent).toBe(500);
});

test('where nothing listens, it says so without the password', async () => {
  const { broker, url } = await embeddedBroker();
  await broker.stop();
  const secret = url.replace('mqtt://', 'mqtt://user:secret@');
  const failure = await MqttSender.connect({ url: secret, qos: 1 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotConnected);
  expect(String(failure)).toContain(`no connection to ${url}: nothing listens there`);
  expect(String(failure)).not.toContain('secret');
});

test('a connection that is lost fails the next message, and the end', async () => {
  const { broker, url } = await embeddedBroker();
  const sender = await MqttSender.connect({ url, qos: 1 });
  await broker.stop();
  const sendAll = async () => {
    for (;;) await sender.send({ topic: 'plant/a', payload: 1 });
  };
  await expect(sendAll()).rejects.toThrow(`the connection to ${url} is lost`);
  await expect(sender.end()).rejects.toThrow(NotConnected);
});

test('a URL is shown without user and password', () => {
  expect(shownUrl('mqtts://user:secret@broker.plant.example:8883/path')).toBe(
    'mqtts://broker.plant.example:8883',
  );
});
