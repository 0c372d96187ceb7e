import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  connectPacket,
  PACKET,
  type Packet,
  PacketReader,
  PING,
  publishPacket,
} from '../../faults/harness/mqtt-wire.js';
import type { Batch } from './load-batches.js';

export interface DeviceMessage {
  readonly topic: string;
  readonly payload: string;
}

/** Fewer than there are packet ids in the load. */
const UNACKNOWLEDGED_MAX = 1_000;

/** A client with nothing in it that could be slower than the broker. */
export class Device {
  readonly #socket: Socket;
  #packetId = 0;
  #onPacket: (packet: Packet) => void = () => undefined;
  readonly #acknowledged = new Map<number, () => void>();
  #acknowledgements = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new PacketReader();
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // the broker is stopped first
    socket.on('data', (chunk) => {
      for (const packet of reader.packets(chunk)) this.#take(packet);
    });
  }

  static async connect(port: number, clientId: string): Promise<Device> {
    const socket = connect(port, '127.0.0.1');
    const device = new Device(socket);
    socket.write(connectPacket(clientId));
    await new Promise<void>((resolve) => {
      device.onPacket = () => resolve();
    });
    return device;
  }

  /** Everything but acknowledgements. */
  set onPacket(take: (packet: Packet) => void) {
    this.#onPacket = take;
  }

  /** QoS 0, as they are, in one piece. */
  send(...messages: readonly DeviceMessage[]): boolean {
    const packets = messages.map((it) => publishPacket({ ...it, packetId: null, isRepeat: false }));
    return this.#socket.write(Buffer.concat(packets));
  }

  /** QoS 1; resolves when it is acknowledged. */
  publish(message: DeviceMessage): Promise<void> {
    this.#packetId = (this.#packetId % 0xffff) + 1;
    const packetId = this.#packetId;
    this.#socket.write(publishPacket({ ...message, packetId, isRepeat: false }));
    return new Promise((resolve) => this.#acknowledged.set(packetId, resolve));
  }

  subscribe(topic: string): Promise<void> {
    const filter = Buffer.from(topic);
    const body = [0, 1, filter.length >> 8, filter.length & 0xff, ...filter, 0];
    this.#socket.write(Buffer.from([0x82, body.length, ...body]));
    return new Promise((resolve) => {
      this.#onPacket = () => resolve();
    });
  }

  /** Sends QoS 0 messages so many a second; resolves when the last is sent. */
  sendSteadily(count: number, perSecond: number, message: (n: number) => DeviceMessage): Promise<void> {
    let sent = 0;
    return new Promise((resolve) => {
      const sending = steadily(perSecond, (due) => {
        const now = Math.min(due, count - sent);
        this.send(...Array.from({ length: now }, (_, index) => message(sent + index)));
        sent += now;
        if (sent < count) return;
        sending.stop();
        resolve();
      });
    });
  }

  /** Sends QoS 0 messages as fast as they are taken; resolves when the last has been worked on. Gives how many it were. */
  async flood(batches: Iterable<Batch>, last: DeviceMessage): Promise<number> {
    let sent = 0;
    for (const { bytes, count } of batches) {
      sent += count;
      if (!this.#socket.write(bytes)) await once(this.#socket, 'drain');
    }
    await this.publish(last);
    return sent;
  }

  /** Sends QoS 1 messages, so many unacknowledged at a time; resolves when all are acknowledged. Gives how many it were. */
  async floodAcknowledged(batches: Iterable<Batch>): Promise<number> {
    let sent = 0;
    const before = this.#acknowledgements;
    const unacknowledged = () => sent - (this.#acknowledgements - before);
    for (const { bytes, count } of batches) {
      while (unacknowledged() + count > UNACKNOWLEDGED_MAX) await this.#nextAcknowledgements();
      sent += count;
      this.#socket.write(bytes);
    }
    while (unacknowledged() > 0) await this.#nextAcknowledgements();
    return sent;
  }

  /** How long the broker takes to answer what concerns nobody but its loop, in ms. */
  async ping(): Promise<number> {
    const sentAt = performance.now();
    this.#socket.write(PING);
    await new Promise<void>((resolve) => {
      this.#onPacket = ({ type }) => {
        if (type === PACKET.pingResponse) resolve();
      };
    });
    return performance.now() - sentAt;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Those that come in one piece. */
  async #nextAcknowledgements(): Promise<void> {
    await once(this.#socket, 'data');
  }

  #take(packet: Packet): void {
    if (packet.type !== PACKET.publishAck) {
      this.#onPacket(packet);
      return;
    }
    const packetId = packet.body.readUInt16BE(0);
    this.#acknowledgements += 1;
    this.#acknowledged.get(packetId)?.();
    this.#acknowledged.delete(packetId);
  }
}

/** Calls so many times a second, in small portions. */
export function steadily(perSecond: number, work: (count: number) => void): { stop(): void } {
  const start = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) * perSecond) / 1000);
    if (due > done) work(due - done);
    done = due;
  }, 1);
  return { stop: () => clearInterval(timer) };
}
