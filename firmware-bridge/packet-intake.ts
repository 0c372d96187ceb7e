import type { IPublishPacket, Packet } from 'mqtt';
import { DeferredAcknowledgements } from './deferred-acknowledgements.js';
import type { Accept, ReceivedMessage, WhenReady } from './received-message.js';

export interface PacketIntakeOptions {
  /** The connection's. */
  readonly name: string;
  /** Put before every topic. */
  readonly prefix: string;
  readonly accept: Accept;
  readonly whenReady?: WhenReady | undefined;
  /** Whether a message is one of our own come back. */
  readonly isOwn: (message: ReceivedMessage) => boolean;
  readonly send: (acknowledgement: Packet) => void;
  /** A message was not taken. */
  readonly onNotStored: (message: ReceivedMessage) => void;
  /** One with QoS 1 was not: the connection is to end, so that the broker sends it again on the next. */
  readonly onRefused: (reason: unknown) => void;
  /** Called now and then while nothing is read for lack of room. */
  readonly keepAlive: () => void;
}

/** A broker takes a client for dead that says nothing for 21 s. */
const KEEP_ALIVE_MS = 5_000;

/** The messages of one connection to a broker: hands them on as they come, and acknowledges those that are safe. */
export class PacketIntake {
  readonly #options: PacketIntakeOptions;
  readonly #acknowledgements: DeferredAcknowledgements<Packet>;
  /** Of the present connection, read and not acknowledged, by packet id. */
  readonly #accepted = new Map<number, Promise<void> | undefined>();
  #held: NodeJS.Timeout | undefined;

  constructor(options: PacketIntakeOptions) {
    this.#options = options;
    this.#acknowledgements = new DeferredAcknowledgements((packets) => {
      for (const packet of packets) options.send(packet);
    }, options.onRefused);
  }

  /** @param done the next packet may be read, and this one acknowledged by `acknowledge` */
  take(packet: IPublishPacket, done: () => void): void {
    const { accept, whenReady, isOwn, onNotStored } = this.#options;
    const message = this.#received(packet);
    const accepted = isOwn(message) ? undefined : accept(message);
    accepted?.catch(() => onNotStored(message));
    if (packet.qos === 1 && packet.messageId !== undefined) this.#accepted.set(packet.messageId, accepted);
    const ready = whenReady?.();
    if (ready === undefined) {
      done();
      return;
    }
    void this.#hold(ready).then(done);
  }

  acknowledge(packet: Packet): void {
    const id = packet.messageId ?? 0;
    // Read on a connection that is gone.
    if (!this.#accepted.has(id)) return;
    const accepted = this.#accepted.get(id);
    this.#accepted.delete(id);
    this.#acknowledgements.add(packet, accepted);
  }

  /** The connection is gone. What is taken in later of what was read on it must not be acknowledged on the next. */
  forget(): void {
    this.#acknowledgements.clear();
    this.#accepted.clear();
  }

  stop(): void {
    clearInterval(this.#held);
  }

  async #hold(ready: Promise<void>): Promise<void> {
    this.#held = setInterval(this.#options.keepAlive, KEEP_ALIVE_MS);
    await ready.catch(() => undefined);
    clearInterval(this.#held);
  }

  #received(packet: IPublishPacket): ReceivedMessage {
    const { name, prefix } = this.#options;
    const { payload } = packet;
    return {
      source: name,
      sender: name,
      topic: prefix === '' ? packet.topic : prefix + packet.topic,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      qos: packet.qos,
      isRetained: packet.retain,
      isRepeat: packet.dup,
      packetId: packet.messageId ?? null,
    };
  }
}
