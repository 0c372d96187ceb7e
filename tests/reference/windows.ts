import type { Aggregate, ConstantComparison } from '../../rules/rule.js';
import type { Windowed } from './aggregates.js';
import { compare } from './comparisons.js';
import type { Reading } from './series.js';

/** What a window is taken from. */
export interface Readings {
  /** Those in force, in order of (own time, arrival). */
  readonly readings: readonly Reading[];
  /** Every one that came, in order of arrival. */
  readonly came: readonly Reading[];
}

/** The readings of an aggregate's window at `now`; `null` where `minCount` or `full` make it unknown. */
export function windowAt(aggregate: Aggregate, from: Readings, now: number): Windowed | null {
  if (aggregate.full && !isFull(aggregate, from, now)) return null;
  const { within, older } = split(aggregate, from.readings, now);
  const readings = within.filter((reading) => passes(reading, aggregate.where));
  const before = older.filter((reading) => passes(reading, aggregate.where)).at(-1) ?? null;
  if (aggregate.minCount !== null && readings.length < aggregate.minCount) return null;
  return { readings, before };
}

function split(
  { window }: Aggregate,
  readings: readonly Reading[],
  now: number,
): { within: readonly Reading[]; older: readonly Reading[] } {
  switch (window.kind) {
    case 'sliding': {
      const isWithin = (reading: Reading): boolean => reading.time > now - window.overMs;
      return { within: readings.filter(isWithin), older: readings.filter((reading) => !isWithin(reading)) };
    }
    case 'count': {
      const start = Math.max(readings.length - window.count, 0);
      return { within: readings.slice(start), older: readings.slice(0, start) };
    }
    default:
      throw new Error(`${window.kind} windows are not part of the reference yet`);
  }
}

function isFull({ window, where }: Aggregate, { came }: Readings, now: number): boolean {
  switch (window.kind) {
    case 'sliding': {
      const first = came.find((reading) => passes(reading, where));
      return first !== undefined && now >= first.time + window.overMs;
    }
    case 'count':
      return came.length >= window.count;
    default:
      throw new Error(`${window.kind} windows are not part of the reference yet`);
  }
}

function passes({ value }: Reading, where: readonly ConstantComparison[]): boolean {
  return where.every(
    (comparison) =>
      compare({ value, comparison, deadband: 0, wasTrue: false, operandOf: () => null }) === true,
  );
}
