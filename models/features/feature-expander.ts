import type { FeatureRow } from '../scorer.js';
import { encodedFeatures, encodeRow, measuredCount } from './encode-row.js';
import { columnSources, type FeatureSpace, readSignals, signalCount } from './feature-space.js';
import { RowHistory, type RowHistoryState } from './row-history.js';
import { SignalLevels, type SignalLevelsState } from './signal-levels.js';
import { combine, type SignalPair, signalPairs } from './signal-pairs.js';

/** How old a machine is: rows since its life began, or seconds, or what a feature says. */
export type AgeSource =
  | { readonly kind: 'cycles' | 'seconds' }
  | { readonly kind: 'feature'; readonly feature: number };

export interface FeatureExpanderState {
  readonly history: RowHistoryState;
  /** null: they are forgotten, and are there again some rows later. */
  readonly levels: SignalLevelsState | null;
  readonly rows: number;
  readonly start: number;
}

/**
 * Makes the columns that trees see out of the rows of one machine, one row after the other. Training and scoring use this
 * one class, and so see the same. Bounded: what `RowHistory` keeps, the levels, and when the life began.
 */
export class FeatureExpander {
  /** As of the last row taken; NaN: unknown. Written over by the next row. */
  readonly columns: Float64Array;
  /** Of the last row taken. */
  age = Number.NaN;
  /** Of what is measured, compared within its regime. */
  readonly levels: SignalLevels;

  readonly #encoded: Float64Array;
  readonly #measured: number;
  readonly #signals: Float64Array;
  readonly #history: RowHistory;
  readonly #pairs: readonly SignalPair[];
  #rows = 0;
  /** Of the first row of this life. */
  #start = 0;

  constructor(
    private readonly space: FeatureSpace,
    private readonly ageSource: AgeSource,
  ) {
    this.columns = new Float64Array(columnSources(space).length);
    this.#encoded = new Float64Array(encodedFeatures(space.encoding).length);
    this.#measured = measuredCount(space.encoding);
    this.#signals = new Float64Array(signalCount(space));
    this.#history = new RowHistory(this.#signals.length);
    this.levels = new SignalLevels(this.#measured);
    this.#pairs = space.plan === 'pairs' ? signalPairs(this.#measured) : [];
  }

  /** Takes the next row, and makes its columns. Gives whether it is such as the training saw. */
  add(time: number, row: FeatureRow): boolean {
    const isInRange = encodeRow(this.space.encoding, row, this.#encoded);
    if (this.#rows === 0) this.#start = time;
    this.#rows++;
    this.age = this.#ageAt(time, row);
    readSignals(this.space, this.#encoded, this.#signals);
    this.levels.add(this.#signals);
    if (this.space.plan === 'history') this.#writeHistory();
    else this.#writeRow();
    for (let column = 0; column < this.columns.length; column++) {
      // What overflowed is unknown, as it was to the training.
      if (!Number.isFinite(this.columns[column])) this.columns[column] = Number.NaN;
    }
    return isInRange;
  }

  /** Begins a new life. */
  restart(): void {
    this.#rows = 0;
    this.#history.restart();
    this.levels.restart();
  }

  save(): FeatureExpanderState {
    const levels = this.levels.save();
    return { history: this.#history.save(), levels, rows: this.#rows, start: this.#start };
  }

  load({ history, levels, rows, start }: FeatureExpanderState): void {
    this.#history.load(history);
    if (levels === null) this.levels.restart();
    else this.levels.load(levels);
    this.#rows = rows;
    this.#start = start;
  }

  #ageAt(time: number, row: FeatureRow): number {
    switch (this.ageSource.kind) {
      case 'cycles':
        return this.#rows;
      case 'seconds':
        return (time - this.#start) / 1000;
      case 'feature': {
        const age = row[this.ageSource.feature];
        return typeof age === 'number' ? age : Number.NaN;
      }
    }
  }

  #writeHistory(): void {
    this.#history.add(this.#signals);
    this.#history.write(this.columns);
    const texts = this.#encoded.subarray(this.#measured);
    this.columns.set(texts, this.columns.length - 1 - texts.length);
    this.columns[this.columns.length - 1] = this.age;
  }

  #writeRow(): void {
    this.columns.set(this.#encoded);
    let next = this.#encoded.length;
    for (const pair of this.#pairs) this.columns[next++] = combine(pair, this.#encoded);
  }
}
