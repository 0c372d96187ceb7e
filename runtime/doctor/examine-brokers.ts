import type { IClientOptions, MqttClient } from 'mqtt';
import { shownUrl } from '../simulation/mqtt-sender.js';
import type { ConnectionSettings } from '../site/configuration.js';
import { fetchSecret, MissingSecret } from '../site/secret.js';
import type { Check, Examined } from './examination.js';
import { type Finding, failure, ok } from './finding.js';
import { NO_ANSWER, type Unreachable, unreachable } from './unreachable.js';

/** Whether the brokers that the site reads from let us in and let us subscribe. */
export const examineBrokers: Check = async (examined, signal) => {
  const { connections } = examined.configuration;
  const found = await Promise.all(connections.map((one) => examineBroker(one, examined, signal)));
  return found.flat();
};

async function examineBroker(
  connection: ConnectionSettings,
  examined: Examined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const about = `mqtt ${connection.name}`;
  const address = shownUrl(connection.url);
  try {
    const refused = await visit(connection, passwordOf(connection, examined), signal);
    if (refused.length === 0) return [ok(about, `${address} lets us in and subscribe`)];
    const topics = refused.join(', ');
    return [
      failure(
        about,
        `${address} does not let us subscribe to ${topics}`,
        'Look at the rights of the user there.',
      ),
    ];
  } catch (error) {
    if (error instanceof MissingSecret) return []; // where it should be is for `secrets` to say
    const { reason, advice } = signal.aborted ? NO_ANSWER : explained(error);
    return [failure(about, `${address}: ${reason}`, advice)];
  }
}

function passwordOf({ password }: ConnectionSettings, { site, env }: Examined): string | null {
  return password === null ? null : fetchSecret(password, { folder: site.folder, env }).reveal();
}

/** Refusals of a CONNECT, of MQTT 3.1.1 and 5. */
const UNSUPPORTED_VERSION = [1, 132];
const BAD_USER = [4, 5, 134, 135];
/** The first of the codes of SUBACK that are refusals. */
const REFUSED = 128;

/** Connects, subscribes, and leaves; gives the topics that were refused. MQTT 5 is tried first, then 3.1.1. */
async function visit(
  connection: ConnectionSettings,
  password: string | null,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return await visitWith(5, connection, password, signal);
  } catch (error) {
    if (!UNSUPPORTED_VERSION.includes(Number(codeOf(error)))) throw error;
    return visitWith(4, connection, password, signal);
  }
}

async function visitWith(
  protocolVersion: 4 | 5,
  { url, username, clientId, topics, qos }: ConnectionSettings,
  password: string | null,
  signal: AbortSignal,
): Promise<string[]> {
  const settings: IClientOptions = {
    // Not that of the service, which the broker would throw out for us.
    clientId: `${clientId}-doctor`,
    clean: true,
    protocolVersion,
    reconnectPeriod: 0,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
  };
  const { connect } = await import('mqtt');
  const client = connect(url, settings);
  const failed = new Promise<never>((_resolve, reject) => {
    client.on('error', reject);
    client.on('close', () => reject(new Error('the broker closed the connection')));
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  // Whoever loses the race has nobody listening any more.
  failed.catch(() => undefined);
  try {
    await Promise.race([new Promise<void>((resolve) => client.on('connect', () => resolve())), failed]);
    return await Promise.race([subscribe(client, topics, qos), failed]);
  } finally {
    client.end(true);
  }
}

/** Stored messages are not asked for (MQTT 5): only whether we may. */
function subscribe(client: MqttClient, topics: readonly string[], qos: 0 | 1): Promise<string[]> {
  return new Promise((resolve, reject) => {
    client.subscribe([...topics], { qos, rh: 2 }, (error, _grants, packet) => {
      if (packet === undefined) reject(error ?? new Error('no answer to SUBSCRIBE'));
      else resolve(topics.filter((_topic, index) => Number(packet.granted?.[index] ?? REFUSED) >= REFUSED));
    });
  });
}

function explained(error: unknown): Unreachable {
  if (!BAD_USER.includes(Number(codeOf(error)))) return unreachable(error);
  return {
    reason: 'it does not let us in',
    advice: 'Look at username and password of the connection, and its rights.',
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
