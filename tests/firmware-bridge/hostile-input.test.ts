/**
 * What is thrown at the embedded broker, in a process of its own, by clients that mean harm or are broken: it is counted
 * and bounded, and a device that behaves is served all the time. That nothing of it makes a pause is in tests/faults, as are
 * longer runs.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AttackedBroker } from './attacked-broker.js';
import { fuzz } from './fuzz-sessions.js';
import { FROZEN, freezeSubscriber, PAYLOADS, sendPayloads, subscribeEverywhere } from './hostile-attacks.js';
import {
  CONNECT,
  connectPacket,
  header,
  mqttString,
  packet,
  publishPacket,
  subscribePacket,
  twoBytes,
  withHeader,
} from './mqtt-packets.js';
import { PUBACK, RawClient, SUBACK, UNSUBACK } from './raw-client.js';

let broker: AttackedBroker;
beforeAll(async () => {
  broker = await AttackedBroker.start();
});
afterAll(() => broker.stop());

const attacked: AttackedBroker['attacked'] = (attack) => broker.attacked(attack);

test('256 MB announced before CONNECT are not waited for', async () => {
  const { rejected, rssBytes } = await attacked(async (port) => {
    const client = await RawClient.open(port);
    client.send(Uint8Array.of(CONNECT, 0xff, 0xff, 0xff, 0x7f), new Uint8Array(1_000_000));
    await client.closed();
  });
  expect(rejected).toEqual({ connectTooLarge: 1 });
  expect(rssBytes).toBeLessThan(5_000_000);
});

test('connections that just sit there, or say a byte in a while, are cut off in 5 s', async () => {
  const { rejected } = await attacked(async (port) => {
    const idle = await Promise.all(Array.from({ length: 400 }, () => RawClient.open(port)));
    const slow = await RawClient.open(port);
    const rest = [...connectPacket('slow')];
    const drip = setInterval(() => slow.send(Uint8Array.from(rest.splice(0, 1))), 300);
    await Promise.all([...idle, slow].map((client) => client.closed()));
    clearInterval(drip);
  });
  expect(rejected).toEqual({ connectTimeout: 401 });
  await broker.everybodyLeft();
}, 20_000);

test('of those that keep coming and sit there, 32 may stay', async () => {
  const { rejected } = await attacked(async (port) => {
    const first = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(port)));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const one = await RawClient.open(port);
    await Promise.all(first.slice(0, 69).map((client) => client.closed()));
    expect([first.filter(({ isClosed }) => !isClosed).length, one.isClosed]).toEqual([31, false]);
  });
  expect(rejected).toEqual({ tooManyConnecting: 69 });
});

describe('payloads', () => {
  test.each(PAYLOADS)('%s: counted, and acknowledged', async (_name, payload, reason) => {
    const { rejected, received } = await attacked((port) => sendPayloads(port, payload));
    expect(rejected).toEqual(reason === null ? {} : { [reason]: 20 });
    expect(received['bad']).toBe(20);
  });

  test('1 MB: the client is cut off', async () => {
    const { rejected, rssBytes } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      client.send(publishPacket('a', new Uint8Array(1_000_000), { qos: 1 }));
      await client.closed();
    });
    expect(rejected).toEqual({ packetTooLarge: 1 });
    expect(rssBytes).toBeLessThan(5_000_000);
  });
});

describe('topics', () => {
  const levels = (count: number) => new Array(count).fill('a').join('/');

  test.each<[string, string | Uint8Array]>([
    ['of 101 levels', levels(101)],
    ['of 30,000 levels', levels(30_000)],
    ['of 1,025 characters', 'x'.repeat(1_025)],
    ['that are empty', ''],
    ['with +', 'a/+/b'],
    ['with #', 'a/#'],
    ['with NUL', 'a\0b'],
    ['that are no UTF-8', Uint8Array.of(0x61, 0xc3)],
  ])('%s: the client is cut off', async (_name, topic) => {
    const { rejected, received } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      client.send(publishPacket(topic, 'x', { qos: 1 }));
      await client.closed();
      expect(client.count(PUBACK)).toBe(0);
    });
    expect(rejected).toEqual({ badTopic: 1 });
    expect(received['bad']).toBeUndefined();
  });

  test.each([
    ['100 levels', levels(100)],
    ['1,024 characters', 'x'.repeat(1_024)],
  ])('of %s are taken', async (_name, topic) => {
    const { rejected, received } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      await client.publish(topic, '1');
    });
    expect([rejected, received['bad']]).toEqual([{}, 1]);
  });

  test.each([
    ['of 101 levels', levels(101), 'badTopic'],
    ['with #', 'a/#', 'badTopic'],
    ['below $SYS', '$SYS/a', 'systemTopic'],
  ])('of wills %s: the will is not published', async (_name, topic, reason) => {
    const { received } = await attacked(async (port) => {
      const before = await broker.totalOf(reason);
      const will = { topic, payload: 'x' };
      const client = await RawClient.connected(port, 'bad', { will });
      client.socket.destroy();
      await vi.waitFor(async () => expect(await broker.totalOf(reason)).toBe(before + 1));
    });
    expect(received['bad']).toBeUndefined();
  });
});

describe('subscriptions', () => {
  test('to more than 1,000 filters are refused, but one can be exchanged for another', async () => {
    const filters = Array.from({ length: 1_500 }, (_, i) => `t/${i}`);
    const { rejected } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad', { isClean: false });
      client.send(subscribePacket(filters, 1));
      const { body } = await client.next(SUBACK);
      expect([body.indexOf(128), body.length]).toEqual([1_002, 1_502]);
      client.send(withHeader(0xa2, twoBytes(1), mqttString('t/0')));
      await client.next(UNSUBACK);
      client.send(subscribePacket(['t/1', 't/new']));
      expect((await client.next(SUBACK)).body.indexOf(128)).toBe(-1);
    });
    expect(rejected).toEqual({ tooManyFilters: 500 });
  });

  test.each([
    ['with # in the midst', 'a/#/b', 'badFilter', true],
    ['that is empty', '', 'badFilter', true],
    ['of 101 levels', new Array(101).fill('+').join('/'), 'badTopic', true],
    ['of 1,025 characters', 'x'.repeat(1_025), 'badFilter', false],
    ['below $SYS', '$SYS/#', 'systemTopic', false],
  ])('to a filter %s are refused', async (_name, filter, reason, isCut) => {
    const { rejected } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      client.send(subscribePacket([filter]));
      if (isCut) await client.closed();
      else expect((await client.next(SUBACK)).body[2]).toBe(128);
    });
    expect(rejected).toEqual({ [reason]: 1 });
  });

  test('by a list of 33 KB are not read', async () => {
    const { rejected } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      client.send(subscribePacket(new Array(33).fill('x'.repeat(1_000))));
      await client.closed();
    });
    expect(rejected).toEqual({ packetTooLarge: 1 });
  });

  test('to wildcards at every level are taken up to 5,000 levels', async () => {
    const { rejected } = await attacked(subscribeEverywhere);
    expect(rejected).toEqual({ tooManyFilters: 100 });
  });
});

describe('subscribers that do not read', () => {
  test('are cut off, and hold up nobody', async () => {
    const { rejected, received } = await attacked((port) => freezeSubscriber(port, FROZEN.large));
    expect([rejected, received['loud']]).toEqual([{ stalled: 1 }, FROZEN.large.messages]);
  }, 30_000);

  test('or read slowly, do not slow the others down to their speed', async () => {
    const { rejected, received } = await attacked(async (port) => {
      const slow = await RawClient.connected(port, 'slow');
      slow.send(subscribePacket(['#']));
      await slow.next(SUBACK);
      slow.socket.pause();
      const device = await RawClient.connected(port, 'loud');
      for (let i = 0; i < 300; i++) {
        await device.publish('load', 'x'.repeat(9_000));
        if (i % 20 === 0) slow.socket.read(10_000);
      }
      expect(slow.socket.bytesRead).toBeLessThan(300 * 9_000);
    });
    expect([received['loud'], rejected]).toEqual([300, {}]);
  }, 30_000);
});

describe('bytes that are no MQTT', () => {
  test.each<[string, Uint8Array]>([
    ['a second CONNECT', connectPacket('bad')],
    ['SUBSCRIBE to nothing', withHeader(0x82, twoBytes(1))],
    ['SUBSCRIBE with other flags', withHeader(0x80, twoBytes(1), mqttString('a'), Uint8Array.of(0))],
    ['QoS 3', withHeader(0x36, mqttString('a'), twoBytes(1))],
    ['a reserved type', packet(0xf0, 0)],
    ['type 0', packet(0x00, 0)],
    ['a topic longer than its packet', withHeader(0x30, Uint8Array.of(0xff, 0xff, 0x61))],
    ['a PUBLISH without packet id', withHeader(0x32, mqttString('a'))],
    ['a length of five bytes', Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01)],
    ['a packet of 256 MB', header(0x30, 268_435_455)],
  ])('%s', async (_name, bytes) => {
    const { rejected } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      client.send(bytes);
      await client.closed();
    });
    expect(Object.values(rejected)).toEqual([1]);
    expect(Object.keys(rejected)[0]).toMatch(/^(protocol|badLength|packetTooLarge|badTopic)$/);
  });

  test('20,000 packets made wrong in every way crash nothing and leave nothing behind', async () => {
    const { rejected } = await attacked((port) => fuzz(port, { sessions: 2_000, seed: 1 }));
    expect(rejected['protocol'] ?? 0).toBeGreaterThan(100);
    await broker.everybodyLeft();
  }, 60_000);
});
