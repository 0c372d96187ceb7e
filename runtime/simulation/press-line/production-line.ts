import type { Random } from '../random.js';
import type { SimulatedMessage } from '../simulated-message.js';
import { HEALTHY, Press, rounded } from './press.js';

/** What presses have in common: hall, cooling water, and the product they make. */
export class ProductionLine {
  readonly name: string;
  readonly presses: readonly Press[];
  product = 'housing-A';
  /** Cooling water, l/min. */
  flow = USUAL_FLOW;
  isSilent = false;
  readonly #random: Random;
  readonly #hall: number;
  #saidProduct = '';

  constructor(
    name: string,
    { presses, hall, random }: { presses: readonly string[]; hall: number; random: Random },
  ) {
    this.name = name;
    this.#hall = hall;
    this.#random = random;
    this.presses = presses.map((press) => new Press({ line: name, name: press }, hall, random));
  }

  /** Everything is well again, until troubles say otherwise. */
  heal(): void {
    this.flow = USUAL_FLOW;
    this.isSilent = false;
    for (const press of this.presses) press.faults = { ...HEALTHY };
  }

  /** What the line and its presses send in step `step` of so many seconds each. */
  step(step: number, seconds: number): SimulatedMessage[] {
    const hall = this.#hall + Math.sin((step * seconds) / 120);
    const stepsPerSecond = Math.round(1 / seconds);
    // Not all in the same instant: each press has a moment of the second for itself.
    const messages = this.presses.flatMap((press, index) =>
      press.step(seconds, hall, {
        measurements: step % stepsPerSecond === index % stepsPerSecond,
        state: step % (5 * stepsPerSecond) === index,
      }),
    );
    if (this.product !== this.#saidProduct || step % (5 * stepsPerSecond) === 0) {
      this.#saidProduct = this.product;
      messages.push(this.#message('product', this.product));
    }
    if (step % stepsPerSecond === 0) {
      messages.push(this.#message('cooling', rounded(Math.max(0, this.flow + this.#random.normal()), 1)));
      messages.push(this.#message('hall', rounded(hall, 1)));
    }
    return this.isSilent ? [] : messages;
  }

  #message(quantity: string, payload: SimulatedMessage['payload']): SimulatedMessage {
    return { topic: `factory/${this.name}/${quantity}`, payload };
  }
}

const USUAL_FLOW = 35;
