import type { Moment } from '../engine/moment.js';
import type { AcrossFunction } from '../rule.js';
import { CompensatedSum } from '../windows/compensated-sum.js';
import { SortedValues } from '../windows/sorted-values.js';
import type { Pool } from './pool.js';
import { SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/** A function over the latest values of all series of a pooled input, each left out when older than `maxAge`. */
export class AcrossNode extends SignalNode {
  #values: number[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly across: AcrossFunction,
    private readonly maxAgeMs: number,
  ) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.pool.givesReading(moment);
  }

  /** O(number of series): the pools this is for are the machines of a line, not thousands. */
  override settle(moment: Moment): void {
    this.#values.length = 0;
    this.deadline = Number.POSITIVE_INFINITY;
    for (const member of this.pool.members) {
      if (member.kind === UNKNOWN) continue;
      const end = member.arrival + this.maxAgeMs;
      if (end <= moment.now) continue;
      if (end < this.deadline) this.deadline = end;
      this.#values.push(member.kind === TEXT ? Number.NaN : member.num);
    }
    this.setNumber(this.#compute());
  }

  override shift(deltaMs: number): void {
    this.deadline += deltaMs;
  }

  #compute(): number {
    const values = this.#values;
    if (this.across === 'count') return values.length;
    if (values.length === 0) return this.across === 'sum' ? 0 : Number.NaN;
    // A string among the values makes a numeric function unknown.
    if (values.some(Number.isNaN)) return Number.NaN;
    switch (this.across) {
      case 'sum':
        return sumOf(values);
      case 'avg':
        return sumOf(values) / values.length;
      case 'min':
        return Math.min(...values);
      case 'max':
        return Math.max(...values);
      case 'range':
        return Math.max(...values) - Math.min(...values);
      case 'median':
        return medianOf(values);
      case 'stddev':
        return deviationOf(values);
    }
  }
}

function sumOf(values: readonly number[]): number {
  const sum = new CompensatedSum();
  for (const value of values) sum.add(value);
  return sum.value;
}

function medianOf(values: readonly number[]): number {
  const sorted = new SortedValues();
  for (const value of values) sorted.add(value);
  return sorted.quantile(0.5);
}

function deviationOf(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)) / values.length);
}
