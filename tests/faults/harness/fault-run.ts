import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { freePort } from '../../loopback-port.js';
import { type FaultSiteOptions, faultSite } from './fault-site.js';
import { type GatewayOptions, GatewayProcess } from './gateway-process.js';
import { type Violation, violationsOf } from './ledger-check.js';
import { NumberedPublisher, type PublisherOptions } from './numbered-publisher.js';
import { PlantTraffic, type TrafficOptions } from './plant-traffic.js';
import { dataOf, statusOf } from './running-gateway.js';
import { storedEvidence } from './stored-evidence.js';
import { WebhookSink } from './webhook-sink.js';

export interface FaultRunOptions extends Pick<FaultSiteOptions, 'data' | 'durability' | 'configuration'> {
  readonly seed: number;
  readonly traffic?: Partial<Omit<TrafficOptions, 'seed'>>;
  /** Where devices connect, if not to the gateway itself: given its port. */
  readonly proxy?: (port: number) => Promise<number>;
  /** The port of a broker of the plant's, in place of the gateway's own. */
  readonly broker?: number;
}

/** What a run came to. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly sent: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly events: number;
  readonly notices: number;
  /** How often a notice came to a receiver, repeats included. */
  readonly copies: number;
  /** From the start of the program to its `ready` line, for each start that came so far. */
  readonly readyMs: readonly number[];
  /** What was computed meanwhile. */
  readonly readyCpuMs: readonly number[];
}

/** For everything that is on its way to arrive: far more than it takes, on a machine that does other work too. */
const SETTLE_MS = 60_000;
const PER_SECOND = 150;
const RECEIVERS = ['first', 'second'];

/** One site in its plant: devices that send, receivers that listen, and a gateway that is started as often as it is killed. */
export class FaultRun {
  readonly site: string;
  readonly data: string;
  readonly sink: WebhookSink;
  readonly traffic: PlantTraffic;
  /** Every start so far, the last one possibly running. */
  readonly gateways: GatewayProcess[] = [];

  readonly #port: number;
  readonly #devices: NumberedPublisher[] = [];

  private constructor(port: number, parts: Pick<FaultRun, 'site' | 'data' | 'sink' | 'traffic'>) {
    this.#port = port;
    this.site = parts.site;
    this.data = parts.data;
    this.sink = parts.sink;
    this.traffic = parts.traffic;
  }

  static async begin({ seed, traffic, proxy, broker, ...options }: FaultRunOptions): Promise<FaultRun> {
    const port = broker ?? (await freePort());
    const sink = await WebhookSink.start();
    const receivers = Object.fromEntries(RECEIVERS.map((name) => [name, sink.url(`/${name}`)]));
    const site = faultSite({ ...options, port, isExternal: broker !== undefined, receivers });
    const devicePort = proxy === undefined ? port : await proxy(port);
    const plant = new PlantTraffic({ port: devicePort, seed, perSecond: PER_SECOND, ...traffic });
    const run = new FaultRun(devicePort, { site, data: options.data ?? dataOf(site), sink, traffic: plant });
    onTestFinished(async () => {
      plant.close();
      for (const gateway of run.gateways) await gateway.kill();
      sink.stop();
    });
    return run;
  }

  /** One more device, whose messages count like those of the others. */
  device(options: Omit<PublisherOptions, 'port'>): NumberedPublisher {
    const device = new NumberedPublisher({ ...options, port: this.#port });
    onTestFinished(() => device.close());
    this.#devices.push(device);
    return device;
  }

  /** Starts the gateway. It may not be ready yet. */
  start(options: Omit<GatewayOptions, 'site'> = {}): GatewayProcess {
    const gateway = new GatewayProcess({ site: this.site, ...options });
    this.gateways.push(gateway);
    return gateway;
  }

  /** Lets everything arrive, stops the gateway, and judges what is left. */
  async verdict(): Promise<Verdict> {
    await this.settle();
    const gateway = this.#last;
    const { code, ms } = await gateway.stop();
    const evidence = await storedEvidence(this.site, this.data);
    const sent = [...this.traffic.sent, ...this.#devices.flatMap((device) => device.sent)];
    const { requests } = this.sink;
    const violations = [
      ...(code === 0 ? [] : [`it stopped with ${code}: ${gateway.stderr}`]),
      ...(ms < STOP_MS_MAX ? [] : [`it took ${Math.round(ms)} ms to stop`]),
      ...violationsOf({ ...evidence, sent, receivers: RECEIVERS, requests }),
    ];
    return {
      violations,
      sent: sent.length,
      acknowledged: this.traffic.acknowledged,
      stored: evidence.records.filter(({ kind }) => kind === 'message').length,
      events: evidence.events.length,
      notices: new Set(requests.map(({ id }) => id)).size,
      copies: requests.length,
      readyMs: this.gateways.map(({ readyMs }) => readyMs).filter(isMeasured),
      readyCpuMs: this.gateways.map(({ readyCpuMs }) => readyCpuMs).filter(isMeasured),
    };
  }

  /** Waits until the devices have their acknowledgements and the receivers their notices. */
  async settle(): Promise<void> {
    this.traffic.pause();
    for (const device of this.#devices) device.pause();
    await this.#last.ready();
    const until = Date.now() + SETTLE_MS;
    let taken = -1;
    while (Date.now() < until) {
      const { outbox, intake } = await statusOf(this.data);
      // A broker in between has acknowledged what it still has to pass on.
      if (this.traffic.unacknowledged === 0 && outbox.queued === 0 && intake.messages === taken) return;
      taken = intake.messages;
      await sleep(SETTLED_MS);
    }
    // The judge says what is missing.
  }

  get #last(): GatewayProcess {
    const last = this.gateways.at(-1);
    if (last === undefined) throw new Error('it was never started');
    return last;
  }
}

/** What comes by another broker comes in so much less. */
const SETTLED_MS = 300;

const isMeasured = (value: number) => !Number.isNaN(value);

/** What the service promises for SIGTERM. */
const STOP_MS_MAX = 2_000;
