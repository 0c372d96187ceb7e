import { expect } from 'vitest';
import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import { Redeliveries } from '../../runtime/intake/redeliveries.js';
import { intake, NOON, payloads, rulesReading, TIMED } from '../runtime/intake/intake-fixture.js';
import { seededRandom } from '../seeded-random.js';
import { embeddedBroker } from './bridge-fixture.js';
import {
  joined,
  mqttString,
  PINGREQ,
  publishPacket,
  subscribePacket,
  twoBytes,
  withHeader,
} from './mqtt-packets.js';
import { PUBACK, PUBREC, RawClient, SUBACK } from './raw-client.js';

type Random = () => number;

const PACKETS = 60;
const UNSUBSCRIBE = 0xa2;

const TOPICS = [
  'p/1/json',
  'p/2/json',
  'p/1/number',
  'p/1/timed',
  'unread',
  'ä/ö/json',
  `p/${'x'.repeat(200)}/json`,
];
const PAYLOADS = [
  '85',
  '',
  '{"temp": 85.5}',
  '{"ts": 1780315200000, "temp": 1}',
  '{"ts": 1780315201000, "temp": 2}',
  '{"temp": ',
  '[[[1]]]',
  '{"__proto__": 1}',
  'ON',
  '1e999',
  Buffer.from([0xff, 0xfe, 0x31]),
  'x'.repeat(1_100),
];

/** What ends a session, as it breaks the protocol or a limit. */
const WRONG: readonly Uint8Array[] = [
  publishPacket('p/1/json', 'x'.repeat(10_001)),
  publishPacket('p/1/json', 'x'.repeat(10_001), { qos: 1 }),
  publishPacket('p/+/json', '1', { qos: 1 }),
  publishPacket('$SYS/a', '1'),
  publishPacket('', '1'),
  publishPacket(Buffer.from([0x70, 0xff]), '1', { qos: 1 }),
  publishPacket('p/1/json', '1', { qos: 1, packetId: 0 }),
  publishPacket('p/1/json', '1', { qos: 3 }),
  withHeader(0x30, twoBytes(500), mqttString('a')),
  withHeader(0x32, mqttString('p/1/json')),
  Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01),
  Uint8Array.of(0x00, 0x00),
];

/**
 * Sends the same random streams of packets, cut anywhere, to a broker without subscribers and to one where somebody has
 * subscribed to everything, and looks that records for the journal, acknowledgements and counters are the same.
 *
 * @returns how many records it were
 */
export async function compareWays({ sessions, seed }: { sessions: number; seed: number }): Promise<number> {
  const [direct, through] = await Promise.all([setUp(), setUp()]);
  const panel = await RawClient.connected(through.port, 'panel');
  panel.send(subscribePacket(['#']));
  await panel.next(SUBACK);
  for (let session = 0; session < sessions; session++) {
    const name = `seed ${seed}, session ${session}`;
    const before = direct.journal.length;
    await Promise.all(
      [direct, through].map(({ port }) => converse(port, `c${session % 7}`, seededRandom(seed + session))),
    );
    expect(direct.journal.slice(before), name).toEqual(through.journal.slice(before));
    expect(countsOf(direct), name).toEqual(countsOf(through));
  }
  expect(direct.journal.length).toBe(through.journal.length);
  return direct.journal.length;
}

/** A broker with what stands behind it, without a disk. */
async function setUp() {
  const rules = rulesReading('p/{m}/json', 'ä/{m}/json', 'p/{m}/number', {
    topic: 'p/{m}/timed',
    field: 'temp',
  });
  const { intake: taking, counters } = intake(rules, [
    payloads('p/+/number', { format: 'number' }),
    payloads('p/+/timed', TIMED),
  ]);
  const redeliveries = new Redeliveries({ sessions: 100, messagesMax: 64 });
  const journal: unknown[] = [];
  let commit: Promise<void> | undefined;
  /** What comes in one turn is stored together. */
  const stored = () => {
    commit ??= new Promise((resolve) =>
      setImmediate(() => {
        commit = undefined;
        resolve();
      }),
    );
    return commit;
  };
  let arrival = NOON;
  const accept = (received: ReceivedMessage) => {
    arrival += 1;
    if (redeliveries.isKnown(received)) {
      counters.count(received.source, 'redelivery');
      return stored();
    }
    const records = taking.messages(received, { arrival, offset: 0 });
    const { source, sender, packetId, qos } = received;
    if (packetId !== null && records[0] !== undefined) {
      redeliveries.remember(source, sender, packetId, records[0].fingerprint, arrival);
    }
    for (const record of records)
      journal.push({ ...record, bytes: Buffer.from(record.bytes).toString('hex') });
    return qos > 0 && records.length > 0 ? stored() : undefined;
  };
  const { broker } = await embeddedBroker({ accept, counters });
  return { port: broker.port, journal, counters };
}

