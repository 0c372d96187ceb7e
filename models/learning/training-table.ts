import { measuredCount } from '../features/encode-row.js';
import { type AgeSource, FeatureExpander } from '../features/feature-expander.js';
import { columnSources, type FeatureSpace } from '../features/feature-space.js';
import { LevelBounds, type LevelRange } from '../features/signal-levels.js';
import type { TrainingProgress } from '../scorer.js';
import type { Life } from './lives.js';

/** Rows that a model learns from, at most; of more, every second, third… is taken. Bounds memory: 100 MB with 150 columns. */
export const ROWS_MAX = 80_000;
/** Rows between two reports of progress. */
const ROWS_PER_STEP = 2000;

/** The lives of machines as trees see them. */
export interface TrainingTable {
  /** One array a column, one number a row; NaN: unknown. */
  readonly columns: readonly Float64Array[];
  /** Of each row: which life it is of, which row of that, and how old the machine was. */
  readonly life: Int32Array;
  readonly place: Int32Array;
  readonly age: Float64Array;
  /** Where levels were in all rows, one a measured signal. */
  readonly levels: readonly LevelRange[];
}

/**
 * Replays lives through the expander that scoring uses, and notes what it makes of each row.
 *
 * @param space of all lives, or of each: spaces of as many columns
 */
export function* buildTable(
  lives: readonly Life[],
  space: FeatureSpace | ((life: number) => FeatureSpace),
  ageSource: AgeSource,
  rowsMax: number = ROWS_MAX,
): Generator<TrainingProgress, TrainingTable, void> {
  const spaceOf = typeof space === 'function' ? space : () => space;
  const total = lives.reduce((sum, { rows }) => sum + rows.length, 0);
  const stride = strideOf(lives, rowsMax);
  const size = lives.reduce((sum, { rows }) => sum + Math.ceil(rows.length / stride), 0);
  const table = emptyTable(size, columnSources(spaceOf(0)).length);
  const bounds = new LevelBounds(measuredCount(spaceOf(0).encoding));
  let row = 0;
  let done = 0;
  for (const [index, life] of lives.entries()) {
    const expander = new FeatureExpander(spaceOf(index), ageSource);
    for (let place = 0; place < life.rows.length; place++) {
      expander.add(life.times[place] ?? 0, life.rows[place] ?? []);
      bounds.see(expander.levels);
      // Counted from the end of the life, which is where most is to be learnt.
      if ((life.rows.length - 1 - place) % stride === 0) {
        note(table, row, expander);
        table.life[row] = index;
        table.place[row] = place;
        row++;
      }
      if (++done % ROWS_PER_STEP === 0) yield { stage: 'features', done, total };
    }
  }
  yield { stage: 'features', done: total, total };
  return { ...table, levels: bounds.ranges() };
}

/** Every how many rows one is taken, so that there are no more than as many. */
export function strideOf(lives: readonly Life[], rowsMax: number = ROWS_MAX): number {
  return Math.max(1, Math.ceil(lives.reduce((sum, { rows }) => sum + rows.length, 0) / rowsMax));
}

/** The columns of one row, for scoring it. */
export function readRow({ columns }: Pick<TrainingTable, 'columns'>, row: number, into: Float64Array): void {
  for (let column = 0; column < columns.length; column++) into[column] = columns[column]?.[row] ?? Number.NaN;
}

function emptyTable(rows: number, columns: number): Omit<TrainingTable, 'levels'> {
  return {
    columns: Array.from({ length: columns }, () => new Float64Array(rows)),
    life: new Int32Array(rows),
    place: new Int32Array(rows),
    age: new Float64Array(rows),
  };
}

function note(table: Omit<TrainingTable, 'levels'>, row: number, expander: FeatureExpander): void {
  for (let index = 0; index < table.columns.length; index++) {
    const column = table.columns[index];
    if (column !== undefined) column[row] = expander.columns[index] ?? Number.NaN;
  }
  table.age[row] = expander.age;
}
