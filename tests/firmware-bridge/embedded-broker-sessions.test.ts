/**
 * What the embedded broker keeps between packets and connections: QoS 2 exactly once, messages for clients that are away,
 * retained messages, repeats that wait with their first copy. Clients are mqtt.js where it can do it, raw sockets else.
 */
import { describe, expect, test, vi } from 'vitest';
import { EMBEDDED } from '../../firmware-bridge/broker-rejections.js';
import { fingerprint, Redeliveries } from '../../runtime/intake/redeliveries.js';
import { embeddedBroker, eventOf, mqttClient } from './bridge-fixture.js';
import { publishPacket, subscribePacket, twoBytes, withHeader } from './mqtt-packets.js';
import { CONNACK, PUBACK, PUBCOMP, PUBREC, RawClient, SUBACK } from './raw-client.js';

const PUBREL = 0x62;
const RECEIVED_PUBLISH = 0x30;

function pubrel(packetId: number): Uint8Array {
  return withHeader(PUBREL, twoBytes(packetId));
}

function puback(packetId: number): Uint8Array {
  return withHeader(0x40, twoBytes(packetId));
}

describe('QoS 2', () => {
  test('a message sent again before its release is passed on once', async () => {
    const { broker, url } = await embeddedBroker();
    const heard: string[] = [];
    const panel = await mqttClient(url);
    panel.on('message', (_topic, payload) => heard.push(payload.toString()));
    await panel.subscribeAsync('a', { qos: 2 });
    const device = await RawClient.connected(broker.port, 'm1');
    const first = { qos: 2, packetId: 7 };
    device.send(publishPacket('a', 'x', first), publishPacket('a', 'x', { ...first, isRepeat: true }));
    await device.next(PUBREC);
    await device.next(PUBREC);
    device.send(publishPacket('a', 'x', { ...first, isRepeat: true }));
    await device.next(PUBREC);
    device.send(pubrel(7));
    await device.next(PUBCOMP);
    device.send(publishPacket('a', 'y', first));
    await device.next(PUBREC);
    await vi.waitFor(() => expect(heard).toContain('y'));
    expect(heard).toEqual(['x', 'y']);
  });

  test('so it is after the connection broke, for a client that keeps its session', async () => {
    const { broker, url } = await embeddedBroker();
    const heard: string[] = [];
    const panel = await mqttClient(url);
    panel.on('message', (_topic, payload) => heard.push(payload.toString()));
    await panel.subscribeAsync('a', { qos: 2 });
    const first = await RawClient.connected(broker.port, 'm1', { isClean: false });
    first.send(publishPacket('a', 'x', { qos: 2, packetId: 7 }));
    await first.next(PUBREC);
    first.socket.destroy();
    const second = await RawClient.connected(broker.port, 'm1', { isClean: false });
    second.send(publishPacket('a', 'x', { qos: 2, packetId: 7, isRepeat: true }));
    await second.next(PUBREC);
    second.send(pubrel(7));
    await second.next(PUBCOMP);
    await second.publish('a', 'end');
    await vi.waitFor(() => expect(heard).toContain('end'));
    expect(heard).toEqual(['x', 'end']);
  });

  test('many at once, more than are handed on together, all arrive once and in order', async () => {
    const { broker, inbox } = await embeddedBroker();
    const device = await RawClient.connected(broker.port, 'm1');
    const ids = Array.from({ length: 900 }, (_, i) => i + 1);
    device.send(...ids.map((packetId) => publishPacket('a', `${packetId}`, { qos: 2, packetId })));
    for (const _ of ids) await device.next(PUBREC);
    device.send(...ids.map(pubrel));
    for (const _ of ids) await device.next(PUBCOMP);
    expect(inbox.messages.map(({ payload }) => Number(payload))).toEqual(ids);
  });
});

test('a repeat is acknowledged when its first copy is safe, and not before', async () => {
  const redeliveries = new Redeliveries({ sessions: 10, messagesMax: 64 });
  let store: () => void = () => undefined;
  const stored = new Promise<void>((resolve) => {
    store = resolve;
  });
  const applied: string[] = [];
  const { broker } = await embeddedBroker({
    accept: (message) => {
      if (!redeliveries.isKnown(message)) applied.push(Buffer.from(message.payload).toString());
      const { source, sender, packetId } = message;
      redeliveries.remember(source, sender, packetId ?? 0, fingerprint(message), 0);
      return stored;
    },
  });
  const first = await RawClient.connected(broker.port, 'm1', { isClean: false });
  first.send(publishPacket('a', 'x', { qos: 1, packetId: 7 }));
  await vi.waitFor(() => expect(applied).toHaveLength(1));
  first.socket.destroy();
  const second = await RawClient.connected(broker.port, 'm1', { isClean: false });
  second.send(publishPacket('a', 'x', { qos: 1, packetId: 7, isRepeat: true }));
  const other = await RawClient.connected(broker.port, 'm2');
  expect([other.isClosed, second.count(PUBACK)]).toEqual([false, 0]);
  store();
  expect((await second.next(PUBACK)).body).toEqual(Buffer.from(twoBytes(7)));
});