/** Packets of a client that keeps to the rules; packet ids come back at once. */
class Stream {
  readonly packets: Uint8Array[] = [];
  /** What is to be acknowledged, by packet id, for QoS 1 and 2. */
  readonly awaited: Record<number, number[]> = { 1: [], 2: [] };
  #last: Parameters<typeof publishPacket> = ['p/1/json', '1', { qos: 1 }];

  constructor(random: Random) {
    for (let i = 0; i < PACKETS; i++) this.#add(random);
    // Before it is acknowledged all others have been taken in.
    this.#publish('p/1/json', '"end"', { qos: 1, packetId: 60_000 });
  }

  #add(random: Random): void {
    const chance = random();
    if (chance < 0.03) this.packets.push(PINGREQ);
    else if (chance < 0.05) this.packets.push(subscribePacket([pick(random, TOPICS)], 0, 50_000));
    else if (chance < 0.07) {
      this.packets.push(withHeader(UNSUBSCRIBE, twoBytes(50_001), mqttString(pick(random, TOPICS))));
    } else if (chance < 0.15) this.#publish(...this.#again());
    else {
      const qos = random() < 0.05 ? 2 : below(random, 2);
      const flags = { retain: random() < 0.05, isRepeat: qos > 0 && random() < 0.1 };
      this.#publish(pick(random, TOPICS), pick(random, PAYLOADS), {
        qos,
        packetId: 1 + below(random, 5),
        ...flags,
      });
    }
  }

  #again(): Parameters<typeof publishPacket> {
    const [topic, payload, options = {}] = this.#last;
    return [topic, payload, { ...options, isRepeat: options.qos !== 0 }];
  }

  #publish(...message: Parameters<typeof publishPacket>): void {
    const { qos = 0, packetId = 1 } = message[2] ?? {};
    this.packets.push(publishPacket(...message));
    this.awaited[qos]?.push(packetId);
    this.#last = message;
  }
}

/** One session, in which all is acknowledged that is to be; half of them end with a packet that is wrong. */
async function converse(port: number, clientId: string, random: Random): Promise<void> {
  const client = await RawClient.connected(port, clientId);
  const { packets, awaited } = new Stream(random);
  await sendInPieces(client, joined(...packets), random);
  expect(await idsOf(client, PUBACK, awaited[1])).toEqual(awaited[1]);
  // aedes answers the repeat of one that it has at once.
  expect(inOrder(await idsOf(client, PUBREC, awaited[2]))).toEqual(inOrder(awaited[2]));
  if (random() < 0.5) {
    const after = publishPacket('p/1/json', '"behind what is wrong"');
    await sendInPieces(client, joined(pick(random, WRONG), after, after), random);
    // Of one that is too short the rest is awaited.
    client.socket.end();
  } else client.socket.destroy();
  await client.closed();
}

/** In pieces that end anywhere, some of them single bytes. */
async function sendInPieces(client: RawClient, bytes: Uint8Array, random: Random): Promise<void> {
  const longest = pick(random, [1, 7, 100, 1_000, 100_000]);
  for (let at = 0; at < bytes.length && !client.isClosed; ) {
    const end = at + 1 + below(random, longest);
    client.send(bytes.subarray(at, end));
    at = end;
    if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The packet ids of as many acknowledgements, as they come. */
async function idsOf(client: RawClient, type: number, { length }: readonly number[] = []): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < length) ids.push((await client.next(type)).body.readUInt16BE(0));
  return ids;
}

function inOrder(ids: readonly number[] = []): number[] {
  return [...ids].sort((a, b) => a - b);
}

/** What was counted, and how often, whenever that was. */
function countsOf({ counters }: { counters: RejectionCounters }) {
  return Object.fromEntries(counters.list().map(({ reason, count }) => [reason, count]));
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[below(random, from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
