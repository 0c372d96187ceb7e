import { type KeptMessage, keptBytes, ownCopy } from './retained-messages.js';
import { TopicFilters } from './topic-filters.js';

export interface SessionLimits {
  /** Messages that wait for one client; beyond that the oldest are dropped. */
  readonly queuedMessages: number;
  readonly queuedBytes: number;
  /** Of all clients together. */
  readonly totalBytes: number;
  readonly sessions: number;
  /** How long a session outlives its connection. */
  readonly expiryMs: number;
}

/** A message on its way to a client that acknowledges. The broker numbers each with `brokerCounter`. */
export interface QueuedMessage extends KeptMessage {
  readonly brokerCounter: number;
  messageId?: number | undefined;
}

/** Half way through QoS 2 the message is gone and its release waits to be answered. */
export interface QueuedRelease {
  readonly cmd: 'pubrel';
  readonly messageId: number;
}

interface Session {
  readonly id: string;
  /** QoS by topic filter. */
  readonly filters: Map<string, 0 | 1 | 2>;
  /** By the broker's number, oldest first. */
  readonly queue: Map<number, QueuedMessage | QueuedRelease>;
  /** The numbers of those that have a packet id. */
  readonly numbers: Map<number, number>;
  /** Packet ids of QoS 2 messages that came from the client and are not released yet. The broker bounds them. */
  readonly received: Set<number>;
  bytes: number;
  /** Since when its client is away; `null`: it is connected. */
  awaySince: number | null;
}

/** Topics whose subscribers are remembered, for brokers with thousands of sessions. */
const MATCHES_MAX = 1_000;

const NOBODY: readonly Session[] = Object.freeze([]);

/**
 * What the broker keeps for clients that connect without "clean session": their subscriptions, with QoS 1 and 2 what
 * came for them meanwhile, and which QoS 2 messages of theirs it has. In memory, and bounded.
 */
export class ClientSessions {
  readonly #limits: SessionLimits;
  readonly #now: () => number;
  readonly #onDropped: (clientId: string) => void;
  readonly #sessions = new Map<string, Session>();
  readonly #subscribers = new TopicFilters<Session>();
  readonly #matches = new Map<string, readonly Session[]>();
  #bytes = 0;

  /**
   * @param now ms of a clock that never goes back
   * @param onDropped a message for this client was dropped for lack of room
   */
  constructor(limits: SessionLimits, now: () => number, onDropped: (clientId: string) => void) {
    this.#limits = limits;
    this.#now = now;
    this.#onDropped = onDropped;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Also for a filter that it has already. */
  subscribe(id: string, { topic, qos }: { topic: string; qos: 0 | 1 | 2 }): void {
    const session = this.#sessions.get(id) ?? this.#begin(id);
    if (session.filters.get(topic) === qos) return;
    session.filters.set(topic, qos);
    // What is sent with QoS 0 waits for nobody.
    if (qos > 0) this.#subscribers.add(topic, session);
    else this.#subscribers.remove(topic, session);
    this.#matches.clear();
  }

  unsubscribe(id: string, topics: readonly string[]): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    for (const topic of topics) {
      session.filters.delete(topic);
      this.#subscribers.remove(topic, session);
    }
    this.#matches.clear();
  }

