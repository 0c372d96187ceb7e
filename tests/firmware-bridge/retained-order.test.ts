/**
 * What is retained comes before what is newer: a subscriber ends up with the state there is. Method: the state changes all
 * the time while clients subscribe, so that some changes fall between looking it up and sending it.
 */
import { expect, test, vi } from 'vitest';
import { embeddedBroker, mqttClient } from './bridge-fixture.js';
import { publishPacket, subscribePacket } from './mqtt-packets.js';
import { RawClient, SUBACK } from './raw-client.js';

const RECEIVED_PUBLISH = 0x30;
/** More than the broker has in its hands of one list at once. */
const TOPICS = 40;
const SUBSCRIBERS = 8;
const LAST = `t/${TOPICS - 1}`;

test('a subscriber is not given an older state after a newer one', async () => {
  const { broker } = await embeddedBroker();
  const device = await RawClient.connected(broker.port, 'device');
  const retained = (topic: string, payload: string) => publishPacket(topic, payload, { retain: true });
  device.send(...Array.from({ length: TOPICS }, (_, index) => retained(`t/${index}`, '0')));
  let newest = 0;
  const change = () => {
    newest += 1;
    device.send(retained(LAST, `${newest}`));
  };
  for (let n = 0; n < SUBSCRIBERS; n++) {
    const panel = await RawClient.connected(broker.port, `panel-${n}`);
    panel.send(subscribePacket(['t/#']));
    const timer = setInterval(change, 1);
    try {
      await panel.next(SUBACK);
      await vi.waitFor(() => expect(panel.count(RECEIVED_PUBLISH)).toBeGreaterThan(TOPICS + 5));
    } finally {
      clearInterval(timer);
    }
    const states = panel.answers.map(({ body }) => body.toString()).filter((text) => text.includes(LAST));
    const numbers = states.map((text) => Number(text.slice(text.indexOf(LAST) + LAST.length)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    panel.socket.destroy();
  }
});

test('a client that comes back gets what was retained and replaced meanwhile, in order', async () => {
  const { broker, url } = await embeddedBroker();
  const session = { clientId: 'panel', clean: false } as const;
  const first = await mqttClient(url, session);
  await first.subscribeAsync('a', { qos: 1 });
  await first.endAsync();
  const device = await mqttClient(url);
  for (const payload of ['1', '2', '3']) await device.publishAsync('a', payload, { qos: 1, retain: true });
  const second = await RawClient.connected(broker.port, 'panel', { isClean: false });
  await vi.waitFor(() => expect(second.count(RECEIVED_PUBLISH)).toBe(3));
  expect(second.answers.map(({ body }) => body.toString().slice(-1))).toEqual(['1', '2', '3']);
});
