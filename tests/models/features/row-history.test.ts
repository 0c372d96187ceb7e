/** The recent past of signals, against the same said plainly over all rows of the life. */
import { expect, test } from 'vitest';
import { HISTORY_COLUMNS, RowHistory } from '../../../models/features/row-history.js';
import { seededRandom } from '../../seeded-random.js';

const random = seededRandom(5);
/** Three signals: noise, a ramp with holes, mostly unknown at first. */
const ROWS = Array.from({ length: 100 }, (_, row) =>
  Float64Array.of(random(), random() < 0.3 ? Number.NaN : 1000 + row, row < 25 ? Number.NaN : random() * 1e6),
);

const known = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
const mean = (values: readonly number[]) =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/** All columns of one signal, from all rows of the life so far. */
function plainly(life: readonly number[]): number[] {
  const last = (count: number) => known(life.slice(-count));
  const points = life.slice(-30).flatMap((value, x) => (Number.isNaN(value) ? [] : [{ x, value }]));
  const middle = mean(points.map(({ x }) => x));
  const long = mean(last(30));
  const products = points.reduce((sum, { x, value }) => sum + (x - middle) * (value - long), 0);
  const squares = points.reduce((sum, { x }) => sum + (x - middle) ** 2, 0);
  return [
    life.at(-1) ?? Number.NaN,
    mean(last(5)),
    mean(last(15)),
    long,
    Math.sqrt(mean(last(30).map((value) => (value - long) ** 2))),
    points.length < 2 ? Number.NaN : products / squares,
    mean(last(15)) - mean(known(life.slice(0, 20))),
  ];
}

/** What a history makes of these rows, after each. */
function columnsOf(history: RowHistory, rows: readonly Float64Array[]): number[][] {
  return rows.map((row) => {
    const columns = new Float64Array(3 * HISTORY_COLUMNS.length);
    history.add(row);
    history.write(columns);
    return [...columns];
  });
}

test('as said plainly, after every row', () => {
  const columns = columnsOf(new RowHistory(3), ROWS);
  columns.forEach((own, row) => {
    const expected = [0, 1, 2].flatMap((signal) =>
      plainly(ROWS.slice(0, row + 1).map((values) => values[signal] ?? 0)),
    );
    const differs = own.filter((value, index) => {
      const other = expected[index] ?? 0;
      return !Object.is(value, other) && !(Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(other)));
    });
    expect({ row, differs }).toEqual({ row, differs: [] });
  });
});

test('a life that begins anew knows nothing of the one before', () => {
  const history = new RowHistory(3);
  columnsOf(history, ROWS);
  history.restart();
  expect(columnsOf(history, ROWS.slice(0, 40))).toEqual(columnsOf(new RowHistory(3), ROWS.slice(0, 40)));
});

test.each([1, 19, 20, 29, 30, 31, 61])('loaded after %d rows it goes on the same', (rows) => {
  const history = new RowHistory(3);
  columnsOf(history, ROWS.slice(0, rows));
  const loaded = new RowHistory(3);
  columnsOf(loaded, ROWS.slice(50));
  loaded.load(structuredClone(history.save()));
  expect(columnsOf(loaded, ROWS.slice(rows))).toEqual(columnsOf(history, ROWS.slice(rows)));
});
