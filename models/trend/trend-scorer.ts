import { StateList, StateReader } from '../../rules/engine/state.js';
import type { ScorerSetup } from '../model-kind.js';
import type { FeatureRow, OutputShape, Quality, Score, Scorer } from '../scorer.js';
import { BlockHistory } from './block-history.js';
import { crossingOf } from './crossing.js';
import { lengthSinceStep } from './step-change.js';
import { clearestLine, type FittedLine, POINTS_MIN } from './trend-line.js';
import type { TrendSettings } from './trend-settings.js';

export const TREND_OUTPUTS: readonly OutputShape[] = [
  { name: 'timeToLimit', kind: 'number' },
  { name: 'low', kind: 'number' },
  { name: 'high', kind: 'number' },
  { name: 'slope', kind: 'number' },
  { name: 'significant', kind: 'boolean' },
];

/**
 * Says when a signal that is on its way to a limit will be there. Refitted whenever a block of readings is full; in
 * between the line stands and time goes on.
 */
export class TrendScorer implements Scorer {
  readonly outputs = TREND_OUTPUTS;
  readonly #feature: number;
  readonly #limit: number;
  readonly #history: BlockHistory;
  readonly #score: Score = { quality: 'warmup', outputs: [null, null, null, null, null] };
  #line: FittedLine | null = null;
  /** On which side of the limit the signal began: 1 below it, -1 above it, 0 not known yet. */
  #side = 0;
  #hasStepped = false;

  constructor({ settings, features }: ScorerSetup<TrendSettings, never>) {
    this.#feature = settings.feature === undefined ? 0 : features.indexOf(settings.feature);
    this.#limit = settings.limit;
    this.#history = new BlockHistory(settings.over);
  }

  score(time: number, row: FeatureRow): Score {
    const value = row[this.#feature];
    if (typeof value !== 'number' || Math.abs(value) > VALUE_MAX) return this.#tellNothing('range');
    if (this.#history.take(time, value)) this.#refit();
    if (this.#line === null) return this.#tellNothing(this.#hasStepped ? 'drifted' : 'warmup');
    this.#tell(time, this.#line);
    return this.#score;
  }

  #refit(): void {
    const { times, values, count } = this.#history;
    const steady = lengthSinceStep(values.subarray(0, count));
    if (steady < count) {
      this.#history.forget(count - steady);
      this.#hasStepped = true;
      this.#side = 0;
    }
    const kept = this.#history.count;
    this.#line = kept < POINTS_MIN ? null : clearestLine(times.subarray(0, kept), values.subarray(0, kept));
    if (this.#line === null) return;
    this.#hasStepped = false;
    if (this.#side === 0) this.#side = this.#line.line.level <= this.#limit ? 1 : -1;
  }

  #tell(time: number, fitted: FittedLine): void {
    const { outputs } = this.#score;
    const crossing = crossingOf({ fitted, time, limit: this.#limit, side: this.#side });
    this.#score.quality = 'ok';
    outputs[0] = crossing?.seconds ?? null;
    outputs[1] = crossing?.low ?? null;
    outputs[2] = crossing?.high ?? null;
    outputs[3] = fitted.line.slope * MS_PER_SECOND;
    outputs[4] = fitted.isSignificant;
  }

  #tellNothing(quality: Quality): Score {
    this.#score.quality = quality;
    this.#score.outputs.fill(null);
    return this.#score;
  }

  /** What was worn may be new: the history before says nothing about it. */
  mark(): void {
    this.#history.clear();
    this.#line = null;
    this.#side = 0;
    this.#hasStepped = false;
  }

  save(): readonly unknown[] {
    const writer = new StateList();
    writer.put(this.#side, this.#hasStepped, this.#line !== null);
    this.#history.save(writer);
    return writer.values;
  }

  load(state: unknown): void {
    if (!Array.isArray(state)) throw new TypeError('snapshot: list expected');
    const reader = new StateReader(state);
    this.#side = reader.number();
    this.#hasStepped = reader.boolean();
    const hasLine = reader.boolean();
    this.#history.load(reader);
    const { times, values, count } = this.#history;
    // The line follows from the blocks: it was fitted when the last one was closed.
    this.#line = hasLine ? clearestLine(times.subarray(0, count), values.subarray(0, count)) : null;
  }
}

const MS_PER_SECOND = 1000;
/** Far from overflow in any product; farther out is no measurement. */
const VALUE_MAX = 1e100;
