import type { Metric } from '../model-kind.js';
import type { Score } from '../scorer.js';

/** Counts how much of what was scored was called anomalous. */
export class AlarmCount {
  #scored = 0;
  #anomalous = 0;

  take({ quality, outputs }: Score): void {
    if (quality !== 'ok') return;
    this.#scored++;
    if (outputs[ANOMALOUS] === true) this.#anomalous++;
  }

  get scored(): number {
    return this.#scored;
  }

  /** Of calm machines; 0 of nothing. What is always calm never calls anything anomalous, and finds nothing. */
  get metric(): Metric {
    const value = this.#scored === 0 ? 0 : this.#anomalous / this.#scored;
    return { name: 'anomalous share', value, baseline: null, better: 'lower' };
  }
}

/** The place of `anomalous` in the outputs. */
const ANOMALOUS = 1;
