import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Check } from './examination.js';
import { failure, ok, warning } from './finding.js';

const DEFAULT_PORT = 1883;

/** Whether our own broker can listen. A service of this site that runs already does. */
export const examinePort: Check = async ({ configuration: { embedded }, runningPid }) => {
  if (embedded === null || embedded.port === 0) return [];
  const { host, port } = embedded;
  const about = `port ${port ?? DEFAULT_PORT}`;
  if (runningPid !== null) return [ok(about, `the running service (pid ${runningPid}) listens`)];
  const code = await tryListening(host, port ?? DEFAULT_PORT);
  switch (code) {
    case null:
      return [ok(about, `free on ${host}`)];
    case 'EADDRINUSE':
      return [
        port === null
          ? warning(
              about,
              `taken on ${host}: the next free one will be`,
              'Set mqtt.embedded.port to one that is free.',
            )
          : failure(about, `taken on ${host}`, 'Stop the program that has it, or change mqtt.embedded.port.'),
      ];
    case 'EACCES':
      return [
        failure(about, 'this user may not listen there', 'Choose a port above 1023: mqtt.embedded.port.'),
      ];
    default:
      return [failure(about, `cannot listen on ${host}: ${code}`, 'Change mqtt.embedded.host.')];
  }
};

/** `null`: it can be listened to; otherwise what the system says, `EADDRINUSE`. */
async function tryListening(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    await once(server.listen({ host, port }), 'listening');
    return null;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return String(error.code);
  } finally {
    server.close();
  }
}
