import type { ScorerSetup } from '../model-kind.js';
import type { FeatureRow, OutputShape, Score, Scorer } from '../scorer.js';
import { UntrainedScorer } from '../untrained-scorer.js';
import type { ImportedSettings } from './imported-kind.js';
import type { ImportedModel } from './imported-model.js';

export function createImportedScorer({ artefact }: ScorerSetup<ImportedSettings, ImportedModel>): Scorer {
  return artefact === null ? new UntrainedScorer([]) : new ImportedScorer(artefact);
}

/** Has no memory: a score depends on its row alone. */
class ImportedScorer implements Scorer {
  readonly outputs: readonly OutputShape[];
  readonly #row: Float64Array;
  readonly #score: Score;

  constructor(private readonly model: ImportedModel) {
    this.outputs = model.outputs;
    this.#row = new Float64Array(model.width);
    this.#score = { quality: 'ok', outputs: model.outputs.map(() => null) };
  }

  score(_: number, row: FeatureRow): Score {
    const isKnown = this.#take(row);
    this.#score.quality = 'range';
    this.#score.outputs.fill(null);
    if (!isKnown && !this.model.takesUnknown) return this.#score;
    const answers = this.model.evaluate(this.#row);
    // Numbers too large for the model.
    if (answers.some((answer) => typeof answer === 'number' && !Number.isFinite(answer))) return this.#score;
    this.#score.quality = 'ok';
    for (let index = 0; index < answers.length; index++) this.#score.outputs[index] = answers[index] ?? null;
    return this.#score;
  }

  mark(): void {}

  save(): null {
    return null;
  }

  load(): void {}

  /** Booleans are 0 and 1. Gives whether all is a number. */
  #take(row: FeatureRow): boolean {
    let isKnown = true;
    for (let index = 0; index < this.#row.length; index++) {
      const value = row[index] ?? null;
      const number =
        typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : Number.NaN;
      this.#row[index] = number;
      if (!Number.isFinite(number)) isKnown = false;
    }
    return isKnown;
  }
}
