import { Readable } from 'node:stream';
import { ClientSessions, type QueuedMessage, type SessionLimits } from './client-sessions.js';
import { type KeptMessage, RetainedMessages } from './retained-messages.js';

interface Client {
  readonly id: string;
}

export interface BrokerStoreOptions {
  /** Clients that may be connected at once. */
  readonly clientsMax: number;
  /** Ms of a clock that never goes back. */
  readonly now: () => number;
  /** There was no room: for a retained message of a topic, or for one to a client that is away. */
  readonly onFull: (what: 'retainedFull' | 'queueFull', which: string) => void;
  /** A promise to wait for, while a client has no room for more. */
  readonly whenReady: (client: Client) => Promise<unknown> | undefined;
  /** A client sends a QoS 2 message that came before: the broker publishes it no second time. */
  readonly onRepeat: (client: Client, message: KeptMessage) => void;
}

const RETAINED_LIMITS = { topics: 10_000, bytes: 16_000_000 } as const;

const SESSION_LIMITS: Omit<SessionLimits, 'sessions'> = {
  queuedMessages: 1_000,
  queuedBytes: 1_000_000,
  totalBytes: 64_000_000,
  expiryMs: 24 * 3600 * 1000,
};

/** How often sessions that have expired are looked for. */
const EXPIRE_EVERY_MS = 60_000;

interface Subscription {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
}

/** A packet as aedes names it to its store. */
interface Named {
  readonly cmd?: string | undefined;
  readonly messageId?: number | undefined;
  readonly brokerCounter?: number | undefined;
}

/** What comes with QoS 2: the message, then its release. */
type Received = { readonly messageId?: number | undefined } & (KeptMessage | { readonly cmd: 'pubrel' });

const DONE = Promise.resolve();
const DONE_KNOWN = Promise.resolve(true);
const NOBODY = Promise.resolve([]);
const UNKNOWN = 'no such packet';

/**
 * What aedes keeps between packets and connections, in memory and bounded (its own store has no limits). Names and
 * promises are those that aedes 1.2 asks for.
 */
export class BrokerStore {
  readonly #options: BrokerStoreOptions;
  readonly #retained = new RetainedMessages(RETAINED_LIMITS);
  readonly #sessions: ClientSessions;
  #subscriber: Client | null = null;
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: BrokerStoreOptions) {
    this.#options = options;
    const limits = { ...SESSION_LIMITS, sessions: options.clientsMax };
    this.#sessions = new ClientSessions(limits, options.now, (id) => options.onFull('queueFull', id));
  }

  /** aedes insists that this is an `async function`. */
  async setup(): Promise<void> {
    this.#expiry = setInterval(() => this.#sessions.expire(), EXPIRE_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#expiry);
  }

  clientConnected({ id }: Client): void {
    this.#sessions.connected(id);
  }

  clientDisconnected({ id }: Client): void {
    this.#sessions.disconnected(id);
  }

  // Retained messages

  storeRetained(message: KeptMessage): Promise<void> {
    if (!this.#retained.store(message)) this.#options.onFull('retainedFull', message.topic);
    return DONE;
  }

  /** The retained messages that are asked for next are for this client. */
  clientSubscribes(client: Client): void {
    this.#subscriber = client;
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const client = this.#subscriber;
    const whenReady = () => (client === null ? undefined : this.#options.whenReady(client));
    return Readable.from(this.#retained.matching(filters, whenReady));
  }

  /**
   * Whether a retained message on its way to a new subscriber was replaced since it was looked up. What replaced it goes
   * to the subscriber as news, and would be followed by what is out of date.
   */
  isOutdated(message: { readonly topic: string; readonly payload: unknown }): boolean {
    return !this.#retained.isNewest(message);
  }

  // Subscriptions of clients that come back

  clientListens({ id, clean }: Client & { readonly clean: boolean }, subscription: Subscription): void {
    if (!clean) this.#sessions.subscribe(id, subscription);
  }

  /** aedes gives all subscriptions of a packet once for each of them, and those that were refused too. */
  addSubscriptions(): Promise<void> {
    return DONE;
  }

  removeSubscriptions({ id }: Client, topics: readonly string[]): Promise<void> {
    this.#sessions.unsubscribe(id, topics);
    return DONE;
  }

  subscriptionsByClient({ id }: Client): Promise<readonly Subscription[]> {
    return Promise.resolve(this.#sessions.filtersOf(id));
  }

  /** Whether a message of a topic is kept for a client that may be away. */
  isAwaited(topic: string): boolean {
    return this.#sessions.subscribersOf(topic).length > 0;
  }

  subscriptionsByTopic(topic: string): Promise<readonly { clientId: string; topic: string }[]> {
    const subscribers = this.#sessions.subscribersOf(topic);
    if (subscribers.length === 0) return NOBODY;
    return Promise.resolve(subscribers.map(({ id }) => ({ clientId: id, topic })));
  }

  cleanSubscriptions({ id }: Client): Promise<void> {
    this.#sessions.end(id);
    return DONE;
  }

  // Messages to clients, until they are acknowledged

  outgoingEnqueue({ clientId }: { clientId: string }, message: QueuedMessage): Promise<void> {
    this.#sessions.enqueue(clientId, message);
    return DONE;
  }

  outgoingEnqueueCombi(to: readonly { clientId: string }[], message: QueuedMessage): Promise<void> {
    for (const { clientId } of to) this.#sessions.enqueue(clientId, message);
    return DONE;
  }

  /** One that is not kept any more goes out all the same, once. */
  outgoingUpdate({ id }: Client, packet: Named): Promise<void> {
    const { cmd, messageId, brokerCounter } = packet;
    if (messageId === undefined) return DONE;
    if (cmd === 'pubrel') this.#sessions.release(id, messageId);
    else if (brokerCounter !== undefined) this.#sessions.assign(id, brokerCounter, messageId);
    return DONE;
  }

  outgoingClearMessageId({ id }: Client, { messageId, brokerCounter }: Named): Promise<unknown> {
    if (messageId !== undefined) return Promise.resolve(this.#sessions.acknowledge(id, messageId));
    return Promise.resolve(this.#sessions.withdraw(id, brokerCounter ?? 0));
  }

  outgoingStream({ id }: Client): Readable {
    return Readable.from(this.#sessions.queueOf(id));
  }

  // QoS 2 messages from clients, until they are released

  /** Resolves if the message is known. One that is not is known from now on: aedes asks twice before it stores. */
  incomingGetPacket(client: Client, packet: Received): Promise<unknown> {
    const { messageId = 0 } = packet;
    if (packet.cmd !== 'publish') {
      return this.#sessions.hasReceived(client.id, messageId)
        ? DONE_KNOWN
        : Promise.reject(new Error(UNKNOWN));
    }
    if (!this.#sessions.receive(client.id, messageId)) return Promise.reject(new Error(UNKNOWN));
    this.#options.onRepeat(client, packet);
    return DONE_KNOWN;
  }

  incomingStorePacket(): Promise<void> {
    return DONE;
  }

  incomingDelPacket({ id }: Client, { messageId = 0 }: Named): Promise<void> {
    return this.#sessions.released(id, messageId) ? DONE : Promise.reject(new Error(UNKNOWN));
  }

  cleanIncoming({ id }: Client): Promise<void> {
    this.#sessions.forgetReceived(id);
    return DONE;
  }

  // Wills: aedes keeps those of connected clients itself, and stores them for other brokers only

  putWill(): Promise<void> {
    return DONE;
  }

  delWill(): Promise<void> {
    return DONE;
  }

  streamWill(): Readable {
    return Readable.from([]);
  }
}
