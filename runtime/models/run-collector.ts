import type { FeatureRow, Mark, TrainingRun } from '../../models/scorer.js';
import type { Scalar } from '../../rules/reading.js';
import type { Model, RowScorer } from '../../rules/supply.js';
import type { ReplayPlan } from '../replay/replay.js';
import { planOfModel } from './model-parts.js';

/** There is more to learn from than memory holds. */
export class TooManyRows extends Error {}

/** What all rows together have, at most; about 0.5 GB. */
const VALUES_MAX = 25_000_000;

interface Collected {
  readonly instance: readonly string[];
  readonly times: number[];
  readonly rows: FeatureRow[];
}

/**
 * Collects the feature rows of a model, as the engine makes them: a plan in which something that only takes notes stands
 * in the place of the scorers. Everything that the model reads runs as it does when it scores.
 */
export class RunCollector {
  readonly plan: ReplayPlan;
  rows = 0;
  /** Of the first and the last row. */
  from = Number.POSITIVE_INFINITY;
  until = Number.NEGATIVE_INFINITY;
  readonly #byInstance = new Map<string, Collected>();
  readonly #valuesMax: number;
  #values = 0;

  constructor(plan: ReplayPlan, id: string, valuesMax = VALUES_MAX) {
    this.#valuesMax = valuesMax;
    const parts = planOfModel(plan, id);
    const noted = (model: Model): Model =>
      model.id === id ? { ...model, createScorer: (instance) => this.#scorer(model, instance) } : model;
    this.plan = { ...parts, models: (parts.models ?? []).map(noted) };
  }

  /**
   * What was collected, a run for each instance that has rows: in order of their labels, by code points.
   *
   * @param marksOf those of an instance, in order of time
   */
  runs(marksOf: (instance: readonly string[]) => readonly Mark[]): TrainingRun[] {
    const keys = [...this.#byInstance.keys()].sort((a, b) => (a < b ? -1 : 1));
    return keys.flatMap((key) => {
      const collected = this.#byInstance.get(key);
      if (collected === undefined) return [];
      const { instance, times, rows } = collected;
      return [{ instance, times: Float64Array.from(times), rows, marks: marksOf(instance) }];
    });
  }

  #scorer(model: Model, instance: readonly string[]): RowScorer {
    const outputs: readonly null[] = model.outputs.map(() => null);
    return {
      quality: 'untrained',
      score: (time, row) => {
        this.#note(instance, time, row);
        return outputs;
      },
      mark: () => undefined,
      save: () => [],
      load: () => undefined,
    };
  }

  #note(instance: readonly string[], time: number, row: readonly (Scalar | null)[]): void {
    // One value is counted for the time and what surrounds a row.
    this.#values += row.length + 1;
    if (this.#values > this.#valuesMax) throw new TooManyRows(String(this.rows));
    const key = instance.join('\u0000');
    let collected = this.#byInstance.get(key);
    if (collected === undefined) {
      collected = { instance, times: [], rows: [] };
      this.#byInstance.set(key, collected);
    }
    collected.times.push(time);
    collected.rows.push([...row]);
    this.rows += 1;
    this.from = Math.min(this.from, time);
    this.until = Math.max(this.until, time);
  }
}
