import { join } from 'node:path';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import type { Configuration, ReceiverSettings, WebhookSettings } from '../site/configuration.js';

/** The folder of a simulation, in the data folder of its site. */
export const SIMULATION_FOLDER = 'simulation';

/**
 * The configuration of a site by which nothing leaves this computer and nothing of the site itself is touched, so that
 * nobody is woken by a press that does not exist: it has a data folder of its own, mails become files there, webhooks to
 * elsewhere are led here, sirens are switched at the broker of the simulation, and no other broker is connected to. What
 * stays here anyway is left as it is.
 *
 * @param standInPort where webhooks to elsewhere are led to, as `/NAME` of the receiver
 */
export function simulatedConfiguration(configuration: Configuration, standInPort: number): Configuration {
  const dataFolder = simulationFolder(configuration);
  const { mail, embedded } = configuration;
  const folder = simulatedMails(configuration);
  return {
    ...configuration,
    dataFolder,
    embedded: embedded ?? { host: '127.0.0.1', port: null },
    connections: [],
    mail: mail === null ? null : { kind: 'folder', from: mail.from, folder },
    receivers: configuration.receivers.map((receiver) => ledHere(receiver, standInPort)),
  };
}

/** Where a simulation of a site keeps its data, from the site's folder. */
export function simulationFolder({ dataFolder }: Configuration): string {
  return join(dataFolder, SIMULATION_FOLDER);
}

/** The folder of its mails. */
export function simulatedMails(configuration: Configuration): string {
  return join(simulationFolder(configuration), 'mail');
}

function ledHere(receiver: ReceiverSettings, port: number): ReceiverSettings {
  const { name, channel } = receiver;
  if (channel.kind === 'mqtt') return { ...receiver, channel: { ...channel, connection: null } };
  if (channel.kind !== 'webhook' || isHere(channel.url)) return receiver;
  // Its keys are for somebody else, and what is shown here is what is told, not the form that somebody else wants.
  const url = `http://127.0.0.1:${port}/${name}`;
  return {
    ...receiver,
    channel: { ...channel, url, secret: null, headers: new Map(), format: 'tocsin', parameters: new Map() },
  };
}

/** Names of receivers whose webhook goes to another computer, or to an address that is kept like a secret. */
export function webhooksElsewhere({ receivers }: Configuration): readonly string[] {
  return receivers.flatMap(({ name, channel }) =>
    channel.kind === 'webhook' && !isHere(channel.url) ? [name] : [],
  );
}

/** Topics of sirens and lamps. */
export function levelTopics({ receivers }: Configuration): readonly TopicPattern[] {
  return receivers.flatMap(({ channel }) => (channel.kind === 'mqtt' ? [channel.topic] : []));
}

/** Addresses of webhooks to this computer, one for each port. */
export function webhooksHere({ receivers }: Configuration): readonly URL[] {
  const urls = new Map<string, URL>();
  for (const { channel } of receivers) {
    if (channel.kind !== 'webhook' || !isHere(channel.url)) continue;
    const url = new URL(channel.url);
    urls.set(url.host, url);
  }
  return [...urls.values()];
}

function isHere(address: WebhookSettings['url']): address is string {
  if (typeof address !== 'string') return false;
  const { hostname, protocol } = new URL(address);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
