import { connectAsync, type MqttClient } from 'mqtt';
import type { SimulatedMessage } from './simulated-message.js';

/** Messages that may be under way: enough to keep a broker busy, few enough to lose little at a stop. */
const WINDOW = 100;
const CONNECT_MS = 5_000;

/** There is no connection (any more); the message says to what, and why. */
export class NotConnected extends Error {}

/** Sends messages to a broker, in order, as a device does. Speaks MQTT 3.1.1, which every broker understands. */
export class MqttSender {
  /** Messages that the broker has: acknowledged with QoS 1, written out with QoS 0. */
  sent = 0;
  readonly #client: MqttClient;
  readonly #qos: 0 | 1;
  #underWay = 0;
  #failure: NotConnected | null = null;
  #wake: () => void = () => undefined;

  private constructor(client: MqttClient, { url, qos }: { url: string; qos: 0 | 1 }) {
    this.#client = client;
    this.#qos = qos;
    const fail = (reason: string) => {
      this.#failure ??= new NotConnected(`the connection to ${shownUrl(url)} is lost: ${reason}`);
      this.#wake();
    };
    client.on('error', (error) => fail(error.message));
    client.on('close', () => fail('the broker closed it'));
  }

  /** @throws {NotConnected} there is no broker, or it refuses */
  static async connect(options: { readonly url: string; readonly qos: 0 | 1 }): Promise<MqttSender> {
    try {
      // One that breaks is reported, not repaired: what was played would no longer be what is in the file.
      const settings = { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: CONNECT_MS } as const;
      const client = await connectAsync(options.url, settings, false);
      return new MqttSender(client, options);
    } catch (error) {
      throw new NotConnected(`no connection to ${shownUrl(options.url)}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /**
   * Sends a message; waits first while too many are under way.
   *
   * @throws {NotConnected} the connection is lost
   */
  async send({ topic, payload }: SimulatedMessage): Promise<void> {
    while (this.#underWay >= WINDOW && this.#failure === null) await this.#change();
    if (this.#failure !== null) throw this.#failure;
    this.#underWay += 1;
    this.#client.publish(topic, JSON.stringify(payload), { qos: this.#qos }, (error) => {
      this.#underWay -= 1;
      if (!error) this.sent += 1;
      this.#wake();
    });
  }

  /**
   * Waits until the broker has everything, and ends the connection.
   *
   * @throws {NotConnected} the connection is lost before that
   */
  async end(): Promise<void> {
    while (this.#underWay > 0 && this.#failure === null) await this.#change();
    const failure = this.#failure;
    await this.#client.endAsync(failure !== null);
    if (failure !== null) throw failure;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Without user and password. */
export function shownUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ECONNREFUSED') return 'nothing listens there';
  // Of several addresses that were tried (localhost) none answered.
  return error.message || ('code' in error ? String(error.code) : error.name);
}
