import { connect, type Socket } from 'node:net';
import { connectPacket, PACKET, PacketReader, publishPacket } from './mqtt-wire.js';

export interface PublisherOptions {
  /** Of a broker on loopback. */
  readonly port: number;
  readonly clientId: string;
  readonly qos: 0 | 1;
  /** Messages on their way at once, with QoS 1. */
  readonly window: number;
  readonly perSecond: number;
  /** The message with this number; made when it is sent for the first time. */
  readonly message: (n: number) => { readonly topic: string; readonly payload: string };
}

export interface SentMessage {
  readonly clientId: string;
  readonly n: number;
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly sentAt: number;
  /** When its PUBACK came; `null`: it did not, or QoS 0. */
  acknowledgedAt: number | null;
}

/** How long a device waits before it connects again. */
const RECONNECT_MS = 20;
const TICK_MS = 5;

/**
 * A device that numbers its messages and remembers what became of each. It keeps its session: whatever was not
 * acknowledged before a connection broke is sent again over the next one, in order and marked as a repeat, as MQTT has it.
 */
export class NumberedPublisher {
  readonly sent: SentMessage[] = [];
  readonly #options: PublisherOptions;
  /** On their way, by packet id, in the order in which they were sent. */
  readonly #underWay = new Map<number, SentMessage>();
  #socket: Socket | null = null;
  #isConnected = false;
  #isPaused = false;
  #packetId = 0;
  #credit = 0;
  #reconnect: NodeJS.Timeout | undefined;
  readonly #pace: NodeJS.Timeout;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#pace = setInterval(() => this.#tick(), TICK_MS);
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get unacknowledged(): number {
    return this.#underWay.size;
  }

  /** Makes no new messages; what is under way goes on. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Goes away without a word. */
  close(): void {
    clearInterval(this.#pace);
    clearTimeout(this.#reconnect);
    this.#socket?.removeAllListeners('close').destroy();
    this.#isConnected = false;
  }

  #connect(): void {
    const reader = new PacketReader();
    const socket = connect(this.#options.port, '127.0.0.1');
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // `close` follows
    socket.on('connect', () => socket.write(connectPacket(this.#options.clientId)));
    socket.on('data', (chunk) => {
      for (const { type, body } of reader.packets(chunk)) {
        if (type === PACKET.connectAck) this.#connected(body[1] ?? 0);
        else if (type === PACKET.publishAck) this.#acknowledged(body.readUInt16BE(0));
      }
    });
    socket.on('close', () => {
      this.#isConnected = false;
      this.#reconnect = setTimeout(() => this.#connect(), RECONNECT_MS);
    });
  }

  #connected(code: number): void {
    if (code !== 0) throw new Error(`${this.#options.clientId} was refused: code ${code}`);
    this.#isConnected = true;
    for (const [packetId, message] of this.#underWay) this.#write(message, packetId, true);
  }

  #acknowledged(packetId: number): void {
    const message = this.#underWay.get(packetId);
    // After a reconnection an acknowledgement of the first copy and one of the second may both come.
    if (message === undefined) return;
    this.#underWay.delete(packetId);
    message.acknowledgedAt = Date.now();
  }

  #tick(): void {
    const { qos, window, perSecond } = this.#options;
    if (this.#isPaused || !this.#isConnected) return;
    this.#credit = Math.min(this.#credit + (perSecond * TICK_MS) / 1000, Math.max(1, perSecond / 10));
    for (; this.#credit >= 1; this.#credit -= 1) {
      if (qos === 1 && this.#underWay.size >= window) return;
      this.#send();
    }
  }

  #send(): void {
    const { clientId, qos, message } = this.#options;
    const n = this.sent.length;
    const sent = { clientId, n, qos, ...message(n), sentAt: Date.now(), acknowledgedAt: null };
    this.sent.push(sent);
    if (qos === 0) this.#write(sent, null, false);
    else {
      const packetId = this.#nextPacketId();
      this.#underWay.set(packetId, sent);
      this.#write(sent, packetId, false);
    }
  }

  #nextPacketId(): number {
    do this.#packetId = (this.#packetId % 0xffff) + 1;
    while (this.#underWay.has(this.#packetId));
    return this.#packetId;
  }

  #write({ topic, payload }: SentMessage, packetId: number | null, isRepeat: boolean): void {
    this.#socket?.write(publishPacket({ topic, payload, packetId, isRepeat }));
  }
}
