import { expect, vi } from 'vitest';
import { type Random, seededRandom } from '../../../runtime/simulation/random.js';
import { NumberedPublisher, type SentMessage } from './numbered-publisher.js';

export interface TrafficOptions {
  readonly port: number;
  readonly seed: number;
  /** Of each machine's temperature. */
  readonly perSecond: number;
  readonly machines?: number;
  readonly window?: number;
}

/** Late ones are older than any test is long: from before its first message. */
const LATE_MS = 3_600_000;
const LATE_SHARE = 0.03;

/** Only where nothing is acknowledged any more it takes so long. */
const PATIENCE = { timeout: 60_000, interval: 5 };

/** `m1`, `m2`, … */
export function machineNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `m${index + 1}`);
}

/** A line of machines: temperatures that rise and fall, a line that goes down now and then, vibration without QoS. */
export class PlantTraffic {
  readonly #publishers: readonly NumberedPublisher[];

  constructor({ port, seed, perSecond, machines = 3, window = 20 }: TrafficOptions) {
    const shared = { port, window };
    this.#publishers = [
      ...machineNames(machines).map((name, index) => {
        const random = seededRandom(seed + index);
        const reading = (n: number) => temperature(n, index, random);
        const message = messages(name, `plant/l1/${name}/temp`, random, reading);
        return new NumberedPublisher({ ...shared, clientId: name, qos: 1, perSecond, message });
      }),
      new NumberedPublisher({
        ...shared,
        ...{ clientId: 'line', qos: 1, perSecond: perSecond / 20 },
        message: messages('line', 'plant/l1/state', null, (n) => (n % 6 === 5 ? 'down' : 'runs')),
      }),
      new NumberedPublisher({
        ...shared,
        ...{ clientId: 'shaker', qos: 0, perSecond: perSecond / 4 },
        message: messages('shaker', 'plant/l1/m1/shake', null, (n) => (n % 10 === 9 ? 9 : 2)),
      }),
    ];
  }

  get sent(): SentMessage[] {
    return this.#publishers.flatMap(({ sent }) => sent);
  }

  get unacknowledged(): number {
    return this.#publishers.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0);
  }

  get acknowledged(): number {
    return this.sent.filter(({ acknowledgedAt }) => acknowledgedAt !== null).length;
  }

  /** Waits until so many more are acknowledged, however long that takes on a slow machine. */
  async acknowledge(more: number): Promise<void> {
    const enough = this.acknowledged + more;
    await vi.waitFor(() => expect(this.acknowledged).toBeGreaterThanOrEqual(enough), PATIENCE);
  }

  pause(): void {
    for (const publisher of this.#publishers) publisher.pause();
  }

  resume(): void {
    for (const publisher of this.#publishers) publisher.resume();
  }

  close(): void {
    for (const publisher of this.#publishers) publisher.close();
  }
}

/** `{"by":"m1","n":17,"ts":1798000000000,"value":81.5}`: `by` and `n` say which message it is, wherever it is found. */
function messages(
  by: string,
  topic: string,
  lateness: Random | null,
  reading: (n: number) => number | string,
) {
  // No two messages of a device are of one time: that would be a repeat, which is dropped.
  let newest = 0;
  let newestLate = 0;
  return (n: number) => {
    const isLate = lateness !== null && n > 0 && lateness.next() < LATE_SHARE;
    const now = Date.now();
    const ts = isLate ? Math.max(now - LATE_MS, newestLate + 1) : Math.max(now, newest + 1);
    if (isLate) newestLate = ts;
    else newest = ts;
    return { topic, payload: JSON.stringify({ by, n, ts, value: isLate ? 250 : reading(n) }) };
  };
}

/** Slow waves, of another length for each machine, and some noise. */
function temperature(n: number, machine: number, random: Random): number {
  const wave = 17 * Math.sin(n / (9 + 4 * machine));
  return Math.round((77 + wave + 1.5 * random.normal()) * 10) / 10;
}
