import type { Scalar } from '../../rules/reading.js';
import type { Aggregate, AggregateFunction } from '../../rules/rule.js';
import type { Reading } from './series.js';
import * as statistics from './statistics.js';
import type { Frame } from './windows.js';

/** Functions that have a value over nothing. */
const ZERO_WHEN_EMPTY: readonly AggregateFunction[] = ['count', 'sum', 'changes', 'increase', 'distinct'];

/** An aggregate over the readings of a window (rule reference, section 3); `null` is unknown. */
export function aggregate(signal: Aggregate, frame: Frame): Scalar | null {
  const { function: name } = signal;
  const { readings } = frame;
  if (readings.length === 0) return ZERO_WHEN_EMPTY.includes(name) ? 0 : null;
  const values = readings.map((reading) => reading.value);
  if (name === 'count') return values.length;
  if (name === 'first') return values.at(0) ?? null;
  if (name === 'last') return values.at(-1) ?? null;
  if (name === 'changes') return changes(frame);
  if (name === 'distinct') return new Set(values).size;
  if (values.some((value) => typeof value === 'string')) return null;
  const value = numeric(signal, values.map(Number), frame);
  return value === null || !Number.isFinite(value) ? null : value;
}

function numeric(signal: Aggregate, values: readonly number[], frame: Frame): number | null {
  switch (signal.function) {
    case 'sum':
      return statistics.sum(values);
    case 'avg':
      return statistics.mean(values);
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'range':
      return Math.max(...values) - Math.min(...values);
    case 'delta':
      return (values.at(-1) ?? Number.NaN) - (values.at(0) ?? Number.NaN);
    case 'variance':
      return statistics.variance(values);
    case 'stddev':
      return Math.sqrt(statistics.variance(values));
    case 'increase':
      return increase(frame);
    case 'rate':
      return rate(frame, signal.perMs);
    case 'median':
      return statistics.percentile(values, 50);
    case 'percentile':
      return signal.percent === null ? null : statistics.percentile(values, signal.percent);
    case 'rms':
      return statistics.rootMeanSquare(values);
    case 'mad':
      return statistics.medianAbsoluteDeviation(values);
    case 'zscore':
      return statistics.zscore(values);
    case 'slope':
      return slope(frame, signal.perMs);
    default:
      throw new Error(`${signal.function} is not a function of the readings alone`);
  }
}

function withOneBefore({ before, readings }: Frame): Reading[] {
  return before === null ? [...readings] : [before, ...readings];
}

/** Neighbours in time, each with the one before it. */
function pairs(frame: Frame): [Scalar, Scalar][] {
  const values = withOneBefore(frame).map((reading) => reading.value);
  return values.slice(1).map((value, index) => [values[index] ?? value, value]);
}

function changes(frame: Frame): number {
  return pairs(frame).filter(([before, after]) => before !== after).length;
}

/** The sum of rises; a fall is a counter that began again at zero. */
function increase(frame: Frame): number {
  const rises = pairs(frame).map(([before, after]) => {
    const rise = Number(after) - Number(before);
    return rise >= 0 ? rise : Math.max(Number(after), 0);
  });
  return statistics.sum(rises);
}

function rate(frame: Frame, perMs: number): number | null {
  const used = withOneBefore(frame);
  const spannedMs = (used.at(-1)?.time ?? 0) - (used.at(0)?.time ?? 0);
  return spannedMs === 0 ? null : (increase(frame) * perMs) / spannedMs;
}

function slope({ readings }: Frame, perMs: number): number | null {
  const line = statistics.lineThrough(readings);
  return line === null ? null : line.perMs * perMs;
}
