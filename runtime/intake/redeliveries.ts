import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';

export interface RedeliveryLimits {
  readonly sessions: number;
  /** Messages remembered of one session, if it sends that many a minute: what its client may have unacknowledged. */
  readonly messagesMax: number;
}

/** The sessions, longest unused first, each with packet ids and fingerprints, oldest first. */
export type RedeliveriesState = readonly (readonly [
  source: string,
  sender: string,
  packets: readonly (readonly [packetId: number, fingerprint: number])[],
])[];

/**
 * Recognises MQTT redeliveries: marked as such (DUP), with packet id, topic and payload of a recent message of the same
 * session. Such a message is not applied again, and is acknowledged when its first copy is stored.
 */
export class Redeliveries {
  readonly #limits: RedeliveryLimits;
  /** By source, then sender: a key put together of both would be made anew for every message. */
  readonly #sessions = new Map<string, Map<string, RecentMessages>>();
  #count = 0;
  #uses = 0;

  constructor(limits: RedeliveryLimits) {
    this.#limits = limits;
  }

  /** Whether a first copy of it came before. */
  isKnown(message: ReceivedMessage): boolean {
    if (!message.isRepeat || message.packetId === null) return false;
    const session = this.#sessions.get(message.source)?.get(message.sender);
    return session?.has(message.packetId, fingerprint(message)) ?? false;
  }

  /** Remembers a message with QoS 1 or 2 for the time that its redelivery may come. */
  remember(source: string, sender: string, packetId: number, print: number, arrival: number): void {
    const session = this.#sessions.get(source)?.get(sender) ?? this.#begin(source, sender);
    session.usedAt = this.#uses++;
    session.add(packetId, print, arrival);
  }

  save(): RedeliveriesState {
    return this.#byUse().map(([source, sender, session]) => [source, sender, session.list()]);
  }

  load(state: RedeliveriesState): void {
    for (const [source, sender, packets] of state) {
      // As if they had come at once: none of them is to be forgotten.
      for (const [packetId, print] of packets) this.remember(source, sender, packetId, print, 0);
    }
  }

  #begin(source: string, sender: string): RecentMessages {
    if (this.#count >= this.#limits.sessions) this.#forgetUnused();
    let senders = this.#sessions.get(source);
    if (senders === undefined) {
      senders = new Map();
      this.#sessions.set(source, senders);
    }
    const session = new RecentMessages(this.#limits.messagesMax);
    senders.set(sender, session);
    this.#count += 1;
    return session;
  }

  /** A tenth of the sessions, those unused for longest: looking for one costs as much. */
  #forgetUnused(): void {
    const unused = this.#byUse().slice(0, Math.ceil(this.#limits.sessions / 10));
    for (const [source, sender] of unused) this.#sessions.get(source)?.delete(sender);
    this.#count -= unused.length;
  }

  #byUse(): [source: string, sender: string, session: RecentMessages][] {
    return [...this.#sessions]
      .flatMap(([source, senders]) =>
        [...senders].map(([sender, session]): [string, string, RecentMessages] => [source, sender, session]),
      )
      .sort(([, , a], [, , b]) => a.usedAt - b.usedAt);
  }
}

/** With how many places a ring begins: most clients have a few messages under way. */
const PLACES_MIN = 64;

/** What came longer ago has been acknowledged, or its redelivery has come. */
const REMEMBERED_MS = 60_000;

/** The last messages of one session, in a ring that grows while it goes round in less than a minute. */
class RecentMessages {
  /** Grows with every message of any session. */
  usedAt = 0;
  readonly #placesMax: number;
  #packetIds: Uint16Array;
  #fingerprints: Uint32Array;
  #next = 0;
  /** When the first place was taken last. */
  #roundSince = 0;

  constructor(placesMax: number) {
    this.#placesMax = placesMax;
    const places = Math.min(PLACES_MIN, placesMax);
    this.#packetIds = new Uint16Array(places);
    this.#fingerprints = new Uint32Array(places);
  }

  add(packetId: number, print: number, arrival: number): void {
    if (this.#next === this.#packetIds.length) this.#goRound(arrival);
    if (this.#next === 0) this.#roundSince = arrival;
    this.#packetIds[this.#next] = packetId;
    this.#fingerprints[this.#next] = print;
    this.#next += 1;
  }

  /** At the end of the ring: on behind it, or again from its beginning. */
  #goRound(arrival: number): void {
    const places = this.#packetIds.length;
    if (places === this.#placesMax || arrival - this.#roundSince >= REMEMBERED_MS) {
      this.#next = 0;
      return;
    }
    const grown = Math.min(2 * places, this.#placesMax);
    const [packetIds, fingerprints] = [new Uint16Array(grown), new Uint32Array(grown)];
    packetIds.set(this.#packetIds);
    fingerprints.set(this.#fingerprints);
    this.#packetIds = packetIds;
    this.#fingerprints = fingerprints;
  }

  /** Packet ids are never 0, so empty places match nothing. */
  has(packetId: number, print: number): boolean {
    for (let i = 0; i < this.#packetIds.length; i++) {
      if (this.#packetIds[i] === packetId && this.#fingerprints[i] === print) return true;
    }
    return false;
  }

  /** Oldest first. */
  list(): [packetId: number, fingerprint: number][] {
    const size = this.#packetIds.length;
    const listed: [number, number][] = [];
    for (let i = 0; i < size; i++) {
      const place = (this.#next + i) % size;
      const packetId = this.#packetIds[place] ?? 0;
      if (packetId !== 0) listed.push([packetId, this.#fingerprints[place] ?? 0]);
    }
    return listed;
  }
}

/**
 * FNV-1a over topic and payload, unsigned. That two messages of one packet id, one of them a declared repeat, differ and
 * share it is one chance in four billion; keeping the payloads would keep the sockets' buffers too.
 */
export function fingerprint({ topic, payload }: { topic: string; payload: Uint8Array }): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < topic.length; i++) hash = Math.imul(hash ^ topic.charCodeAt(i), 0x01000193);
  for (let i = 0; i < payload.length; i++) hash = Math.imul(hash ^ (payload[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
