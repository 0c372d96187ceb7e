import type { FeatureExpander, FeatureExpanderState } from '../features/feature-expander.js';
import { expanderStateOf, type RunningLife, runningLifeOf } from './running-lives.js';

export interface KnownLifeState {
  readonly expander: FeatureExpanderState;
  readonly isBegun: boolean;
}

/**
 * The life of one machine, for a scorer: with the first row after those that training saw it goes on where they ended.
 * Rows from before are a life of their own, as when old recordings are scored.
 */
export class KnownLife {
  #before: RunningLife | null;

  constructor(
    private readonly expander: FeatureExpander,
    lives: readonly RunningLife[],
    instance: readonly string[],
  ) {
    this.#before = runningLifeOf(lives, instance);
  }

  /** To be told of each row before it is added. */
  at(time: number): void {
    if (this.#before === null || time <= this.#before.time) return;
    this.expander.load(expanderStateOf(this.#before));
    this.#before = null;
  }

  /** Somebody marked the machine: another life begins. */
  mark(time: number): void {
    this.expander.restart();
    if (this.#before !== null && time >= this.#before.time) this.#before = null;
  }

  save(): KnownLifeState {
    return { expander: this.expander.save(), isBegun: this.#before === null };
  }

  load({ expander, isBegun }: KnownLifeState): void {
    this.expander.load(expander);
    if (isBegun) this.#before = null;
  }
}
