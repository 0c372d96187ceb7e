/**
 * What is thrown at the embedded broker, in a process of its own, by clients that mean harm or are broken: it is counted
 * and bounded, and a device that behaves is served all the time. Longer runs are in tests/faults.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../seeded-random.js';
import { BrokerProcess } from './broker-process.js';
import { fuzz } from './fuzz-sessions.js';
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

/** Work without a break of the broker while something is thrown at it, in ms of CPU time. */
const PAUSE_CPU_MS_MAX = 50;

/** A device that sends one message after another, each as soon as the last is acknowledged. */
class GoodDevice {
  readonly #client: RawClient;
  readonly #done: Promise<void>;
  #isStopped = false;
  sent = 0;

  private constructor(client: RawClient) {
    this.#client = client;
    this.#done = this.#run();
  }

  static async start(port: number): Promise<GoodDevice> {
    return new GoodDevice(await RawClient.connected(port, 'good'));
  }

  /** So many more have been acknowledged. */
  async served(count: number): Promise<void> {
    const enough = this.sent + count;
    await vi.waitFor(() => expect(this.sent).toBeGreaterThanOrEqual(enough), { timeout: 10_000 });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
    this.#client.socket.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#client.publish('good', `${this.sent}`);
      this.sent += 1;
    }
  }
}

let broker: BrokerProcess;
let goodMessages = 0;
beforeAll(async () => {
  broker = await BrokerProcess.start();
});
afterAll(() => broker.stop());

/** Throws something at the broker while a good device sends, and gives what became of it. */
async function attacked(attack: (port: number) => Promise<void>) {
  const device = await GoodDevice.start(broker.port);
  // What is compiled at first use is no pause.
  if (goodMessages === 0) await device.served(500);
  const before = await broker.report();
  await attack(broker.port);
  await device.served(20);
  await device.stop();
  const after = await broker.report();
  goodMessages += device.sent;
  expect(after.received['good']).toBe(goodMessages);
  expect(after.isPolluted).toBe(false);
  expect(after.pauseCpuMs).toBeLessThan(PAUSE_CPU_MS_MAX);
  return {
    rejected: difference(before.rejected, after.rejected),
    received: difference(before.received, after.received),
    rssBytes: after.rssBytes - before.rssBytes,
  };
}

function difference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const changes = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, count]) => count > 0));
}

async function totalOf(reason: string): Promise<number> {
  return (await broker.report()).rejected[reason] ?? 0;
}

/** Everything that was connected is gone. */
async function everybodyLeft(): Promise<void> {
  const nobody = { sockets: 0, clients: 0 };
  await vi.waitFor(async () => expect(await broker.report()).toMatchObject(nobody), { timeout: 10_000 });
}

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
    const start = performance.now();
    await Promise.all([...idle, slow].map((client) => client.closed()));
    clearInterval(drip);
    expect(performance.now() - start).toBeLessThan(7_000);
  });
  expect(rejected).toEqual({ connectTimeout: 401 });
  await everybodyLeft();
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

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

describe('payloads', () => {
  test.each<[string, string | Uint8Array, string | null]>([
    ['half an object', '{"temp": 1', 'malformed'],
    ['lists in lists, 100,000 deep', DEEP, 'tooDeep'],
    ['objects in objects, without an end', '{"a":'.repeat(50_000), 'tooDeep'],
    ['a list of 100,000 numbers', JSON.stringify(new Array(100_000).fill(1)), 'tooManyFields'],
    ['100,000 empty lists', JSON.stringify(new Array(80_000).fill([])), 'tooManyFields'],
    ['what is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'notUtf8'],
    ['no number', '-nan(0x8000)', 'nonFinite'],
    ['a byte too much', `"${'x'.repeat(262_143)}"`, 'oversized'],
    [
      'what would change all objects',
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}}',
      null,
    ],
    ['a number beyond doubles and half a character', '{"a": 1e999, "b": "\\ud800"}', null],
    ['a string of control characters', JSON.stringify('\u0000\u001b[2J'.repeat(1_000)), null],
  ])('%s: counted, and acknowledged', async (_name, payload, reason) => {
    const { rejected, received } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      for (let i = 0; i < 20; i++) {
        client.send(publishPacket('a', payload, { qos: 1 }));
        await client.next(PUBACK);
      }
    });
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
      const before = await totalOf(reason);
      const will = { topic, payload: 'x' };
      const client = await RawClient.connected(port, 'bad', { will });
      client.socket.destroy();
      await vi.waitFor(async () => expect(await totalOf(reason)).toBe(before + 1));
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

  test('to wildcards at every level cost no pause', async () => {
    const random = seededRandom(7);
    const filter = () => Array.from({ length: 50 }, () => (random() < 0.5 ? '+' : 'a')).join('/');
    const { rejected } = await attacked(async (port) => {
      const client = await RawClient.connected(port, 'bad');
      client.send(subscribePacket(Array.from({ length: 200 }, filter)));
      await client.next(SUBACK);
      for (let i = 0; i < 20; i++) await client.publish(`${new Array(49).fill('a').join('/')}/${i}`, '1');
    });
    expect(rejected).toEqual({ tooManyFilters: 100 });
  });
});

describe('subscribers that do not read', () => {
  test('are cut off, and hold up nobody', async () => {
    const slowest = { ms: 0 };
    const { rejected, received } = await attacked(async (port) => {
      const frozen = await RawClient.connected(port, 'frozen');
      frozen.send(subscribePacket(['#']));
      await frozen.next(SUBACK);
      frozen.socket.pause();
      const device = await RawClient.connected(port, 'loud');
      for (let i = 0; i < 2_000; i++) {
        const start = performance.now();
        await device.publish('load', 'x'.repeat(9_000));
        slowest.ms = Math.max(slowest.ms, performance.now() - start);
      }
    });
    expect([rejected, received['loud']]).toEqual([{ stalled: 1 }, 2_000]);
    expect(slowest.ms).toBeLessThan(1_000);
  }, 30_000);

  test('or read slowly, do not slow the others down to their speed', async () => {
    const { rejected, received } = await attacked(async (port) => {
      const slow = await RawClient.connected(port, 'slow');
      slow.send(subscribePacket(['#']));
      await slow.next(SUBACK);
      slow.socket.pause();
      const sips = setInterval(() => slow.socket.read(10_000), 100);
      const device = await RawClient.connected(port, 'loud');
      const start = performance.now();
      for (let i = 0; i < 300; i++) await device.publish('load', 'x'.repeat(9_000));
      clearInterval(sips);
      // By 100 KB/s the 2.7 MB would take half a minute.
      expect(performance.now() - start).toBeLessThan(10_000);
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
    await everybodyLeft();
  }, 60_000);
});
