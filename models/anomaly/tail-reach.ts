import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * How far the strangest hundredth of a signal's readings reaches beyond the rest: their mean excess, which is all that an
 * exponential tail has (Siffer et al., "Anomaly detection in streams with extreme value theory", 2017, for tails of one
 * shape). Noisy signals reach far, and so get a higher limit; regular ones do not.
 */
export class TailReach {
  #sum = PRIOR_WEIGHT * PRIOR_REACH;
  #weight = PRIOR_WEIGHT;

  take(excess: number): void {
    this.#sum += excess;
    this.#weight++;
    if (this.#weight < WEIGHT_MAX) return;
    this.#sum /= 2;
    this.#weight /= 2;
  }

  get value(): number {
    return this.#sum / this.#weight;
  }

  save(writer: StateWriter): void {
    writer.put(this.#sum, this.#weight);
  }

  load(reader: StateReader): void {
    this.#sum = reader.number();
    this.#weight = reader.number();
  }
}

/** What is expected of a signal of which little is known, and how many readings it takes to say otherwise. */
const PRIOR_REACH = 0.2;
const PRIOR_WEIGHT = 20;
/** With so many the old ones are given half their weight. */
const WEIGHT_MAX = 400;
