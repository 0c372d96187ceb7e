import type { IDisconnectPacket, MqttClient, Packet } from 'mqtt';
import type { BridgeLog } from './bridge-log.js';
import { connectionSettings } from './connection-settings.js';
import { OwnPublishes, type StoredMessage } from './own-publishes.js';
import { PacketIntake } from './packet-intake.js';
import type { Accept, PublishOptions, WhenReady } from './received-message.js';
import { type ConnectionEnd, ReconnectDelay } from './reconnect-delay.js';
import type { RejectionCounters } from './rejection-counters.js';

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
  /** What earlier runs may have stored there: it is not taken for input. */
  readonly ownStored?: Iterable<StoredMessage>;
  readonly accept: Accept;
  readonly whenReady?: WhenReady;
  /** It receives from now on, or does so no longer. Not told when it is stopped. */
  readonly onState?: (name: string, isUp: boolean) => void;
  readonly counters: RejectionCounters;
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

/** What has held for so long is no connection that a broker, or a failing disk of ours, ends again and again. */
const STABLE_MS = 30_000;

/** How long stopping waits for the broker to close the connection. */
const GOODBYE_MS = 500;

const UNACCEPTABLE_VERSION = 1;
const UNSUPPORTED_VERSION = 132;

type Mqtt = typeof import('mqtt');

/**
 * Begins to connect and keeps at it. MQTT 5 is tried first, then 3.1.1. Every message goes to `accept` as soon as it is
 * read; its PUBACK waits for `accept` without holding up the messages behind it. One that is not taken ends the
 * connection: the broker sends it again on the next.
 */
export async function connectBroker(options: BrokerConnectionOptions): Promise<BrokerConnection> {
  // Loaded only when somebody has a broker to connect to.
  return new Connection(options, await import('mqtt'));
}

class Connection implements BrokerConnection {
  readonly name: string;
  readonly address: string;
  readonly #options: BrokerConnectionOptions;
  readonly #client: MqttClient;
  readonly #reasons: Readonly<Record<number, string>>;
  readonly #delay: ReconnectDelay;
  readonly #intake: PacketIntake;
  readonly #own: OwnPublishes;
  #hasConnected = false;
  #isUp = false;
  #problem: string | null = 'not connected yet';
  #failure: Error | null = null;
  #saidFailure = '';
  #stable: NodeJS.Timeout | undefined;

  constructor(options: BrokerConnectionOptions, mqtt: Mqtt) {
    this.name = options.name;
    this.address = withoutUser(options.url);
    this.#options = options;
    this.#reasons = mqtt.ReasonCodes;
    this.#delay = new ReconnectDelay(options.random);
    this.#own = new OwnPublishes(() => performance.now(), options.ownStored);
    this.#client = mqtt.connect(options.url, connectionSettings(options));
    this.#intake = this.#createIntake();
    this.#listen();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get problem(): string | null {
    return this.#problem;
  }

