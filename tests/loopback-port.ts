import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** The port of a server that listens, or is about to. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen at a port');
  return address.port;
}

/** A port of loopback that was free just now: for what has to be found again at the same place, or not to be found. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
