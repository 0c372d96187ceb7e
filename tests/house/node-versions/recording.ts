import type { JsonValue } from '../../../rules/reading.js';
import { seededRandom } from '../../seeded-random.js';

const START = Date.UTC(2026, 0, 5, 4, 50);
const STEP_MS = 5000;
const STEPS = 200;
const MACHINES = ['l1/m1', 'l1/m2', 'l1/m3', 'l2/m1', 'l2/m2', 'l2/m3'];
const STATES = ['run', 'run', 'idle', 'fault'];
/** This machine says nothing for five minutes. */
const SILENT = 'l2/m3';

/**
 * Some 2,000 messages of two lines with three machines each, as NDJSON; the same every time. Among them are late ones,
 * stored ones, values that give no reading and values of another kind.
 */
export function recordingText(): string {
  const random = seededRandom(7);
  const lines: string[] = [];
  const add = (message: { readonly [key: string]: JsonValue }) => lines.push(JSON.stringify(message));
  add({ time: START, topic: 'plant/l1/ambient', payload: 21.5, retain: true });
  for (let step = 0; step < STEPS; step++) {
    const time = START + step * STEP_MS;
    if (step % 6 === 0) {
      for (const line of ['l1', 'l2'])
        add({ time, topic: `plant/${line}/ambient`, payload: rounded(20 + 5 * random()) });
    }
    for (const [index, machine] of MACHINES.entries()) {
      const at = time + 400 * index + Math.floor(random() * 900);
      if (machine === SILENT && step > 60 && step < 120) continue;
      add({ ...timesOf(at, step, index), topic: `plant/${machine}/x`, payload: xOf(step, index, random()) });
      if (step % 2 === 0)
        add({ time: at, topic: `plant/${machine}/motor`, payload: motorOf(step, random()) });
      if (step % 4 === 0) add({ time: at, topic: `plant/${machine}/state`, payload: stateOf(random()) });
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A wave between 20 and 90 with noise, five minutes long; now and then no number at all. */
function xOf(step: number, machine: number, random: number): JsonValue {
  if (step === 50 + machine) return null;
  if (step === 70 + machine) return 'warming up';
  if (machine === 1 && step >= 150 && step < 156) return step % 2 === 0;
  if (machine === 2 && step >= 160 && step < 166) return 'service';
  if (machine === 3 && step === 80) return 2 ** 60;
  const phase = (step + 11 * machine) % 60;
  return rounded(20 + (70 * (phase < 30 ? phase : 60 - phase)) / 30 + 6 * (random - 0.5));
}

function motorOf(step: number, random: number): JsonValue {
  const on = step % 40 < 30;
  return {
    on,
    temp: { case: rounded(40 + 30 * random), oil: step % 14 === 0 ? null : 55 },
    axes: [step, random],
  };
}

function stateOf(random: number): string {
  return STATES[Math.floor(random * STATES.length)] ?? 'run';
}

/** Some messages come 20 s after they were measured, a few 90 s. */
function timesOf(arrives: number, step: number, machine: number): { readonly [key: string]: JsonValue } {
  const ageMs = step % 17 === machine ? 20_000 : step % 45 === 7 * machine ? 90_000 : 0;
  const time = new Date(arrives - ageMs).toISOString();
  return ageMs === 0 ? { time } : { time, arrives };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
