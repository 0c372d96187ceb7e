import type { EmbeddedBroker, EmbeddedBrokerOptions } from '../../firmware-bridge/embedded-broker.js';
import type { EmbeddedSettings } from '../site/configuration.js';
import { CannotStart } from './cannot-start.js';
import type { Log } from './log.js';

const DEFAULT_PORT = 1883;
/** How many ports are tried after a default one that is taken. */
const NEXT_PORTS = 20;

/** Its library takes a while to load, and is not needed without it: who is going to listen can let it load meanwhile. */
export function loadEmbeddedBroker(): Promise<typeof import('../../firmware-bridge/embedded-broker.js')> {
  return import('../../firmware-bridge/embedded-broker.js');
}

/**
 * Starts the embedded broker at its configured port, or at the default one or the next that is free.
 *
 * @throws {CannotStart} the port is taken or not permitted
 */
export async function listen(
  { host, port }: EmbeddedSettings,
  options: Omit<EmbeddedBrokerOptions, 'host' | 'port' | 'log'> & { log: Log },
): Promise<EmbeddedBroker> {
  const { startEmbeddedBroker } = await loadEmbeddedBroker();
  if (port !== null) return listenAt(port, host, options, startEmbeddedBroker);
  for (let next = DEFAULT_PORT; next < DEFAULT_PORT + NEXT_PORTS; next += 1) {
    try {
      const broker = await startEmbeddedBroker({ ...options, host, port: next });
      if (next !== DEFAULT_PORT)
        options.log.warn(`port ${DEFAULT_PORT} is taken: devices connect to port ${next}`);
      return broker;
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw explained(error, host, next);
    }
  }
  const last = DEFAULT_PORT + NEXT_PORTS - 1;
  throw new CannotStart(`all ports from ${DEFAULT_PORT} to ${last} are taken: set mqtt.embedded.port`);
}

async function listenAt(
  port: number,
  host: string,
  options: Omit<EmbeddedBrokerOptions, 'host' | 'port'>,
  start: (options: EmbeddedBrokerOptions) => Promise<EmbeddedBroker>,
): Promise<EmbeddedBroker> {
  try {
    return await start({ ...options, host, port });
  } catch (error) {
    throw explained(error, host, port);
  }
}

function explained(error: unknown, host: string, port: number): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new CannotStart(
        `port ${port} on ${host} is taken: stop the program that has it, or change mqtt.embedded.port (0 takes any that is free)`,
        { cause: error },
      );
    case 'EACCES':
      return new CannotStart(`listening on port ${port} is not permitted: choose a port above 1023`, {
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CannotStart(`this computer has no address ${host}: change mqtt.embedded.host`, {
        cause: error,
      });
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
