import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import type { BridgeLog } from './bridge-log.js';
import { brokerHooks, publishBytes } from './broker-hooks.js';
import { addressOf, type BrokerRejection, reject, rejectionOf } from './broker-rejections.js';
import { BrokerStore } from './broker-store.js';
import { ClientFilters } from './client-filters.js';
import { ConnectingClients } from './connecting-clients.js';
import { DirectPublishes } from './direct-publishes.js';
import { DirectTopics } from './direct-topics.js';
import { FrameGuard, type GuardLimits } from './frame-guard.js';
import type { Accept, PublishOptions, WhenReady } from './received-message.js';
import type { RejectedMessage, RejectionCounters } from './rejection-counters.js';
import { type OutletTotal, SubscriberOutlet } from './subscriber-outlet.js';

/** What may be changed while the broker runs. */
export interface BrokerLimits {
  readonly connectionsMax: number;
  /** Largest PUBLISH, in bytes; a client that sends a larger one is cut off. */
  readonly packetBytesMax: number;
  /** Messages a second that a client may send on average; it is held back beyond that. `null`: as many as it likes. */
  readonly clientRate: number | null;
}

export interface EmbeddedBrokerOptions extends BrokerLimits {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly accept: Accept;
  readonly whenReady?: WhenReady;
  readonly counters: RejectionCounters;
  readonly log: BridgeLog;
}

/** Our own broker for devices: MQTT 3.1 and 3.1.1 over TCP. */
export interface EmbeddedBroker {
  readonly host: string;
  readonly port: number;
  /** How many are connected. */
  readonly clients: number;
  /** Hands a message of our own to the subscribers; it does not come back as input. Resolves when they have it. */
  publish(topic: string, payload: Buffer, options: PublishOptions): Promise<void>;
  /** For those who are connected too; of too many connections none is cut. */
  configure(limits: BrokerLimits): void;
  /** Cuts all clients off and stops listening. */
  stop(): Promise<void>;
}

/** A CONNECT holds a client id, a will, a user and a password: 4 KB is plenty, and all a stranger may send. */
const CONNECT_LIMITS = { connectMs: 5_000, connectBytes: 4_096 } as const;

/** What is no PUBLISH and large is a long list of topic filters, each of which takes its time. */
const OTHER_BYTES_MAX = 32_768;

/**
 * A peer that is gone without a word is found out by TCP: a client may have set no MQTT keep-alive, or one of 18 hours.
 * Node asks ten times, once a second.
 */
const PROBE_AFTER_MS = 60_000;

