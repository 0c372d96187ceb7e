import {
  connectPacket,
  DISCONNECT,
  joined,
  mqttString,
  PINGREQ,
  publishPacket,
  subscribePacket,
  twoBytes,
  withHeader,
} from './mqtt-packets.js';

type Random = () => number;

const TOPICS = ['a', 'factory/l1/m1/temp', '$SYS/x', 'a/+/b', '', 'ä/ö', 'x'.repeat(200)];
/** As most devices have. */
const USUAL_TOPICS = ['a', 'factory/l1/m1/temp', 'factory/l1/m2/temp', 'ä/ö'];
const PAYLOADS = ['', '85', '{"temp": 85.5}', '[1, [2, {"a": null}]]', 'ON', '\u0000', '{"__proto__": 1}'];
/** One whose beginning is kept until the rest comes, one that is too long for that, and one that is too large. */
const LONG_PAYLOADS = [10_000, 20_000, 400_000].map((length) => 'x'.repeat(length));

/**
 * Ten packets of a client that only publishes: so long as nobody subscribes, they need not go through the broker. The
 * first is a CONNECT.
 */
export function publishingSession(random: Random): Uint8Array[] {
  const connect = connectPacket(`p${below(random, 50)}`, { keepalive: below(random, 100) });
  return [connect, ...Array.from({ length: 9 }, () => usualPublish(random))];
}

function usualPublish(random: Random): Uint8Array {
  const flags = { qos: below(random, 2), packetId: 1 + below(random, 5), isRepeat: random() < 0.2 };
  const payload = pick(random, random() < 0.02 ? LONG_PAYLOADS : PAYLOADS);
  const topic = random() < 0.01 ? Uint8Array.of(0x61, 0xff) : pick(random, USUAL_TOPICS);
  return publishPacket(topic, payload, flags);
}

/** Ten packets as clients send them, the first a CONNECT. */
export function validSession(random: Random): Uint8Array[] {
  const clientId = `c${below(random, 50)}`;
  const will = random() < 0.3 ? { will: { topic: pick(random, TOPICS), payload: 'gone' } } : {};
  const connect = connectPacket(clientId, {
    isClean: random() < 0.5,
    keepalive: below(random, 100),
    ...will,
  });
  return [connect, ...Array.from({ length: 9 }, () => anyPacket(random))];
}

function anyPacket(random: Random): Uint8Array {
  const packetId = 1 + below(random, 5);
  const publish = () => {
    const flags = { qos: below(random, 3), packetId, isRepeat: random() < 0.2, retain: random() < 0.3 };
    return publishPacket(pick(random, TOPICS), pick(random, PAYLOADS), flags);
  };
  const acknowledgement = () => withHeader(pick(random, [0x40, 0x50, 0x62, 0x70]), twoBytes(packetId));
  const unsubscribe = () => withHeader(0xa2, twoBytes(packetId), mqttString(pick(random, TOPICS)));
  const subscribe = () => subscribePacket([pick(random, TOPICS), '#'], below(random, 3), packetId);
  const kinds = [publish, publish, publish, acknowledgement, subscribe, unsubscribe];
  return random() < 0.1 ? pick(random, [PINGREQ, DISCONNECT]) : pick(random, kinds)();
}

/** The packets in one piece, a share of them with something wrong; the CONNECT seldom, as it hides all others. */
export function mutated(packets: readonly Uint8Array[], share: number, random: Random): Uint8Array {
  return joined(
    ...packets.map((bytes, i) =>
      random() < (i === 0 ? 0.4 * share : share) ? mutatedPacket(bytes, random) : bytes,
    ),
  );
}

function mutatedPacket(bytes: Uint8Array, random: Random): Uint8Array {
  const at = below(random, bytes.length);
  const changed = Uint8Array.from(bytes);
  switch (below(random, 7)) {
    case 0:
      changed[at] = below(random, 256);
      return changed;
    case 1: // a bit
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
      return changed;
    case 2: // its type and flags
      changed[0] = below(random, 256);
      return changed;
    case 3: // its length
      changed[1] = below(random, 256);
      return changed;
    case 4:
      return changed.subarray(0, at);
    case 5:
      return joined(changed.subarray(0, at), Uint8Array.of(below(random, 256)), changed.subarray(at));
    default:
      return joined(changed, changed);
  }
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[below(random, from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
