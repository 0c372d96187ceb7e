import { EMBEDDED } from './broker-rejections.js';
import { DeferredAcknowledgements } from './deferred-acknowledgements.js';
import { PublishFrame } from './publish-frame.js';
import type { Accept, ReceivedMessage } from './received-message.js';

export interface DirectPublishesOptions {
  /** The client id. */
  readonly sender: string;
  readonly accept: Accept;
  /** Whether messages of a topic are good, and nobody but the intake wants them. */
  readonly isDirect: (topic: string) => boolean;
  /** Of a PUBLISH, without its fixed header. */
  readonly bytesMax: () => number;
  /** How long the broker may hear nothing of the client, ms; `Infinity`: for ever. */
  readonly silenceMs: number;
  /** Ms of a clock that never goes back. */
  readonly now: () => number;
  /** Some PUBACK packets, of messages that are safe. */
  readonly send: (acknowledgements: Buffer) => void;
  /** So many messages were not taken, this one among them. */
  readonly onNotStored: (messages: number, one: ReceivedMessage) => void;
  /** Nothing more may be acknowledged on this connection: a message was not taken. */
  readonly cutOff: () => void;
}

/** Messages that are stored together, or not. */
interface Batch {
  readonly accepted: Promise<void>;
  readonly first: ReceivedMessage;
  messages: number;
}

/** A beginning of a packet that is kept until the rest comes; a longer one goes to the broker. */
const PARTIAL_BYTES_MAX = 16_384;

/**
 * The short way of what devices send most: messages with QoS 0 or 1 that no client has subscribed to go from the
 * socket's bytes straight to the intake. Through the broker each costs more than reading, checking and storing it; there
 * it would be taken apart, offered to nobody, and acknowledged on its own.
 */
export class DirectPublishes {
  readonly #options: DirectPublishesOptions;
  readonly #frame = new PublishFrame();
  readonly #acknowledgements: DeferredAcknowledgements<number>;
  /** The newest. */
  #batch: Batch | null = null;
  /** When the broker last heard of the client. */
  #heardAt: number;
  /** Read and not acknowledged. */
  unacknowledged = 0;
  /** What the last `take` came to: messages, and whether it ended within one. */
  messages = 0;
  isPartial = false;

  constructor(options: DirectPublishesOptions) {
    this.#options = options;
    this.#heardAt = options.now();
    this.#acknowledgements = new DeferredAcknowledgements((packetIds) => {
      this.unacknowledged -= packetIds.length;
      options.send(pubacks(packetIds));
    }, options.cutOff);
  }

  /**
   * Whether the next packet must go through the broker: it counts the client's keep-alive, and a client that sends all
   * the time need not ping.
   */
  get isUnheard(): boolean {
    const { now, silenceMs } = this.#options;
    return now() - this.#heardAt >= silenceMs;
  }

  /** Settles when the last of them is stored, or not; `undefined`: all that were to be stored are. */
  get stored(): Promise<void> | undefined {
    return this.#batch?.accepted;
  }

  /** Something goes through the broker. */
  heard(): void {
    this.#heardAt = this.#options.now();
  }

  /** Takes in messages from the beginning of these bytes up to the first packet of another kind. @returns how many bytes */
  take(bytes: Buffer, messagesMax: number): number {
    const frame = this.#frame;
    const { isDirect } = this.#options;
    const bytesMax = this.#options.bytesMax();
    let at = 0;
    this.messages = 0;
    this.isPartial = false;
    while (at < bytes.length && this.messages < messagesMax) {
      const found = frame.read(bytes, at, bytesMax);
      this.isPartial = found === 'partial' && bytes.length - at <= PARTIAL_BYTES_MAX;
      if (found !== 'whole' || !isDirect(frame.topic)) break;
      this.#take(bytes);
      this.messages += 1;
      at = frame.end;
    }
    return at;
  }

  /** The connection is gone. */
  clear(): void {
    this.#acknowledgements.clear();
  }

  #take(bytes: Buffer): void {
    const { topic, qos, isRepeat, packetId, payloadStart, end } = this.#frame;
    const { accept, sender } = this.#options;
    const message: ReceivedMessage = {
      source: EMBEDDED,
      sender,
      topic,
      payload: bytes.subarray(payloadStart, end),
      qos,
      isRetained: false,
      isRepeat,
      packetId: qos === 0 ? null : packetId,
    };
    const accepted = accept(message);
    if (accepted !== undefined) this.#await(accepted, message);
    if (qos === 0) return; // nobody waits for it to be safe
    this.unacknowledged += 1;
    this.#acknowledgements.add(packetId, accepted);
  }

  /** What is refused is counted, also if the client is gone by then; of each batch one message is held on to for that. */
  #await(accepted: Promise<void>, message: ReceivedMessage): void {
    if (this.#batch?.accepted === accepted) {
      this.#batch.messages += 1;
      return;
    }
    const batch: Batch = { accepted, first: message, messages: 1 };
    this.#batch = batch;
    const isOver = () => {
      if (this.#batch === batch) this.#batch = null;
    };
    accepted.then(isOver, () => {
      isOver();
      this.#options.onNotStored(batch.messages, batch.first);
    });
  }
}

/** MQTT 3.1.1, section 3.4. */
function pubacks(packetIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(PUBACK_BYTES * packetIds.length);
  for (const [index, packetId] of packetIds.entries()) {
    bytes.writeUInt32BE(PUBACK + packetId, PUBACK_BYTES * index);
  }
  return bytes;
}

const PUBACK_BYTES = 4;
/** Its fixed header, before the packet id. */
const PUBACK = 0x4002_0000;
