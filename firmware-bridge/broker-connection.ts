import type { IClientOptions, IPublishPacket, MqttClient, Packet } from 'mqtt';
import type { BridgeLog } from './bridge-log.js';
import { DeferredAcknowledgements } from './deferred-acknowledgements.js';
import { OwnPublishes } from './own-publishes.js';
import type { Accept, PublishOptions, ReceivedMessage, WhenReady } from './received-message.js';
import { ReconnectDelay } from './reconnect-delay.js';

export interface BrokerConnectionOptions {
  readonly name: string;
  /** `mqtt://host:1883`, `mqtts://…`, `ws://…`, `wss://…` */
  readonly url: string;
  readonly username: string | null;
  readonly password: string | null;
  /** Topic filters. */
  readonly topics: readonly string[];
  readonly qos: 0 | 1;
  /** The same at every start: the broker keeps what came meanwhile for it. */
  readonly clientId: string;
  /** Put before the topic of every message that comes this way. */
  readonly prefix: string;
  readonly packetBytesMax: number;
  readonly accept: Accept;
  readonly whenReady?: WhenReady;
  /** It receives from now on, or does so no longer. Not told when it is stopped. */
  readonly onState?: (name: string, isUp: boolean) => void;
  readonly log: BridgeLog;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** A connection to somebody else's broker, kept up until it is stopped. */
export interface BrokerConnection {
  readonly name: string;
  /** `mqtts://broker:8883`, without user and password. */
  readonly address: string;
  /** Connected, and subscribed to at least one of its topics. */
  readonly isUp: boolean;
  /** Why it is down, or what it does not receive though it is up, in words; `null`: all is well. */
  readonly problem: string | null;
  /**
   * Publishes at that broker; the message does not come back as input. Resolves when the broker has it (QoS 1) or it
   * was sent (QoS 0); rejects when the connection is down or goes down before that.
   */
  publish(topic: string, payload: Buffer, options: PublishOptions): Promise<void>;
  /** Within half a second, whatever the broker does. */
  stop(): Promise<void>;
}

/** Half a minute of silence is a dead broker: 15 s, and half as much again for its answer. */
const KEEPALIVE_S = 15;
const CONNECT_MS = 10_000;
/** How long the broker keeps our session, and with it what is sent meanwhile (MQTT 5; with 3.1.1 it decides itself). */
const SESSION_S = 7 * 24 * 3600;
/** Messages that the broker may send before we acknowledge (MQTT 5): bounds what waits for the disk. */
const RECEIVE_MAX = 1000;

/** How long stopping waits for the broker to close the connection. */
const GOODBYE_MS = 500;

const UNACCEPTABLE_VERSION = 1;
const UNSUPPORTED_VERSION = 132;

/**
 * Begins to connect and keeps at it. MQTT 5 is tried first, then 3.1.1. Every message goes to `accept` as soon as it is
 * read; its PUBACK waits for `accept` without holding up the messages behind it.
 */
export async function connectBroker(options: BrokerConnectionOptions): Promise<BrokerConnection> {
  // Loaded only when somebody has a broker to connect to.
  const mqtt = await import('mqtt');
  return new Connection(options, (settings) => mqtt.connect(options.url, settings));
}

class Connection implements BrokerConnection {
  readonly name: string;
  readonly address: string;
  readonly #options: BrokerConnectionOptions;
  readonly #client: MqttClient;
  readonly #delay: ReconnectDelay;
  readonly #acknowledgements: DeferredAcknowledgements<Packet>;
  /** Messages read and not yet acknowledged, by packet id. */
  readonly #accepted = new Map<number, Promise<void> | undefined>();
  readonly #own = new OwnPublishes(() => performance.now());
  #hasConnected = false;
  #isUp = false;
  #problem: string | null = 'not connected yet';
  #failure: Error | null = null;
  #saidFailure = '';

  constructor(options: BrokerConnectionOptions, connect: (settings: IClientOptions) => MqttClient) {
    this.name = options.name;
    this.address = withoutUser(options.url);
    this.#options = options;
    this.#delay = new ReconnectDelay(options.random);
    this.#client = connect(this.#settings());
    // mqtt.js acknowledges and reads on only after `handleMessage`; its one sender of packets is where the two can be
    // parted. Private there: the version is pinned, and a test fails if acknowledgements no longer wait.
    const send = this.#client['_sendPacket'].bind(this.#client);
    this.#acknowledgements = new DeferredAcknowledgements<Packet>(send, () => this.#client.stream.destroy());
    this.#client['_sendPacket'] = (packet: Packet, done?: () => void, ...rest: unknown[]) => {
      if (packet.cmd !== 'puback') {
        Reflect.apply(send, undefined, [packet, done, ...rest]);
        return;
      }
      this.#acknowledge(packet);
      done?.();
    };
    this.#client.handleMessage = (packet, done) => this.#take(packet, done);
    this.#listen();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get problem(): string | null {
    return this.#problem;
  }

  publish(topic: string, payload: Buffer, { qos, retain }: PublishOptions): Promise<void> {
    const client = this.#client;
    // Otherwise mqtt.js would keep it in memory, and send it who knows when.
    if (!client.connected) return Promise.reject(new Error(`no connection to ${this.address}`));
    // With MQTT 5 the subscriptions ask not to be sent it back.
    if (client.options.protocolVersion !== 5) this.#own.add(topic, payload, retain);
    return client.publishAsync(topic, payload, { qos, retain }).then(() => undefined);
  }

