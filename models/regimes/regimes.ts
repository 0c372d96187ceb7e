import { mean, variance } from './spread.js';

/** How a machine can be run, told apart by its set-points, and what each signal does in each. */
export interface Regimes {
  /** Places of the set-points in the rows. */
  readonly setPoints: readonly number[];
  /** What set-points are divided by, so that all count alike. */
  readonly scales: readonly number[];
  /** One a regime: its set-points, scaled. */
  readonly centres: readonly (readonly number[])[];
  /** One a regime and signal. */
  readonly means: readonly (readonly number[])[];
  readonly deviations: readonly (readonly number[])[];
}

/** More set-points than these are no regimes but a machine that is run continuously. */
const REGIMES_MAX = 12;
/**
 * Regimes leave at most this share of the spread of the set-points. Twelve parts of a uniform line leave 1/144: a set-point
 * that takes any value makes no regimes.
 */
const LEFT_MAX = 0.005;
const ROWS_LOOKED_AT = 4000;
const ROUNDS = 20;

/** @param rows of equal length; signals may be NaN */
export function learnRegimes(rows: readonly Float64Array[], setPoints: readonly number[]): Regimes {
  const scales = setPoints.map(
    (place) => Math.sqrt(variance(rows.map((row) => row[place] ?? Number.NaN))) || 1,
  );
  const points = spreadOut(rows, ROWS_LOOKED_AT)
    .map((row) => setPoints.map((place, index) => (row[place] ?? Number.NaN) / (scales[index] ?? 1)))
    .filter((point) => point.every((it) => Number.isFinite(it)));
  const centres = centresOf(points);
  const found = { setPoints, scales, centres };
  const members: Float64Array[][] = centres.map(() => []);
  for (const row of rows) members[regimeOf(found, row)]?.push(row);
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, place) => place);
  const valuesOf = (place: number, some: readonly Float64Array[]) =>
    some.map((row) => row[place] ?? Number.NaN);
  return {
    ...found,
    means: members.map((some) => columns.map((place) => mean(valuesOf(place, some)))),
    deviations: members.map((some) => columns.map((place) => Math.sqrt(variance(valuesOf(place, some))))),
  };
}

/** The regime with the nearest set-points; the first, if a set-point is unknown. */
export function regimeOf(
  { setPoints, scales, centres }: Pick<Regimes, 'setPoints' | 'scales' | 'centres'>,
  row: Float64Array,
): number {
  let nearest = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let regime = 0; regime < centres.length; regime++) {
    const centre = centres[regime];
    let distance = 0;
    for (let index = 0; index < setPoints.length; index++) {
      const value = (row[setPoints[index] ?? 0] ?? Number.NaN) / (scales[index] ?? 1);
      distance += (value - (centre?.[index] ?? 0)) ** 2;
    }
    if (distance < best) {
      best = distance;
      nearest = regime;
    }
  }
  return nearest;
}

/** Writes how many deviations of its regime each signal is from its mean there. Signals that never vary in it give 0. */
export function standardize(regimes: Regimes, row: Float64Array, standardized: Float64Array): void {
  const regime = regimeOf(regimes, row);
  const means = regimes.means[regime];
  const deviations = regimes.deviations[regime];
  for (let place = 0; place < row.length; place++) {
    const deviation = deviations?.[place] ?? 0;
    const value = row[place] ?? Number.NaN;
    standardized[place] = deviation > 0 ? (value - (means?.[place] ?? 0)) / deviation : value * 0;
  }
}

/** The fewest centres that leave next to nothing of the spread; one, if it takes too many. */
function centresOf(points: readonly (readonly number[])[]): number[][] {
  const [first] = points;
  if (first === undefined) return [[]];
  const middle = first.map((_, index) => mean(points.map((point) => point[index] ?? 0)));
  const spread = spreadAbout(points, [middle]);
  for (let count = 2; spread > 0 && count <= REGIMES_MAX; count++) {
    const centres = kMeans(points, middle, count);
    if (spreadAbout(points, centres) <= LEFT_MAX * spread) return centres;
  }
  return [middle];
}

/** Lloyd's algorithm from points far apart (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985). */
function kMeans(points: readonly (readonly number[])[], middle: number[], count: number): number[][] {
  const centres = [farthest(points, [middle])];
  while (centres.length < count) centres.push(farthest(points, centres));
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map((centre) => ({ count: 0, sum: centre.map(() => 0) }));
    for (const point of points) {
      const own = sums[nearestOf(point, centres).index];
      if (own === undefined) continue;
      own.count++;
      point.forEach((value, index) => {
        own.sum[index] = (own.sum[index] ?? 0) + value;
      });
    }
    sums.forEach((own, index) => {
      if (own.count > 0) centres[index] = own.sum.map((value) => value / own.count);
    });
  }
  return centres;
}

function farthest(points: readonly (readonly number[])[], centres: readonly number[][]): number[] {
  let far: readonly number[] = [];
  let best = -1;
  for (const point of points) {
    const { distance } = nearestOf(point, centres);
    if (distance <= best) continue;
    best = distance;
    far = point;
  }
  return [...far];
}

function spreadAbout(points: readonly (readonly number[])[], centres: readonly number[][]): number {
  return points.reduce((sum, point) => sum + nearestOf(point, centres).distance, 0);
}

function nearestOf(point: readonly number[], centres: readonly number[][]) {
  let nearest = { index: 0, distance: Number.POSITIVE_INFINITY };
  centres.forEach((centre, index) => {
    const distance = point.reduce((sum, value, axis) => sum + (value - (centre[axis] ?? 0)) ** 2, 0);
    if (distance < nearest.distance) nearest = { index, distance };
  });
  return nearest;
}

/** At most so many, evenly spread, from the first. */
function spreadOut<Item>(items: readonly Item[], max: number): Item[] {
  const stride = Math.max(1, Math.ceil(items.length / max));
  return items.filter((_, index) => index % stride === 0);
}
