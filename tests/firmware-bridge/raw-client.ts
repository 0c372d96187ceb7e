import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ConnectSettings, connectPacket, publishPacket } from './mqtt-packets.js';

/** What a broker sends, taken apart: type and flags, then the body. */
export interface Answer {
  readonly type: number;
  readonly body: Buffer;
}

export const CONNACK = 0x20;
export const PUBACK = 0x40;
export const PUBREC = 0x50;
export const PUBCOMP = 0x70;
export const SUBACK = 0x90;
export const UNSUBACK = 0xb0;

/** A socket to a broker that says what it is told to, byte by byte. Closed with the test. */
export class RawClient {
  readonly socket: Socket;
  readonly answers: Answer[] = [];
  #rest = Buffer.alloc(0);
  #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined); // being cut off may be a reset
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => this.#wake());
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  static async connected(port: number, clientId: string, how: ConnectSettings = {}) {
    const client = await RawClient.open(port);
    client.send(connectPacket(clientId, how));
    await client.next(CONNACK);
    return client;
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  send(...packets: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(packets));
  }

  /** Sends one message with QoS 1 and waits for its PUBACK. */
  async publish(topic: string, payload: string, packetId = 1): Promise<void> {
    this.send(publishPacket(topic, payload, { qos: 1, packetId }));
    await this.next(PUBACK);
  }

  async closed(): Promise<void> {
    // `once` of Node would reject with the reset that may come before.
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }

  /** Takes out the first answer of a type (flags aside) that has come or comes. */
  async next(type: number): Promise<Answer> {
    for (;;) {
      const index = this.answers.findIndex((answer) => (answer.type & 0xf0) === type);
      const [answer] = index < 0 ? [] : this.answers.splice(index, 1);
      if (answer !== undefined) return answer;
      if (this.socket.destroyed) throw new Error(`closed before a packet of type ${type} came`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** How many answers of a type have come and were not taken out. */
  count(type: number): number {
    return this.answers.filter((answer) => (answer.type & 0xf0) === type).length;
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const end = packetEnd(this.#rest);
      if (end === null) break;
      const [type = 0] = this.#rest;
      this.answers.push({ type, body: this.#rest.subarray(end.headerBytes, end.bytes) });
      this.#rest = this.#rest.subarray(end.bytes);
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function packetEnd(bytes: Uint8Array): { headerBytes: number; bytes: number } | null {
  let length = 0;
  for (let i = 1; i < Math.min(bytes.length, 5); i++) {
    const byte = bytes[i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * (i - 1));
    if (byte >= 0x80) continue;
    const end = i + 1 + length;
    return bytes.length < end ? null : { headerBytes: i + 1, bytes: end };
  }
  return null;
}
