import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import type { BridgeLog } from '../../firmware-bridge/bridge-log.js';
import { type EmbeddedBrokerOptions, startEmbeddedBroker } from '../../firmware-bridge/embedded-broker.js';
import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';

/** Keeps what is logged, as `info connected …`. */
export class LogLines implements BridgeLog {
  readonly lines: string[] = [];

  info(text: string): void {
    this.lines.push(`info ${text}`);
  }

  warn(text: string): void {
    this.lines.push(`warn ${text}`);
  }
}

/** Keeps what was received, payloads as text, and lets a test wait for how many it expects. */
export class Inbox {
  readonly messages: (Omit<ReceivedMessage, 'payload'> & { payload: string })[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  take(message: ReceivedMessage): undefined {
    this.messages.push({ ...message, payload: Buffer.from(message.payload).toString() });
    for (const waiter of this.#waiting) if (this.messages.length >= waiter.count) waiter.resolve();
  }

  reached(count: number): Promise<void> {
    if (this.messages.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** Whether there is room behind the intake. */
export class Room {
  #full: { readonly promise: Promise<void>; readonly drain: () => void } | null = null;

  readonly whenReady = (): Promise<void> | undefined => this.#full?.promise;

  fill(): void {
    let drain: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => {
      drain = resolve;
    });
    this.#full = { promise, drain };
  }

  /** Lets those go on who wait. @param isFullAgain by then it is full again */
  drain(isFullAgain = false): void {
    const full = this.#full;
    this.#full = null;
    if (isFullAgain) this.fill();
    full?.drain();
  }
}

/** A broker on a free port of loopback, stopped at the end of the test. */
export async function embeddedBroker(options: Partial<EmbeddedBrokerOptions> = {}) {
  const inbox = new Inbox();
  const counters = new RejectionCounters();
  const log = new LogLines();
  const broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    connectionsMax: 100,
    packetBytesMax: 10_000,
    clientRate: null,
    accept: (message) => inbox.take(message),
    counters,
    log,
    ...options,
  });
  onTestFinished(() => broker.stop());
  return { broker, inbox, counters, log, url: `mqtt://127.0.0.1:${broker.port}` };
}

/** A connected client, ended with the test; it does not reconnect. */
export async function mqttClient(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = connect(url, { reconnectPeriod: 0, protocolVersion: 4, ...options });
  onTestFinished(() => client.endAsync(true));
  client.on('error', () => undefined); // a refusal shows in what the test waits for
  await eventOf(client, 'connect');
  return client;
}

/** The next event of an MQTT client, errors aside (`once` of Node would reject with them). */
export function eventOf(
  client: MqttClient,
  event: 'connect' | 'close' | 'packetreceive' | 'message',
): Promise<unknown> {
  return new Promise((resolve) => client.once(event, resolve));
}