describe('for a client that is away', () => {
  test('messages wait, in order, until it has acknowledged them', async () => {
    const { broker } = await embeddedBroker();
    const first = await RawClient.connected(broker.port, 'panel', { isClean: false });
    first.send(subscribePacket(['a/#'], 1));
    await first.next(SUBACK);
    first.socket.destroy();
    await vi.waitFor(() => expect(broker.clients).toBe(0));
    const device = await RawClient.connected(broker.port, 'm1');
    for (const [index, payload] of ['1', '2', '3'].entries()) await device.publish('a/b', payload, index + 1);
    const second = await RawClient.open(broker.port);
    second.send(withHeader(0x10, Buffer.from('\0\x04MQTT\x04\0\0\x3c\0\x05panel', 'latin1')));
    expect((await second.next(CONNACK)).body).toEqual(Buffer.of(1, 0));
    const arrived = [];
    for (let i = 0; i < 3; i++) arrived.push(await second.next(RECEIVED_PUBLISH));
    expect(arrived.map(({ body }) => body.toString('latin1').at(-1))).toEqual(['1', '2', '3']);
    const ids = arrived.map(({ body }) => body.readUInt16BE(5));
    second.send(puback(ids[0] ?? 0), puback(ids[2] ?? 0));
    await second.publish('elsewhere', 'x', 9);
    second.socket.destroy();
    await vi.waitFor(() => expect(broker.clients).toBe(1));
    const third = await RawClient.connected(broker.port, 'panel', { isClean: false });
    const again = await third.next(RECEIVED_PUBLISH);
    expect(again.body.toString('latin1').at(-1)).toBe('2');
    await third.publish('elsewhere', 'x', 9);
    expect(third.count(RECEIVED_PUBLISH)).toBe(0);
  });

  test('of too many the newest 1,000 are kept, and that is counted', async () => {
    const { broker, url, counters, log } = await embeddedBroker();
    const panel = await RawClient.connected(broker.port, 'panel', { isClean: false });
    panel.send(subscribePacket(['a'], 1));
    await panel.next(SUBACK);
    panel.socket.destroy();
    await vi.waitFor(() => expect(broker.clients).toBe(0));
    const device = await mqttClient(url);
    await Promise.all(Array.from({ length: 1_005 }, (_, i) => device.publishAsync('a', `${i}`, { qos: 1 })));
    await vi.waitFor(() => expect(counters.total(EMBEDDED, 'queueFull')).toBe(5));
    expect(log.lines).toEqual([expect.stringMatching(/^warn panel: is away/)]);
    const back = await RawClient.connected(broker.port, 'panel', { isClean: false });
    const payloads: string[] = [];
    for (let i = 0; i < 1_000; i++) {
      const { body } = await back.next(RECEIVED_PUBLISH);
      payloads.push(body.subarray(5).toString());
    }
    expect(payloads).toEqual(Array.from({ length: 1_000 }, (_, i) => `${i + 5}`));
  });

  test('nothing waits if it connects with a clean session', async () => {
    const { broker } = await embeddedBroker();
    const kept = await RawClient.connected(broker.port, 'panel', { isClean: false });
    kept.send(subscribePacket(['a'], 1));
    await kept.next(SUBACK);
    kept.socket.destroy();
    const device = await RawClient.connected(broker.port, 'm1');
    await device.publish('a', 'x');
    const clean = await RawClient.connected(broker.port, 'panel', { isClean: true });
    clean.socket.destroy();
    const back = await RawClient.connected(broker.port, 'panel', { isClean: false });
    await back.publish('elsewhere', 'x');
    expect(back.count(RECEIVED_PUBLISH)).toBe(0);
  });
});

test('a subscriber with QoS 1 that acknowledges nothing is served on, beyond what is kept for it', async () => {
  const { broker, url } = await embeddedBroker();
  const panel = await RawClient.connected(broker.port, 'panel', { isClean: false });
  panel.send(subscribePacket(['a'], 1));
  await panel.next(SUBACK);
  const device = await mqttClient(url);
  await Promise.all(Array.from({ length: 1_500 }, (_, i) => device.publishAsync('a', `${i}`, { qos: 1 })));
  for (let i = 0; i < 1_500; i++) await panel.next(RECEIVED_PUBLISH);
  expect(panel.isClosed).toBe(false);
});

describe('retained messages', () => {
  test('come with each subscription, the newest of each topic, marked as such', async () => {
    const { url } = await embeddedBroker();
    const device = await mqttClient(url);
    for (const [topic, payload] of [
      ['m1/mode', 'auto'],
      ['m2/mode', 'off'],
      ['m1/mode', 'manual'],
      ['m3/mode', 'off'],
      ['m3/mode', ''],
    ] as const) {
      await device.publishAsync(topic, payload, { qos: 1, retain: true });
    }
    const panel = await mqttClient(url);
    const heard: string[] = [];
    panel.on('message', (topic, payload, { retain }) => heard.push(`${topic} ${payload} ${retain}`));
    await panel.subscribeAsync(['+/mode', 'end'], { qos: 1 });
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    const last = eventOf(panel, 'message');
    await device.publishAsync('end', 'x', { qos: 1 });
    await last;
    expect(heard.sort()).toEqual(['end x false', 'm1/mode manual true', 'm2/mode off true']);
  });

  test('beyond 10,000 are passed on and counted', async () => {
    const { url, counters, inbox } = await embeddedBroker();
    const device = await mqttClient(url);
    for (let i = 0; i < 10_002; i++) device.publish(`t/${i}`, 'x', { retain: true });
    await device.publishAsync('end', 'x', { qos: 1 });
    expect(inbox.messages).toHaveLength(10_003);
    expect(counters.total(EMBEDDED, 'retainedFull')).toBe(2);
  });
});
