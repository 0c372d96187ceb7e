import { readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { Device } from '../../bench/service/device.js';
import { temporarySite } from '../../runtime/temporary-site.js';
import { seededRandom } from '../../seeded-random.js';
import { GatewayProcess } from './gateway-process.js';
import { WebhookSink } from './webhook-sink.js';

/** What the program holds at a moment. */
export interface SoakSample {
  readonly minutes: number;
  readonly residentBytes: number;
  readonly files: number;
  readonly stateBytes: number;
  readonly historyBytes: number;
}

export interface Soak {
  readonly samples: readonly SoakSample[];
  readonly sent: number;
  readonly acknowledged: number;
  readonly notices: number;
  /** What the program wrote to its log as an error. */
  readonly errors: readonly string[];
}

const MACHINES = 20;
const READINGS_PER_SECOND = 200;
const LOGS_PER_SECOND = 400;
/** That hardly shrink: the journal is to reach its limit of 160 MB in some minutes. */
const LOG_CHARACTERS = 1_000;
const SAMPLE_MS = 5_000;
/** How often a device goes and comes back, and a rule is edited. */
const CHURN_MS = 20_000;
const PORTION_MS = 100;
/** A slow disk holds devices back, as it should: no more than so many are under way. */
const UNACKNOWLEDGED_MAX = 5_000;
const SETTLE_MS_MAX = 60_000;

const ruleText = (limit: number) =>
  JSON.stringify({
    rules: [
      {
        id: 'hot',
        inputs: { temp: 'plant/{machine}/temp' },
        when: { value: 'temp', above: limit, deadband: 2, for: '2s' },
      },
      {
        id: 'mostly-hot',
        inputs: { temp: 'plant/{machine}/temp' },
        when: { avg: 'temp', over: '1m', above: 78 },
      },
      { id: 'silent', inputs: { log: 'plant/{machine}/log' }, when: { absent: 'log', for: '1m' } },
    ],
  });

/** A gateway at work: devices that come and go, rules that are edited, alerts that are told, until its files are full. */
export async function soak({ seed, minutes }: { seed: number; minutes: number }): Promise<Soak> {
  const sink = await WebhookSink.start();
  onTestFinished(() => sink.stop());
  const site = temporarySite({
    'tocsin.json': {
      mqtt: { embedded: { port: 0 } },
      history: { topics: ['plant/+/temp'], maxSize: '16MB' },
      receivers: { crew: { webhook: { url: sink.url() } } },
    },
    'rules/plant.json': ruleText(80),
  });
  const gateway = new GatewayProcess({ site });
  onTestFinished(() => gateway.kill());
  const plant = new SoakedPlant(await gateway.ready(), seededRandom(seed));
  onTestFinished(() => plant.close());
  const samples: SoakSample[] = [];
  const start = performance.now();
  let [churnAt, sampleAt, edits] = [start + CHURN_MS, start, 0];
  for (let now = start; now < start + minutes * 60_000; now = performance.now()) {
    await plant.send();
    if (now >= churnAt) {
      churnAt += CHURN_MS;
      edits += 1;
      await plant.reconnect();
      const file = join(site, 'rules', 'plant.json');
      writeFileSync(`${file}.tmp`, ruleText(80 + (edits % 3)));
      renameSync(`${file}.tmp`, file);
    }
    if (now >= sampleAt) {
      sampleAt += SAMPLE_MS;
      samples.push(sampleOf(gateway, join(site, 'data'), (now - start) / 60_000));
    }
    await sleep(Math.max(0, PORTION_MS - (performance.now() - now)));
  }
  await plant.settle();
  const errors = gateway.stderr.split('\n').filter((line) => / error /.test(line));
  return {
    samples,
    sent: plant.sent,
    acknowledged: plant.acknowledged,
    notices: sink.requests.length,
    errors,
  };
}

/** Machines that say how hot they are, and much that nobody reads. */
class SoakedPlant {
  readonly #port: number;
  readonly #random: () => number;
  readonly #devices: Promise<Device>[];
  #turn = 0;
  sent = 0;
  acknowledged = 0;

  constructor(port: number, random: () => number) {
    this.#port = port;
    this.#random = random;
    this.#devices = Array.from({ length: MACHINES }, (_, machine) => this.#connect(machine));
  }

  /** What comes in a tenth of a second. */
  async send(): Promise<void> {
    if (this.sent - this.acknowledged > UNACKNOWLEDGED_MAX) return;
    const share = PORTION_MS / 1_000;
    for (let i = 0; i < READINGS_PER_SECOND * share; i++) await this.#publish('temp', this.#temperature());
    for (let i = 0; i < LOGS_PER_SECOND * share; i++)
      await this.#publish('log', JSON.stringify(this.#text()));
  }

  /** A device goes without a word, when it has its acknowledgements, and comes back. */
  async reconnect(): Promise<void> {
    await this.settle();
    const machine = Math.floor(MACHINES * this.#random());
    (await this.#devices[machine])?.close();
    this.#devices[machine] = this.#connect(machine);
  }

  async settle(): Promise<void> {
    const until = performance.now() + SETTLE_MS_MAX;
    while (this.acknowledged < this.sent && performance.now() < until) await sleep(10);
  }

  async close(): Promise<void> {
    for (const device of this.#devices) (await device).close();
  }

  #connect(machine: number): Promise<Device> {
    return Device.connect(this.#port, `m${machine}`);
  }

  async #publish(field: string, payload: string): Promise<void> {
    const machine = this.#turn++ % MACHINES;
    const device = await this.#devices[machine];
    this.sent += 1;
    void device?.publish({ topic: `plant/m${machine}/${field}`, payload }).then(() => {
      this.acknowledged += 1;
    });
  }

  #temperature(): string {
    const wave = 8 * Math.sin(performance.now() / 15_000);
    return (75 + wave + 3 * this.#random()).toFixed(1);
  }

  #text(): string {
    return Array.from({ length: LOG_CHARACTERS }, () =>
      String.fromCharCode(48 + Math.floor(75 * this.#random())),
    ).join('');
  }
}

function sampleOf(gateway: GatewayProcess, data: string, minutes: number): SoakSample {
  const { residentBytes, files } = gateway.usage();
  const bytes = (start: string) =>
    readdirSync(data)
      .filter((name) => name.startsWith(start))
      .reduce((sum, name) => sum + (statSync(join(data, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  return { minutes, residentBytes, files, stateBytes: bytes('state.db'), historyBytes: bytes('history.db') };
}
