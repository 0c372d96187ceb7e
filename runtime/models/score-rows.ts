import type { Scalar } from '../../rules/reading.js';
import type { MarkEvent, Model, RowScorer } from '../../rules/supply.js';
import type { ReplayPlan } from '../replay/replay.js';
import { planOfModel } from './model-parts.js';

/** One scoring. */
export interface ScoreRow {
  /** Engine time. */
  readonly time: number;
  /** In `groupBy` order. */
  readonly labelValues: readonly string[];
  /** In the order of the model's outputs. */
  readonly outputs: readonly (Scalar | null)[];
  readonly quality: string;
}

/** A plan that scores one model, and tells of every scoring. */
export function scoringPlan(plan: ReplayPlan, id: string, onScore: (row: ScoreRow) => void): ReplayPlan {
  const parts = planOfModel(plan, id);
  const models = (parts.models ?? []).map((model) => (model.id === id ? watched(model, onScore) : model));
  return { ...parts, models };
}

function watched(model: Model, onScore: (row: ScoreRow) => void): Model {
  return {
    ...model,
    createScorer: (labelValues) => new WatchedScorer(model.createScorer(labelValues), labelValues, onScore),
  };
}

class WatchedScorer implements RowScorer {
  constructor(
    private readonly scorer: RowScorer,
    private readonly labelValues: readonly string[],
    private readonly onScore: (row: ScoreRow) => void,
  ) {}

  get quality(): string {
    return this.scorer.quality;
  }

  score(time: number, row: readonly (Scalar | null)[]): readonly (Scalar | null)[] {
    const outputs = this.scorer.score(time, row);
    this.onScore({ time, labelValues: this.labelValues, outputs, quality: this.quality });
    return outputs;
  }

  mark(time: number, event: MarkEvent): void {
    this.scorer.mark(time, event);
  }

  save(): readonly unknown[] {
    return this.scorer.save();
  }

  load(state: readonly unknown[]): void {
    this.scorer.load(state);
  }
}
