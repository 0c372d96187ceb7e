import { seededRandom } from '../seeded-random.js';
import { publishPacket, subscribePacket } from './mqtt-packets.js';
import { PUBACK, RawClient, SUBACK } from './raw-client.js';

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** Payloads by what is wrong with them, and as what they are counted; `null`: they are taken. */
export const PAYLOADS: readonly [string, string | Uint8Array, string | null][] = [
  ['half an object', '{"temp": 1', 'malformed'],
  ['lists in lists, 100,000 deep', DEEP, 'tooDeep'],
  ['objects in objects, without an end', '{"a":'.repeat(50_000), 'tooDeep'],
  ['a list of 100,000 numbers', JSON.stringify(new Array(100_000).fill(1)), 'tooManyFields'],
  ['100,000 empty lists', JSON.stringify(new Array(80_000).fill([])), 'tooManyFields'],
  ['what is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'notUtf8'],
  ['no number', '-nan(0x8000)', 'nonFinite'],
  ['a byte too much', `"${'x'.repeat(262_143)}"`, 'oversized'],
  ['what would change all objects', '{"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}}', null],
  ['a number beyond doubles and half a character', '{"a": 1e999, "b": "\\ud800"}', null],
  ['a string of control characters', JSON.stringify('\u0000\u001b[2J'.repeat(1_000)), null],
];

export async function sendPayloads(port: number, payload: string | Uint8Array): Promise<void> {
  const client = await RawClient.connected(port, 'bad');
  for (let i = 0; i < 20; i++) {
    client.send(publishPacket('a', payload, { qos: 1 }));
    await client.next(PUBACK);
  }
}

/** Filters with wildcards at every level, and messages that fit nearly all of them. */
export async function subscribeEverywhere(port: number): Promise<void> {
  const random = seededRandom(7);
  const filter = () => Array.from({ length: 50 }, () => (random() < 0.5 ? '+' : 'a')).join('/');
  const client = await RawClient.connected(port, 'bad');
  client.send(subscribePacket(Array.from({ length: 200 }, filter)));
  await client.next(SUBACK);
  for (let i = 0; i < 20; i++) await client.publish(`${new Array(49).fill('a').join('/')}/${i}`, '1');
}

export interface Load {
  readonly messages: number;
  readonly bytes: number;
  /** How many are on the way at a time. */
  readonly atOnce: number;
}

/** More than is kept for a subscriber, and than fits into the buffers on the way to it. */
export const FROZEN = {
  large: { messages: 2_000, bytes: 9_000, atOnce: 1 },
  small: { messages: 250_000, bytes: 20, atOnce: 500 },
} as const satisfies Readonly<Record<string, Load>>;

/** Somebody subscribes to everything and reads nothing of it, while a device sends. */
export async function freezeSubscriber(port: number, { messages, bytes, atOnce }: Load): Promise<void> {
  const frozen = await RawClient.connected(port, 'frozen');
  frozen.send(subscribePacket(['#']));
  await frozen.next(SUBACK);
  frozen.socket.pause();
  const device = await RawClient.connected(port, 'loud');
  const payload = 'x'.repeat(bytes);
  for (let sent = 0; sent < messages; sent += atOnce) {
    const ids = Array.from({ length: atOnce }, (_, index) => index + 1);
    device.send(...ids.map((packetId) => publishPacket('load', payload, { qos: 1, packetId })));
    for (const _ of ids) await device.next(PUBACK);
  }
}
