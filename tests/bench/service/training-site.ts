import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { seededRandom } from '../../seeded-random.js';

/** A model of the kind that takes longest, with 120 columns: seven a signal, seven of the index of all, and the age. */
const SIGNALS = 16;
const MACHINES = 100;
const ROW_MS = 60_000;
/** Of its first row. */
export const WEAR_START = Date.UTC(2026, 0, 1);

/** From 150 rows to 249: with lives that are all as long, the age alone would tell what is left. */
function rowsOf(machine: number, scale: number): number {
  return Math.max(20, Math.round((150 + ((machine * 37) % 100)) * scale));
}

export const WEAR_MODEL = {
  id: 'wear',
  kind: 'remaining-life',
  unit: 'cycles',
  inputs: Object.fromEntries(
    Array.from({ length: SIGNALS }, (_, signal) => [
      `s${signal}`,
      { topic: 'fleet/{machine}/state', field: `s${signal}` },
    ]),
  ),
};

/** Machines that wear out and fail: 20,000 rows in all, a message a row. */
export function* wearMessages(scale: number, start = WEAR_START): Generator<RecordedMessage> {
  const random = seededRandom(11);
  const machines = Array.from({ length: MACHINES }, (_, machine) => rowsOf(machine, scale));
  for (let row = 0; row < Math.max(...machines); row++) {
    for (const [machine, rows] of machines.entries()) {
      if (row >= rows) continue;
      const wear = (row / rows) ** 2;
      const payload = Object.fromEntries(
        Array.from({ length: SIGNALS }, (_, signal) => {
          const noise = random() + random() + random() - 1.5;
          return [`s${signal}`, Number((wear * (signal % 4) + noise).toFixed(4))];
        }),
      );
      yield { time: start + row * ROW_MS, topic: `fleet/m${machine}/state`, payload };
    }
  }
}

/** When they failed: with their last row. */
export function wearLabels(scale: number, start = WEAR_START): string {
  const lines = Array.from({ length: MACHINES }, (_, machine) => {
    const time = new Date(start + (rowsOf(machine, scale) - 1) * ROW_MS).toISOString();
    return `m${machine},${time},failure\n`;
  });
  return `machine,time,event\n${lines.join('')}`;
}