  filtersOf(id: string): { topic: string; qos: 0 | 1 | 2 }[] {
    return [...(this.#sessions.get(id)?.filters ?? [])].map(([topic, qos]) => ({ topic, qos }));
  }

  /** The ids of those that subscribed to a topic with QoS 1 or 2. */
  subscribersOf(topic: string): readonly { readonly id: string }[] {
    if (this.#subscribers.size === 0) return NOBODY;
    const known = this.#matches.get(topic);
    if (known !== undefined) return known;
    if (this.#matches.size >= MATCHES_MAX) this.#matches.clear();
    const found = [...this.#subscribers.match(topic)];
    this.#matches.set(topic, found);
    return found;
  }

  /** Keeps a message until the client has acknowledged it. */
  enqueue(id: string, message: QueuedMessage): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    const bytes = keptBytes(message);
    const { queuedMessages, queuedBytes, totalBytes } = this.#limits;
    while (
      session.queue.size > 0 &&
      (session.queue.size >= queuedMessages ||
        session.bytes + bytes > queuedBytes ||
        this.#bytes + bytes > totalBytes)
    ) {
      this.#dropOldest(session);
    }
    if (bytes > queuedBytes || this.#bytes + bytes > totalBytes) {
      this.#onDropped(id);
      return;
    }
    session.queue.set(message.brokerCounter, ownCopy(message));
    this.#count(session, bytes);
  }

  /** The message goes out under this packet id. */
  assign(id: string, brokerCounter: number, messageId: number): void {
    const session = this.#sessions.get(id);
    const message = session?.queue.get(brokerCounter);
    if (session === undefined || message?.cmd !== 'publish') return;
    message.messageId = messageId;
    session.numbers.set(messageId, brokerCounter);
  }

  /** The client has the message (QoS 2), and is to be told so. */
  release(id: string, messageId: number): void {
    const session = this.#sessions.get(id);
    const number = session?.numbers.get(messageId);
    if (session === undefined || number === undefined) return;
    const message = session.queue.get(number);
    if (message?.cmd === 'publish') this.#count(session, -keptBytes(message));
    session.queue.set(number, { cmd: 'pubrel', messageId });
  }

  /** The client has acknowledged. @returns what was kept */
  acknowledge(id: string, messageId: number): QueuedMessage | QueuedRelease | undefined {
    const number = this.#sessions.get(id)?.numbers.get(messageId);
    return number === undefined ? undefined : this.withdraw(id, number);
  }

  /** The message is not for this client after all. */
  withdraw(id: string, brokerCounter: number): QueuedMessage | QueuedRelease | undefined {
    const session = this.#sessions.get(id);
    const message = session?.queue.get(brokerCounter);
    if (session === undefined || message === undefined) return undefined;
    session.queue.delete(brokerCounter);
    if (message.messageId !== undefined) session.numbers.delete(message.messageId);
    if (message.cmd === 'publish') this.#count(session, -keptBytes(message));
    return message;
  }

  /** Oldest first. */
  queueOf(id: string): (QueuedMessage | QueuedRelease)[] {
    return [...(this.#sessions.get(id)?.queue.values() ?? [])];
  }

  /** A QoS 2 message comes from the client. @returns whether it came before */
  receive(id: string, messageId: number): boolean {
    const { received } = this.#sessions.get(id) ?? this.#begin(id);
    const isKnown = received.has(messageId);
    received.add(messageId);
    return isKnown;
  }

  /** The client will not send it again. @returns whether it had come */
  released(id: string, messageId: number): boolean {
    return this.#sessions.get(id)?.received.delete(messageId) === true;
  }

  hasReceived(id: string, messageId: number): boolean {
    return this.#sessions.get(id)?.received.has(messageId) === true;
  }

  /** The client keeps no memory of what it sent. */
  forgetReceived(id: string): void {
    const session = this.#sessions.get(id);
    session?.received.clear();
    if (session?.filters.size === 0) this.end(id);
  }

  connected(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) session.awaySince = null;
  }

  disconnected(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.awaySince = this.#now();
    // Moved to the end: the first of those away is the one that is away longest.
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
  }

  end(id: string): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    for (const topic of session.filters.keys()) this.#subscribers.remove(topic, session);
    this.#bytes -= session.bytes;
    this.#sessions.delete(id);
    this.#matches.clear();
  }

  /** Ends those whose client has been away for too long. */
  expire(): void {
    const before = this.#now() - this.#limits.expiryMs;
    for (const { id, awaySince } of [...this.#sessions.values()]) {
      if (awaySince !== null && awaySince <= before) this.end(id);
    }
  }

  #begin(id: string): Session {
    if (this.#sessions.size >= this.#limits.sessions) this.#endLongestAway();
    const session: Session = {
      id,
      filters: new Map(),
      queue: new Map(),
      numbers: new Map(),
      received: new Set(),
      bytes: 0,
      awaySince: null,
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** There is one: fewer clients may be connected than there may be sessions. */
  #endLongestAway(): void {
    for (const { id, awaySince } of this.#sessions.values()) {
      if (awaySince === null) continue;
      this.end(id);
      return;
    }
  }

  #dropOldest(session: Session): void {
    for (const number of session.queue.keys()) {
      this.withdraw(session.id, number);
      this.#onDropped(session.id);
      return;
    }
  }

  #count(session: Session, bytes: number): void {
    session.bytes += bytes;
    this.#bytes += bytes;
  }
}
