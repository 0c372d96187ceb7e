import { chmodSync, existsSync, lstatSync, statSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { systemErrorText } from '../site/system-error.js';
import { type ControlHandlerOptions, controlHandler } from './control-handler.js';
import { PathTooLong, type ShortPath, shortPath } from './short-path.js';

/** In the data folder. */
export const CONTROL_SOCKET = 'control.sock';

export interface ControlSocket {
  /**
   * Makes the socket anew if it is gone: somebody has cleaned up the folder. Without it commands say that the service does
   * not run.
   *
   * @throws {NoControlSocket} it cannot be made; the next call tries again
   */
  renew(): Promise<void>;
  /** Takes nothing more; requests under way are broken off. */
  stop(): Promise<void>;
}

/** Why there is no control socket; the message says it. The service does its work all the same. */
export class NoControlSocket extends Error {}

/** Commands of people, never crowds. */
const CONNECTIONS_MAX = 64;
const HEADER_BYTES_MAX = 16 * 1024;
const REQUEST_MS_MAX = 10_000;
/** Reading and writing by its owner alone: whoever may connect may do all that the service can. */
const OTHERS_MASK = 0o177;
const OWNER_ONLY = 0o600;

export interface ControlSocketOptions extends ControlHandlerOptions {
  readonly dataFolder: string;
}

/**
 * Listens on `control.sock` in the data folder. What a killed process left there is replaced.
 *
 * @throws {NoControlSocket} it cannot be made, or somebody else answers there
 */
export async function listenControl(options: ControlSocketOptions): Promise<ControlSocket> {
  const path = join(options.dataFolder, CONTROL_SOCKET);
  let place: Place | null = await takePlace(path, options);
  let renewing = Promise.resolve();
  const renew = async () => {
    if (place !== null && existsSync(path)) return;
    const old = place;
    place = null;
    // First: closing removes the name under which it was made.
    if (old !== null) await leavePlace(old);
    place = await takePlace(path, options);
  };
  return {
    renew() {
      renewing = renewing.catch(() => undefined).then(renew);
      return renewing;
    },
    async stop() {
      await renewing.catch(() => undefined);
      if (place !== null) await leavePlace(place);
    },
  };
}

/** A server where it is found. */
interface Place {
  readonly server: Server;
  readonly short: ShortPath;
}

async function takePlace(path: string, options: ControlSocketOptions): Promise<Place> {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX },
    controlHandler(options),
  );
  server.maxConnections = CONNECTIONS_MAX;
  let short: ShortPath | null = null;
  try {
    statSync(options.dataFolder); // listening in a folder that is not there fails with "permission denied"
    short = shortPath(path);
    await removeStale(path, short.path);
    await listen(server, short.path);
    chmodSync(path, OWNER_ONLY);
  } catch (error) {
    server.close();
    short?.release();
    throw explained(error, path);
  }
  return { server, short };
}

function leavePlace({ server, short }: Place): Promise<void> {
  return close(server).finally(short.release);
}

/** A socket that nobody answers on is what a killed process left. */
async function removeStale(path: string, short: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new NoControlSocket(`${path} is no socket: move it away`);
  if (await isAnswered(short)) throw new NoControlSocket(`another program listens on ${path}`);
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** The socket never exists with more rights, not for a moment: it is made before `listen` returns. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(OTHERS_MASK);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(mask);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof NoControlSocket) return error;
  const reason = error instanceof PathTooLong ? error.message : systemErrorText(error);
  if (reason === null) return error;
  return new NoControlSocket(`no control socket at ${path}: ${reason}`, { cause: error });
}
