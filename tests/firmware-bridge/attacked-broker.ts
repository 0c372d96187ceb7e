import { expect, vi } from 'vitest';
import { BrokerProcess } from './broker-process.js';
import { RawClient } from './raw-client.js';

/** A device that sends one message after another, each as soon as the last is acknowledged. */
class GoodDevice {
  readonly #client: RawClient;
  readonly #done: Promise<void>;
  #isStopped = false;
  sent = 0;

  private constructor(client: RawClient) {
    this.#client = client;
    this.#done = this.#run();
  }

  static async start(port: number): Promise<GoodDevice> {
    return new GoodDevice(await RawClient.connected(port, 'good'));
  }

  /** So many more have been acknowledged. */
  async served(count: number): Promise<void> {
    const enough = this.sent + count;
    await vi.waitFor(() => expect(this.sent).toBeGreaterThanOrEqual(enough), { timeout: 10_000 });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
    this.#client.socket.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#client.publish('good', `${this.sent}`);
      this.sent += 1;
    }
  }
}

/** What became of an attack. */
export interface Attacked {
  readonly rejected: Readonly<Record<string, number>>;
  /** Messages by client. */
  readonly received: Readonly<Record<string, number>>;
  readonly rssBytes: number;
  /** The longest work of the broker without a break meanwhile, in CPU time. */
  readonly pauseCpuMs: number;
}

/** A broker at which things are thrown while a device that behaves sends to it. */
export class AttackedBroker {
  readonly process: BrokerProcess;
  #goodMessages = 0;

  private constructor(process: BrokerProcess) {
    this.process = process;
  }

  static async start(): Promise<AttackedBroker> {
    return new AttackedBroker(await BrokerProcess.start());
  }

  stop(): void {
    this.process.stop();
  }

  /** Throws something at the broker, and looks whether the good device is served all the same. */
  async attacked(attack: (port: number) => Promise<void>): Promise<Attacked> {
    const { port } = this.process;
    const device = await GoodDevice.start(port);
    // What is compiled at first use is no pause.
    if (this.#goodMessages === 0) await device.served(500);
    const before = await this.process.report();
    await attack(port);
    await device.served(20);
    await device.stop();
    const after = await this.process.report();
    this.#goodMessages += device.sent;
    expect(after.received['good']).toBe(this.#goodMessages);
    expect(after.isPolluted).toBe(false);
    return {
      rejected: difference(before.rejected, after.rejected),
      received: difference(before.received, after.received),
      rssBytes: after.rssBytes - before.rssBytes,
      pauseCpuMs: after.pauseCpuMs,
    };
  }

  async totalOf(reason: string): Promise<number> {
    return (await this.process.report()).rejected[reason] ?? 0;
  }

  /** Everything that was connected is gone. */
  async everybodyLeft(): Promise<void> {
    const nobody = { sockets: 0, clients: 0 };
    await vi.waitFor(async () => expect(await this.process.report()).toMatchObject(nobody), {
      timeout: 10_000,
    });
  }
}

function difference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const changes = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, count]) => count > 0));
}
