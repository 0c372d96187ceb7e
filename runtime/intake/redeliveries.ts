import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';

export interface RedeliveryLimits {
  readonly sessions: number;
  /** Messages remembered of one session: as many as can be under way unacknowledged. */
  readonly messagesOf: (source: string) => number;
}

/**
 * Recognises MQTT redeliveries: marked as such (DUP), with packet id, topic and payload of a recent message of the same
 * session. Such a message is not applied again, and is acknowledged when its first copy is.
 */
export class Redeliveries {
  readonly #limits: RedeliveryLimits;
  /** By source and sender, longest unused first. */
  readonly #sessions = new Map<string, RecentMessages>();

  constructor(limits: RedeliveryLimits) {
    this.#limits = limits;
  }

  /** What the first copy waits for; `null`: there was none, this is a message of its own. */
  firstCopy(message: ReceivedMessage): { committed: Promise<void> | undefined } | null {
    if (!message.isRepeat || message.packetId === null) return null;
    return this.#sessions.get(sessionKey(message))?.find(message.packetId, fingerprint(message)) ?? null;
  }

  /** Remembers a message with QoS 1 or 2 for the time that its redelivery may come. */
  remember(message: ReceivedMessage, committed: Promise<void> | undefined): void {
    if (message.packetId === null) return;
    const key = sessionKey(message);
    let session = this.#sessions.get(key);
    if (session === undefined) {
      session = new RecentMessages(this.#limits.messagesOf(message.source));
      if (this.#sessions.size >= this.#limits.sessions) this.#forgetOldest();
    } else this.#sessions.delete(key);
    this.#sessions.set(key, session);
    session.add(message.packetId, fingerprint(message), committed);
  }

  #forgetOldest(): void {
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      return;
    }
  }
}

/** Names of sources hold no line break. */
function sessionKey({ source, sender }: ReceivedMessage): string {
  return `${source}\n${sender}`;
}

/** The last messages of one session, in a ring. */
class RecentMessages {
  readonly #packetIds: Uint16Array;
  readonly #fingerprints: Uint32Array;
  readonly #committed: (Promise<void> | undefined)[];
  #next = 0;

  constructor(size: number) {
    this.#packetIds = new Uint16Array(size);
    this.#fingerprints = new Uint32Array(size);
    this.#committed = new Array(size).fill(undefined);
  }

  add(packetId: number, print: number, committed: Promise<void> | undefined): void {
    this.#packetIds[this.#next] = packetId;
    this.#fingerprints[this.#next] = print;
    this.#committed[this.#next] = committed;
    this.#next = (this.#next + 1) % this.#packetIds.length;
  }

  /** Packet ids are never 0, so empty places match nothing. */
  find(packetId: number, print: number): { committed: Promise<void> | undefined } | null {
    for (let i = 0; i < this.#packetIds.length; i++) {
      if (this.#packetIds[i] === packetId && this.#fingerprints[i] === print) {
        return { committed: this.#committed[i] };
      }
    }
    return null;
  }
}

/**
 * FNV-1a over topic and payload. That two messages of one packet id, one of them a declared repeat, differ and share it
 * is one chance in four billion; keeping the payloads would keep the sockets' buffers too.
 */
function fingerprint({ topic, payload }: ReceivedMessage): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < topic.length; i++) hash = Math.imul(hash ^ topic.charCodeAt(i), 0x01000193);
  for (let i = 0; i < payload.length; i++) hash = Math.imul(hash ^ (payload[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