/**
 * Starts the broker. Every PUBLISH and every will of a client goes to `accept`, and only then on to acknowledgement and
 * subscribers; what this process publishes itself does not.
 *
 * @throws the system error of listening (`EADDRINUSE`, `EACCES`, …)
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const broker = new Broker(options);
  await broker.start();
  return broker;
}

class Broker implements EmbeddedBroker {
  readonly host: string;
  readonly #options: EmbeddedBrokerOptions;
  readonly #aedes: Aedes;
  readonly #store: BrokerStore;
  readonly #server: Server;
  #limits: GuardLimits;
  readonly #connecting = new ConnectingClients(now);
  /** aedes knows only clients that have connected; stopping must end the others too. */
  readonly #sockets = new Set<Socket>();
  /** Those of clients. aedes counts wrong where two connect at once under one id. */
  readonly #connected = new Set<unknown>();
  readonly #guards = new WeakMap<object, FrameGuard>();
  readonly #outlets = new WeakMap<object, SubscriberOutlet>();
  readonly #filters = new WeakMap<Client, ClientFilters>();
  /** Ms that a client promised to be heard of within. */
  readonly #keepAlives = new WeakMap<Client, number>();
  readonly #directTopics = new DirectTopics((topic) => this.#store.isAwaited(topic));
  readonly #unread: OutletTotal = { bytes: 0 };
  #isStopping = false;

  constructor(options: EmbeddedBrokerOptions) {
    this.host = options.host;
    this.#options = options;
    this.#limits = guardLimits(options);
    this.#store = this.#createStore();
    this.#aedes = this.#createAedes();
    this.#server = createServer((socket) => this.#welcome(socket));
    this.#server.maxConnections = options.connectionsMax;
    this.#server.on('drop', (dropped) =>
      this.#reject('tooManyConnections', dropped?.remoteAddress ?? 'a client'),
    );
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get clients(): number {
    return this.#connected.size;
  }

  async start(): Promise<void> {
    await this.#aedes.listen();
    try {
      this.#server.listen({ host: this.host, port: this.#options.port });
      await once(this.#server, 'listening');
    } catch (error) {
      await this.#closeAedes();
      throw error;
    }
  }

  publish(topic: string, payload: Buffer, { qos, retain }: PublishOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const packet = { cmd: 'publish', topic, payload, qos, retain, dup: false } as const;
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  configure(limits: BrokerLimits): void {
    this.#limits = guardLimits(limits);
    this.#server.maxConnections = limits.connectionsMax;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await this.#closeAedes();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #createStore(): BrokerStore {
    return new BrokerStore({
      clientsMax: this.#options.connectionsMax,
      now,
      onFull: (what, which) => this.#reject(what, which),
      whenReady: (client) => this.#outlets.get(client)?.whenReady(),
      onRepeat: (client, message) => this.#guards.get(client)?.finished(publishBytes(message)),
    });
  }

  #createAedes(): Aedes {
    const { accept, counters, log } = this.#options;
    const aedes = new Aedes({
      // The frame guard cuts a silent connection first, and counts it.
      connectTimeout: 2 * CONNECT_LIMITS.connectMs,
      persistence: this.#store,
      ...brokerHooks({
        accept,
        counters,
        log,
        isStopping: () => this.#isStopping,
        filtersOf: (client) => this.#filtersOf(client),
        onConnect: (client, keepAliveS) => this.#keepAlives.set(client, keepAliveS * 1000),
        onSubscribe: (client, subscription) => {
          if (!client.conn.destroyed) this.#directTopics.add(subscription.topic, client);
          this.#store.clientListens(client, subscription);
        },
        isOutdated: (packet) => this.#store.isOutdated(packet),
        directlyStored: (client) => this.#guards.get(client)?.directlyStored,
        onFinished: (client, bytes) => this.#guards.get(client)?.finished(bytes),
      }),
    });
    aedes.on('client', (client) => {
      if (!client.conn.destroyed) this.#connected.add(client.conn);
      this.#store.clientConnected(client);
    });
    aedes.on('clientReady', (client) => this.#guards.get(client)?.open(this.#directPublishes(client)));
    aedes.on('subscribe', (_subscriptions, client) => this.#store.clientSubscribes(client));
    aedes.on('unsubscribe', (topics, client) => {
      for (const topic of topics) {
        this.#filtersOf(client).remove(topic);
        this.#directTopics.remove(topic, client);
      }
    });
    aedes.on('clientDisconnect', (client) => this.#store.clientDisconnected(client));
    this.#watchErrors(aedes);
    return aedes;
  }

  #filtersOf(client: Client): ClientFilters {
    const filters = this.#filters.get(client) ?? new ClientFilters();
    this.#filters.set(client, filters);
    return filters;
  }

  #watchErrors(aedes: Aedes): void {
    // Without a listener an error of its store would end the process. (Its types know no `on('error')`.)
    aedes.addListener('error', (error: Error) =>
      this.#options.log.warn(`the embedded broker failed: ${error.message}`),
    );
    // A client that is cut off fails once for every packet that was still on its way to it.
    const failed = new WeakSet<Client>();
    aedes.on('clientError', (client, error) => {
      if (!failed.has(client)) this.#onError(error, client.id);
      failed.add(client);
    });
    aedes.on('connectionError', (client, error) => this.#onError(error, addressOf(client.conn)));
  }

  #onError(error: Error, who: string): void {
    const reason = rejectionOf(error);
    if (reason === 'protocol') this.#reject(reason, `${who} (${error.message})`);
    else if (reason !== null) this.#reject(reason, who);
  }

  #welcome(socket: Socket): void {
    const address = addressOf(socket);
    socket.on('error', () => undefined); // a reset; what it means for a client aedes finds out itself
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PROBE_AFTER_MS);
    const guard = this.#guard(socket, address, () => leave());
    const leave = this.#connecting.add(address, () => guard.cut('tooManyConnecting'));
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#connected.delete(socket);
      leave();
    });
    // A client of aedes costs more than a socket that never says anything.
    socket.once('readable', () => {
      this.#handOver(socket, guard);
      guard.wake();
    });
  }

  #handOver(socket: Socket, guard: FrameGuard): void {
    const client = this.#aedes.handle(socket);
    const outlet = new SubscriberOutlet(socket, {
      total: this.#unread,
      now,
      onStalled: () => this.#reject('stalled', client.id ?? addressOf(socket)),
    });
    // The client's own lets everybody wait for it until the drain timeout. Not in its types: a test fails if it is not
    // asked any more.
    Object.assign(client, { waitForDrain: outlet.waitForDrain });
    socket.once('close', () => {
      for (const topic of this.#filtersOf(client).all) this.#directTopics.remove(topic, client);
    });
    this.#guards.set(client, guard);
    this.#outlets.set(client, outlet);
  }

  #guard(socket: Socket, address: string, onConnect: () => void): FrameGuard {
    return new FrameGuard(socket, {
      limits: () => this.#limits,
      whenReady: this.#options.whenReady,
      now,
      onConnect,
      onViolation: (violation) => this.#reject(violation, address),
      onThrottled: () => this.#reject('throttled', address),
    });
  }

  #directPublishes(client: Client): DirectPublishes {
    const { conn, id } = client;
    const keepAliveMs = this.#keepAlives.get(client) ?? 0;
    return new DirectPublishes({
      sender: id,
      accept: this.#options.accept,
      isDirect: (topic) => !this.#isStopping && this.#directTopics.isDirect(topic),
      bytesMax: () => this.#limits.publishBytes,
      silenceMs: keepAliveMs === 0 ? Number.POSITIVE_INFINITY : keepAliveMs / 2,
      now,
      send: (acknowledgements) => {
        conn.write(acknowledgements);
        this.#guards.get(client)?.acknowledged();
      },
      onNotStored: (messages, one) => {
        for (let i = 0; i < messages; i++) this.#reject('notStored', id, one);
      },
      cutOff: () => conn.destroy(),
    });
  }

  #reject(reason: BrokerRejection, who: string, message?: RejectedMessage): void {
    reject(this.#options, reason, who, message);
  }

  async #closeAedes(): Promise<void> {
    this.#store.stop();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }
}

function guardLimits({ packetBytesMax, clientRate }: BrokerLimits): GuardLimits {
  return { ...CONNECT_LIMITS, publishBytes: packetBytesMax, otherBytes: OTHER_BYTES_MAX, rate: clientRate };
}

function now(): number {
  return performance.now();
}
