import { type Random, seededRandom } from '../random.js';
import type { SimulatedMessage } from '../simulated-message.js';
import { ProductionLine } from './production-line.js';
import { ROUND_S, roundOfTroubles, type Trouble } from './troubles.js';

/** Time between two steps of the made-up presses. */
export const STEP_MS = 250;

/** Six presses on two lines, their healthy days and their troubles: what they send, step by step. No clock, no network. */
export class PressLine {
  readonly lines: readonly ProductionLine[];
  readonly #random: Random;
  #step = 0;
  #troubles: readonly Trouble[] = [];

  /** @param seed the same seed gives the same messages */
  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const make = (name: string, hall: number, presses: readonly string[]) =>
      new ProductionLine(name, { presses, hall, random: this.#random });
    this.lines = [
      make('line-1', 20, ['press-1', 'press-2', 'press-3']),
      make('line-2', 17, ['press-4', 'press-5', 'press-6']),
    ];
  }

  /** The messages of the next `STEP_MS`, in the order in which they are sent. */
  step(): readonly SimulatedMessage[] {
    const seconds = STEP_MS / 1000;
    const time = (this.#step * seconds) % ROUND_S;
    if (time === 0) this.#troubles = roundOfTroubles(this.lines, this.#random);
    for (const line of this.lines) line.heal();
    for (const trouble of this.#troubles) {
      if (trouble.from <= time && time < trouble.to) trouble.apply(time - trouble.from);
    }
    const messages = this.lines.flatMap((line) => line.step(this.#step, seconds));
    this.#step += 1;
    return messages;
  }
}
