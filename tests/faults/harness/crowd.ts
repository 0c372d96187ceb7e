import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { connectPacket } from './mqtt-wire.js';

/** Fewer than one address has ports for. */
const SOCKETS_OF_AN_ADDRESS = 5_000;
/** This one process is all of them: it gets no further at once in time for what it sends to count as sent at once. */
const CONNECTING_MAX = 500;
const ATTEMPTS_MAX = 5;
const AGAIN_MS = 200;
/** How a broker begins to answer a CONNECT that it takes. */
const CONNECT_ACK = 0x20;

/** Many sockets to one port, closed with the test. */
export class Crowd {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  constructor(port: number) {
    this.#port = port;
    onTestFinished(() => this.leave());
  }

  /** Those that are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Sockets that never say anything. */
  sitDown(count: number): void {
    for (let n = 0; n < count; n++) this.#open(n);
  }

  /** Clients that connect, as fast as it goes, and say nothing more. @returns how many got in */
  async connect(count: number): Promise<number> {
    let next = 0;
    let accepted = 0;
    const some = Array.from({ length: CONNECTING_MAX }, async () => {
      while (next < count) if (await this.#getIn(next++)) accepted += 1;
    });
    await Promise.all(some);
    return accepted;
  }

  /** Without a word. */
  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As devices do, it tries again. */
  async #getIn(n: number): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (await isAccepted(this.#open(n), `crowd-${n}`)) return true;
      await sleep(AGAIN_MS);
    }
    return false;
  }

  #open(n: number): Socket {
    const localAddress = `127.0.0.${2 + Math.floor(n / SOCKETS_OF_AN_ADDRESS)}`;
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress });
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // `close` follows
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

function isAccepted(socket: Socket, clientId: string): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('connect', () => socket.write(connectPacket(clientId)));
    socket.on('data', (chunk) => resolve(chunk[0] === CONNECT_ACK && chunk[3] === 0));
    socket.on('close', () => resolve(false));
  });
}
