import { resolve } from 'node:path';
import type { Configuration } from '../site/configuration.js';
import { watchLevels } from './level-watch.js';
import { watchMails } from './mail-watch.js';
import {
  levelTopics,
  simulatedConfiguration,
  simulatedMails,
  webhooksHere,
} from './simulated-configuration.js';
import type { SimulationScreen } from './simulation-screen.js';
import { type Printed, startWebhookPrinter } from './webhook-printer.js';

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

  /**
   * Answers webhooks, and watches the folder of mails.
   *
   * @returns makes of a configuration of the site one by which everything goes to them
   */
  async start(): Promise<(configuration: Configuration) => Configuration> {
    const { configuration, folder, screen } = this.#options;
    const standIn = await this.#standIn();
    const stop = watchMails(resolve(folder, simulatedMails(configuration)), (file) => {
      this.mails += 1;
      screen.sent('mail', file);
    });
    this.#stops.push(stop);
    for (const { hostname, port } of webhooksHere(configuration)) {
      await this.#answer(hostname.replaceAll(/[[\]]/g, ''), Number(port) || 80);
    }
    return (written) => simulatedConfiguration(written, standIn);
  }

  /** Hears sirens and lamps, once there is a broker. */
  async listen(broker: string): Promise<void> {
    const { configuration, screen } = this.#options;
    const topics = levelTopics(configuration);
    if (topics.length === 0) return;
    this.#stops.push(
      await watchLevels(broker, topics, (topic, level) => screen.sent('mqtt', `${topic} = ${level}`)),
    );
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }

  /** Answers for other computers; gives the port. */
  async #standIn(): Promise<number> {
    const print = ({ path, text }: Printed) => this.#print(`${path.slice(1)}: ${text}`);
    const printer = await startWebhookPrinter({ host: '127.0.0.1', port: 0, print });
    this.#stops.push(() => printer.stop());
    return printer.port;
  }

  async #answer(host: string, port: number): Promise<void> {
    const print = ({ method, path, text }: Printed) => this.#print(`${method} ${path}: ${text}`);
    try {
      const printer = await startWebhookPrinter({ host, port, print });
      this.#stops.push(() => printer.stop());
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      this.#options.screen.text([`Port ${port} is taken: webhooks go to the program that listens there.`]);
    }
  }

  #print(text: string): void {
    this.webhooks += 1;
    this.#options.screen.sent('webhook', text);
  }
}
