import { resolve } from 'node:path';
import type { Configuration } from '../site/configuration.js';
import { watchMails } from './mail-watch.js';
import type { SimulationScreen } from './simulation-screen.js';
import { startWebhookPrinter } from './webhook-printer.js';

export interface WitnessesOptions {
  /** The site's. */
  readonly folder: string;
  readonly configuration: Configuration;
  readonly screen: SimulationScreen;
}

/** Stand-ins for the people and programs that a site tells: they show what reaches them. */
export class Witnesses {
  mails = 0;
  webhooks = 0;
  readonly #options: WitnessesOptions;
  readonly #stops: (() => Promise<void> | void)[] = [];

  constructor(options: WitnessesOptions) {
    this.#options = options;
  }

  /** Answers webhooks to this computer, and watches the folder of mails. */
  async start(): Promise<void> {
    const { configuration, folder, screen } = this.#options;
    const { mail } = configuration;
    if (mail?.kind === 'folder') {
      const stop = watchMails(resolve(folder, mail.folder), (file) => {
        this.mails += 1;
        screen.sent('mail', file);
      });
      this.#stops.push(stop);
    }
    for (const { hostname, port } of loopbackWebhooks(configuration))
      await this.#answer(hostname, Number(port));
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }

  async #answer(host: string, port: number): Promise<void> {
    const { screen } = this.#options;
    const print = (text: string) => {
      this.webhooks += 1;
      screen.sent('webhook', text);
    };
    try {
      const printer = await startWebhookPrinter({ host: host.replaceAll(/[[\]]/g, ''), port, print });
      this.#stops.push(() => printer.stop());
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      screen.text([`Webhooks to port ${port} go to the program that listens there, and are not shown here.`]);
    }
  }
}

/** Addresses of webhooks to this computer, one for each port. */
export function loopbackWebhooks({ receivers }: Configuration): URL[] {
  const urls = new Map<string, URL>();
  for (const { channel } of receivers) {
    if (channel.kind !== 'webhook' || typeof channel.url !== 'string') continue;
    const url = new URL(channel.url);
    const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
    if (isHere && url.protocol === 'http:') urls.set(url.host, url);
  }
  return [...urls.values()];
}
