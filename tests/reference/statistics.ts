import {
  linearRegression,
  mad,
  variance as populationVariance,
  rootMeanSquare as rms,
} from 'simple-statistics';
import type { Reading } from './series.js';

/** Plainly from first to last: what is added here is exact in any order. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of the population. */
export function variance(values: readonly number[]): number {
  return populationVariance([...values]);
}

export function rootMeanSquare(values: readonly number[]): number {
  return rms([...values]);
}

/** The median of the distances from the median. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  return mad([...values]);
}

/** Linear interpolation between closest ranks: type 7 of Hyndman and Fan, "Sample Quantiles" (1996). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (rank - Math.floor(rank)) * (above - below);
}

/** How many standard deviations of the others the newest is away from their mean. */
export function zscore(values: readonly number[]): number | null {
  const others = values.slice(0, -1);
  const newest = values.at(-1);
  if (newest === undefined || others.length < 2 || new Set(others).size === 1) return null;
  return (newest - mean(others)) / Math.sqrt(variance(others));
}

export interface Line {
  readonly perMs: number;
  readonly valueAt: (time: number) => number;
}

/** Least squares of value over own time; `null` with fewer than two distinct times. */
export function lineThrough(readings: readonly Reading[]): Line | null {
  const origin = readings[0]?.time ?? 0;
  const points = readings.map(({ time, value }) => [time - origin, Number(value)]);
  if (new Set(points.map(([time]) => time)).size < 2) return null;
  const { m, b } = linearRegression(points);
  return { perMs: m, valueAt: (time) => b + m * (time - origin) };
}
