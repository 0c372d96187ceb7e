import type { Scalar } from '../../rules/reading.js';
import type { AggregateFunction } from '../../rules/rule.js';
import type { Reading } from './series.js';

export interface Windowed {
  /** In order of (own time, arrival). */
  readonly readings: readonly Reading[];
  /** The newest reading older than the window's. */
  readonly before: Reading | null;
  readonly perMs: number;
}

/** Functions that have a value over nothing. */
const ZERO_WHEN_EMPTY: readonly AggregateFunction[] = ['count', 'sum', 'changes', 'increase', 'distinct'];

/** An aggregate over the readings of a window (rule reference, section 3); `null` is unknown. */
export function aggregate(name: AggregateFunction, window: Windowed): Scalar | null {
  const { readings } = window;
  if (readings.length === 0) return ZERO_WHEN_EMPTY.includes(name) ? 0 : null;
  const values = readings.map((reading) => reading.value);
  if (name === 'count') return values.length;
  if (name === 'first') return values.at(0) ?? null;
  if (name === 'last') return values.at(-1) ?? null;
  if (name === 'changes') return changes(window);
  if (values.some((value) => typeof value === 'string')) return null;
  const value = numeric(name, values.map(Number), window);
  return value === null || !Number.isFinite(value) ? null : value;
}

function numeric(name: AggregateFunction, values: readonly number[], window: Windowed): number | null {
  switch (name) {
    case 'sum':
      return sum(values);
    case 'avg':
      return mean(values);
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'range':
      return Math.max(...values) - Math.min(...values);
    case 'delta':
      return (values.at(-1) ?? Number.NaN) - (values.at(0) ?? Number.NaN);
    case 'variance':
      return variance(values);
    case 'stddev':
      return Math.sqrt(variance(values));
    case 'increase':
      return increase(window);
    case 'rate':
      return rate(window);
    default:
      throw new Error(`${name} is not part of the reference yet`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of the population. */
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}

function withOneBefore({ before, readings }: Windowed): Reading[] {
  return before === null ? [...readings] : [before, ...readings];
}

/** Neighbours in time, each with the one before it. */
function pairs(window: Windowed): [Scalar, Scalar][] {
  const values = withOneBefore(window).map((reading) => reading.value);
  return values.slice(1).map((value, index) => [values[index] ?? value, value]);
}

function changes(window: Windowed): number {
  return pairs(window).filter(([before, after]) => before !== after).length;
}

/** The sum of rises; a fall is a counter that began again at zero. */
function increase(window: Windowed): number {
  const rises = pairs(window).map(([before, after]) => {
    const rise = Number(after) - Number(before);
    return rise >= 0 ? rise : Math.max(Number(after), 0);
  });
  return sum(rises);
}

function rate(window: Windowed): number | null {
  const used = withOneBefore(window);
  const spannedMs = (used.at(-1)?.time ?? 0) - (used.at(0)?.time ?? 0);
  return spannedMs === 0 ? null : (increase(window) * window.perMs) / spannedMs;
}
