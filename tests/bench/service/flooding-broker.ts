import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { PACKET, type Packet, PacketReader, publishPacket } from '../../faults/harness/mqtt-wire.js';
import { loadBatches } from './load-batches.js';

/** Of MQTT 3.1.1; 5 is turned away, upon which our service comes again with this. */
const LEVEL = 4;
const CONNECTED = Buffer.from([0x20, 2, 0, 0]);
const OTHER_VERSION = Buffer.from([0x20, 2, 0, 1]);
const PONG = Buffer.from([0xd0, 0]);
const LAST = { topic: 'load/last', payload: '0', packetId: 1, isRepeat: false };

/**
 * A broker for one subscriber, which it sends the load as fast as that takes it: nothing in it is slower than the
 * subscriber, as a whole broker beside it on the same cores would be.
 */
export class FloodingBroker {
  readonly #server: Server;
  readonly #subscribed: Promise<Socket>;
  #acknowledged: () => void = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.#subscribed = new Promise((resolve) => {
      server.on('connection', (socket) => this.#serve(socket, () => resolve(socket)));
    });
  }

  static async start(): Promise<FloodingBroker> {
    const server = createServer({ noDelay: true });
    const broker = new FloodingBroker(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return broker;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the broker does not listen');
    return `mqtt://127.0.0.1:${address.port}`;
  }

  /** Sends so many messages with QoS 0; resolves when what comes after them is acknowledged. Gives how many it were. */
  async flood(count: number): Promise<number> {
    const socket = await this.#subscribed;
    let sent = 0;
    for (const { bytes, count: some } of loadBatches(count, 0)) {
      sent += some;
      if (!socket.write(bytes)) await once(socket, 'drain');
    }
    const acknowledged = new Promise<void>((resolve) => {
      this.#acknowledged = resolve;
    });
    socket.write(publishPacket(LAST));
    await acknowledged;
    return sent;
  }

  stop(): void {
    this.#server.close();
  }

  #serve(socket: Socket, onSubscribed: () => void): void {
    const reader = new PacketReader();
    socket.on('error', () => undefined); // the subscriber is killed
    socket.on('data', (chunk) => {
      for (const packet of reader.packets(chunk)) this.#answer(socket, packet, onSubscribed);
    });
  }

  #answer(socket: Socket, { type, body }: Packet, onSubscribed: () => void): void {
    switch (type) {
      case PACKET.connect:
        socket.write(levelOf(body) === LEVEL ? CONNECTED : OTHER_VERSION);
        break;
      case PACKET.subscribe:
        socket.write(subscribedPacket(body));
        onSubscribed();
        break;
      case PACKET.pingRequest:
        socket.write(PONG);
        break;
      case PACKET.publishAck:
        this.#acknowledged();
        break;
    }
  }
}

/** It stands behind the name of the protocol. */
function levelOf(connect: Buffer): number | undefined {
  return connect[2 + connect.readUInt16BE(0)];
}

/** Grants what was asked for. */
function subscribedPacket(subscribe: Buffer): Buffer {
  const granted: number[] = [];
  for (let at = 2; at < subscribe.length; ) {
    at += 2 + subscribe.readUInt16BE(at);
    granted.push((subscribe[at] ?? 0) & 3);
    at += 1;
  }
  return Buffer.from([0x90, 2 + granted.length, ...subscribe.subarray(0, 2), ...granted]);
}
