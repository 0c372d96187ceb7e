import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';

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

/** Resolves when the connection has subscribed at this broker. */
export async function subscribed(broker: OtherBroker): Promise<void> {
  await once(broker.aedes, 'subscribe');
}