  async publish(topic: string, payload: Buffer, { qos, retain }: PublishOptions): Promise<void> {
    const client = this.#client;
    // Otherwise mqtt.js would keep it in memory, and send it who knows when.
    if (!client.connected) throw new Error(`no connection to ${this.address}`);
    // With MQTT 5 the subscriptions ask not to be sent it back; brokers differ in whether that concerns what is stored.
    if (client.options.protocolVersion !== 5) this.#own.expect(topic, payload);
    if (retain) this.#own.retain(topic, payload);
    await client.publishAsync(topic, payload, { qos, retain });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#stable);
    this.#intake.stop();
    // A broker that does not answer any more would be waited for without end.
    const impatience = setTimeout(() => this.#client.stream.destroy(), GOODBYE_MS);
    const isBusy = Object.keys(this.#client.outgoing).length > 0;
    await this.#client.endAsync(isBusy || !this.#client.connected);
    clearTimeout(impatience);
  }

  /**
   * mqtt.js acknowledges and reads on only after `handleMessage`; its one sender of packets is where the two can be
   * parted. Private there: the version is pinned, and a test fails if acknowledgements no longer wait.
   */
  #createIntake(): PacketIntake {
    const client = this.#client;
    const { name, prefix, accept, whenReady } = this.#options;
    const send = client['_sendPacket'].bind(client);
    const intake = new PacketIntake({
      name,
      prefix,
      accept,
      whenReady,
      isOwn: ({ topic, payload, isRetained }) =>
        this.#own.isEcho(topic.slice(prefix.length), payload, isRetained),
      // What mqtt.js cannot send at once it keeps for the next connection, where the packet id may be another message's.
      send: (packet) => client.connected && send(packet),
      onNotStored: (message) => this.#options.counters.count(name, 'notStored', message),
      onRefused: (reason) => this.#drop(reason),
      keepAlive: () => this.#keepAlive(),
    });
    client['_sendPacket'] = (packet: Packet, done?: () => void, ...rest: unknown[]) => {
      if (packet.cmd !== 'puback') {
        Reflect.apply(send, undefined, [packet, done, ...rest]);
        return;
      }
      intake.acknowledge(packet);
      done?.();
    };
    client.handleMessage = (packet, done) => intake.take(packet, done);
    return intake;
  }

  #listen(): void {
    const client = this.#client;
    client.on('connect', () => this.#onConnect());
    client.on('error', (error) => {
      this.#failure = error;
    });
    client.on('disconnect', (packet) => {
      this.#failure ??= new Error(this.#goodbye(packet));
    });
    // Before mqtt.js' own listener, which sets the timer for the next attempt.
    client.prependListener('close', () => {
      client.options.reconnectPeriod = this.#delay.next(endOf(this.#failure));
    });
    client.on('close', () => this.#onClose());
    client.on('reconnect', () => this.#intake.forget());
  }

  #onConnect(): void {
    this.#hasConnected = true;
    this.#saidFailure = '';
    this.#failure = null;
    this.#stable = setTimeout(() => this.#delay.reset(), STABLE_MS).unref();
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
    clearTimeout(this.#stable);
    this.#intake.forget();
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
    const code = codeOf(failure);
    const isRefused = code === UNACCEPTABLE_VERSION || code === UNSUPPORTED_VERSION;
    // Some old brokers answer what MQTT 5 cannot read, or close without a word. Other codes have other reasons.
    if (isRefused || code === undefined) {
      this.#client.options.protocolVersion = this.#client.options.protocolVersion === 5 ? 4 : 5;
    }
    return isRefused;
  }

  /** While we do not read, the broker must not take us for dead, nor mqtt.js the broker. */
  #keepAlive(): void {
    const client = this.#client;
    if (!client.connected) return;
    client.sendPing();
    client.reschedulePing(true);
  }

  /** A message was not taken: the broker sends it again on the next connection. */
  #drop(reason: unknown): void {
    this.#failure ??= reason instanceof Error ? reason : new Error(String(reason));
    this.#client.stream.destroy();
  }

  #goodbye({ reasonCode = 0 }: IDisconnectPacket): string {
    const reason = this.#reasons[reasonCode] || `reason ${reasonCode}`;
    return `the broker closed the connection: ${reason}`;
  }
}

function withoutUser(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function codeOf(failure: Error | null): unknown {
  return failure !== null && 'code' in failure ? failure.code : undefined;
}

/** System errors have names (`ECONNREFUSED`), what brokers answer has numbers. */
function endOf(failure: Error | null): ConnectionEnd {
  return typeof codeOf(failure) === 'string' ? 'unreachable' : 'ended';
}

/** The topics whose place in the SUBACK holds a refusal (128 and above). */
function refused(topics: readonly string[], packet: { readonly granted: readonly unknown[] }): string[] {
  return topics.filter((_topic, index) => Number(packet.granted[index] ?? 0) >= 128);
}
