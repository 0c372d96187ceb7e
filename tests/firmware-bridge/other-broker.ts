import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';
import { type BrokerConnectionOptions, connectBroker } from '../../firmware-bridge/broker-connection.js';
import { Inbox, LogLines } from './bridge-fixture.js';

/** A broker that can go away and come back on the same port with its sessions. */
export class OtherBroker {
  readonly aedes: Aedes;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  port = 0;

  private constructor(aedes: Aedes) {
    this.aedes = aedes;
  }

  static async start(): Promise<OtherBroker> {
    const broker = new OtherBroker(await Aedes.createBroker());
    await broker.comeBack();
    onTestFinished(async () => {
      await broker.goAway();
      broker.aedes.close();
    });
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async comeBack(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      this.aedes.handle(socket);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    this.#server = server;
  }

  /** Hears and says nothing any more, without closing anything. */
  fallSilent(): void {
    for (const socket of this.#sockets) {
      socket.pause();
      socket.write = () => true;
      socket.end = () => socket;
    }
  }

  /** Breaks every connection and stops listening. */
  async goAway(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await new Promise((resolve) => server.close(resolve));
  }
}

export async function connection(broker: { url: string }, options: Partial<BrokerConnectionOptions> = {}) {
  const inbox = new Inbox();
  const log = new LogLines();
  const connected = await connectBroker({
    name: 'plant',
    url: broker.url,
    username: null,
    password: null,
    topics: ['factory/#'],
    qos: 1,
    clientId: 'tocsin-plant',
    prefix: '',
    packetBytesMax: 10_000,
    accept: (message) => inbox.take(message),
    log,
    random: () => 0,
    ...options,
  });
  onTestFinished(() => connected.stop());
  return { connection: connected, inbox, log };
}

/** Resolves when the connection has subscribed at this broker. */
export async function subscribed(broker: OtherBroker): Promise<void> {
  await once(broker.aedes, 'subscribe');
}
