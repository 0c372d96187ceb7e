import type { Moment } from '../engine/moment.js';
import type { AcrossFunction } from '../rule.js';
import { CompensatedSum } from '../windows/compensated-sum.js';
import { SortedValues } from '../windows/sorted-values.js';
import type { Pool } from './pool.js';
import type { Series } from './series.js';
import { SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/** A function over the latest values of all series of a pooled input, each left out when older than `maxAge`. */
export class AcrossNode extends SignalNode {
  readonly #values: number[] = [];
  /** The series whose values count. */
  readonly #counted: Series[] = [];

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
    this.#counted.length = 0;
    for (const member of this.pool.members) {
      if (member.kind === UNKNOWN) continue;
      if (member.arrival + this.maxAgeMs <= member.clock(moment)) continue;
      this.#counted.push(member);
      this.#values.push(member.kind === TEXT ? Number.NaN : member.num);
    }
    this.refreshDeadline();
    this.setNumber(this.#compute());
  }

  override refreshDeadline(): void {
    this.deadline = Number.POSITIVE_INFINITY;
    for (const member of this.#counted) {
      const end = member.arrival + this.maxAgeMs;
      if (!member.isStill && end < this.deadline) this.deadline = end;
    }
  }

  override stoodStill(): void {
    this.refreshDeadline();
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
