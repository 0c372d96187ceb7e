/**
 * Many clients that mix QoS 0, 1 and 2 and are acknowledged late: everything reaches the intake, once, and what one
 * client sends in the order in which it sends it. aedes' own subscribers lose some of it (aedes#994): the intake comes
 * before them.
 */
import { expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.js';
import { embeddedBroker } from './bridge-fixture.js';
import { publishPacket, twoBytes, withHeader } from './mqtt-packets.js';
import { PUBACK, PUBREC, RawClient } from './raw-client.js';

const CLIENTS = 10;
const MESSAGES = 2_000;

test('100 % at the intake, in the order of each client', async () => {
  const random = seededRandom(16);
  const arrived = new Map<string, number[]>();
  const { broker } = await embeddedBroker({
    accept: ({ sender, payload, qos }) => {
      const numbers = arrived.get(sender) ?? [];
      numbers.push(Number(Buffer.from(payload).toString()));
      arrived.set(sender, numbers);
      // Commits come when they come: at once, in a later turn, or after a while.
      const turns = Math.floor(random() * 4);
      return qos === 0 || turns === 0 ? undefined : later(turns);
    },
  });
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, number) => {
      const client = await RawClient.connected(broker.port, `c${number}`);
      await sendAll(client, seededRandom(number));
    }),
  );
  expect(arrived.size).toBe(CLIENTS);
  const expected = Array.from({ length: MESSAGES + 1 }, (_, i) => i);
  for (const numbers of arrived.values()) expect(numbers).toEqual(expected);
}, 60_000);

/** Sends numbers with any QoS in bursts of up to 300, and waits for all acknowledgements of a burst. */
async function sendAll(client: RawClient, random: () => number): Promise<void> {
  let packetId = 0;
  for (let next = 0; next < MESSAGES; ) {
    const end = Math.min(MESSAGES, next + 1 + Math.floor(random() * 300));
    const expected = [0, 0, 0];
    const packets: Uint8Array[] = [];
    for (; next < end; next++) {
      const qos = Math.floor(random() * 3);
      packetId = (packetId % 60_000) + 1;
      expected[qos] = (expected[qos] ?? 0) + 1;
      packets.push(publishPacket(`t/${next % 7}`, `${next}`, { qos, packetId }));
    }
    client.send(...packets);
    for (let i = 0; i < (expected[1] ?? 0); i++) await client.next(PUBACK);
    for (let i = 0; i < (expected[2] ?? 0); i++) {
      const { body } = await client.next(PUBREC);
      client.send(withHeader(0x62, twoBytes(body.readUInt16BE(0))));
    }
  }
  await client.publish('end', `${MESSAGES}`, 65_000);
}

async function later(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}
