import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { WebhookSettings } from '../site/configuration.js';
import { fetchSecret, MissingSecret } from '../site/secret.js';
import type { Check, Examined } from './examination.js';
import { type Finding, failure, ok } from './finding.js';
import { NO_ANSWER, unreachable } from './unreachable.js';

/** Whether the hosts of webhooks can be reached, TLS included. Nothing is posted. */
export const examineWebhooks: Check = async (examined, signal) => {
  const hooks = examined.configuration.receivers.flatMap(({ name, channel }) =>
    channel.kind === 'webhook' ? [{ about: `webhook ${name}`, url: urlOf(channel, examined) }] : [],
  );
  const found = await Promise.all(hooks.map(({ about, url }) => examineWebhook(about, url, signal)));
  return found.flat();
};

async function examineWebhook(
  about: string,
  url: URL | null,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (url === null) return []; // where it should be is for `secrets` to say
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const address = `${url.hostname}:${port}`;
  try {
    await reach({ host, port, isSecure, signal });
    return [ok(about, `${address} answers${isSecure ? ', with a certificate that holds' : ''}`)];
  } catch (error) {
    const { reason, advice } = signal.aborted ? NO_ANSWER : unreachable(error);
    return [failure(about, `${address}: ${reason}`, advice)];
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly signal: AbortSignal;
}

async function reach({ host, port, isSecure, signal }: Target): Promise<void> {
  // Names only: a server is not asked for the certificate of an address.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = isSecure ? connectTls({ host, port, ...servername }) : connect({ host, port });
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
  } finally {
    socket.destroy();
  }
}

/** `null`: it is kept as a secret and not there, or is none. */
function urlOf({ url }: WebhookSettings, { site, env }: Examined): URL | null {
  try {
    const text = typeof url === 'string' ? url : fetchSecret(url, { folder: site.folder, env }).reveal();
    return URL.canParse(text) ? new URL(text) : null;
  } catch (error) {
    if (!(error instanceof MissingSecret)) throw error;
    return null;
  }
}
