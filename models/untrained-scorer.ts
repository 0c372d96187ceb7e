import type { OutputShape, Score, Scorer } from './scorer.js';

/** What stands in for a model without an artefact: it says that there is none. */
export class UntrainedScorer implements Scorer {
  readonly #score: Score;

  constructor(readonly outputs: readonly OutputShape[]) {
    this.#score = { quality: 'untrained', outputs: outputs.map(() => null) };
  }

  score(): Score {
    return this.#score;
  }

  mark(): void {}

  save(): null {
    return null;
  }

  load(): void {}
}