  async stop(): Promise<void> {
    // A broker that does not answer any more would be waited for without end.
    const impatience = setTimeout(() => this.#client.stream.destroy(), GOODBYE_MS);
    const isBusy = Object.keys(this.#client.outgoing).length > 0;
    await this.#client.endAsync(isBusy || !this.#client.connected);
    clearTimeout(impatience);
  }

  #settings(): IClientOptions {
    const { clientId, username, password, packetBytesMax } = this.#options;
    return {
      clientId,
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
      clean: false,
      protocolVersion: 5,
      properties: {
        sessionExpiryInterval: SESSION_S,
        receiveMaximum: RECEIVE_MAX,
        maximumPacketSize: packetBytesMax,
      },
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: this.#delay.next(),
      reconnectOnConnackError: true,
      // Its own memory of subscriptions trusts the broker's "session present"; we subscribe anew every time.
      resubscribe: false,
      // An unbounded queue in memory while the broker is away.
      queueQoSZero: false,
    };
  }

  #listen(): void {
    const client = this.#client;
    client.on('connect', () => this.#onConnect());
    client.on('error', (error) => {
      this.#failure = error;
    });
    client.on('close', () => this.#onClose());
    // `close` has set the timer for this attempt: what is set now is the wait after it, should it fail too.
    client.on('reconnect', () => {
      client.options.reconnectPeriod = this.#delay.next();
    });
  }

  #onConnect(): void {
    this.#hasConnected = true;
    this.#saidFailure = '';
    this.#failure = null;
    this.#delay.reset();
    this.#client.options.reconnectPeriod = this.#delay.next();
    this.#options.log.info(`connected to ${this.address}`);
    this.#subscribe();
  }

  #subscribe(): void {
    const { topics, qos, log } = this.#options;
    // No local: were we to publish there, it would not come back to us. Retained values come with every subscription.
    const subscription = { qos, nl: true, rap: false, rh: 0 };
    this.#client.subscribe([...topics], subscription, (error, _grants, packet) => {
      // The connection went away meanwhile: subscribed again after the next one.
      if (packet === undefined) {
        if (error !== null) this.#failure ??= error;
        return;
      }
      const lost = refused(topics, packet);
      for (const topic of lost) log.warn(`${this.address} refuses the subscription to ${topic}`);
      this.#problem = lost.length === 0 ? null : `it refuses the subscription to ${lost.join(', ')}`;
      if (lost.length < topics.length) this.#setUp(true);
    });
  }

  #setUp(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    if (!this.#client.disconnecting) this.#options.onState?.(this.name, isUp);
  }

  #onClose(): void {
    this.#acknowledgements.clear();
    this.#accepted.clear();
    this.#setUp(false);
    // Whoever published hears of it and decides; what mqtt.js kept could overtake what is published later.
    for (const id of Object.keys(this.#client.outgoing)) this.#client.removeOutgoingMessage(Number(id));
    if (this.#client.disconnecting) return;
    const failure = this.#failure;
    this.#failure = null;
    if (!this.#hasConnected && this.#tryOtherVersion(failure)) return;
    const text = failure?.message || 'the broker closed the connection';
    this.#problem = text;
    if (text === this.#saidFailure) return;
    this.#saidFailure = text;
    this.#options.log.warn(`no connection to ${this.address}: ${text}; trying again`);
  }

  /** @returns whether the broker refused the version itself, which is no failure worth a word */
  #tryOtherVersion(failure: Error | null): boolean {
    const code = failure !== null && 'code' in failure ? failure.code : undefined;
    const isRefused = code === UNACCEPTABLE_VERSION || code === UNSUPPORTED_VERSION;
    // Some old brokers answer what MQTT 5 cannot read, or close without a word. Other codes have other reasons.
    if (isRefused || code === undefined) {
      this.#client.options.protocolVersion = this.#client.options.protocolVersion === 5 ? 4 : 5;
    }
    return isRefused;
  }

  #take(packet: IPublishPacket, done: (error?: Error) => void): void {
    const message = this.#received(packet);
    const isEcho = this.#own.isEcho(packet.topic, message.payload, message.isRetained);
    const accepted = isEcho ? undefined : this.#options.accept(message);
    if (packet.qos === 1 && packet.messageId !== undefined) this.#accepted.set(packet.messageId, accepted);
    else accepted?.catch(() => undefined); // QoS 0: the intake has counted the loss, and nobody waits
    const ready = this.#options.whenReady?.();
    if (ready === undefined) done();
    else ready.then(() => done(), done);
  }

  #acknowledge(packet: Packet): void {
    const id = packet.messageId ?? 0;
    const accepted = this.#accepted.get(id);
    this.#accepted.delete(id);
    this.#acknowledgements.add(packet, accepted);
  }

  #received(packet: IPublishPacket): ReceivedMessage {
    const { name, prefix } = this.#options;
    const { payload } = packet;
    return {
      source: name,
      sender: name,
      topic: prefix + packet.topic,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      qos: packet.qos,
      isRetained: packet.retain,
      isRepeat: packet.dup,
      packetId: packet.messageId ?? null,
    };
  }
}

function withoutUser(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** The topics whose place in the SUBACK holds a refusal (128 and above). */
function refused(topics: readonly string[], packet: { readonly granted: readonly unknown[] }): string[] {
  return topics.filter((_topic, index) => Number(packet.granted[index] ?? 0) >= 128);
}
