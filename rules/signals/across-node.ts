import type { Moment } from '../engine/moment.js';
import type { AcrossFunction } from '../rule.js';
import { CompensatedSum } from '../windows/compensated-sum.js';
import { KeptMedian } from './kept-median.js';
import type { Pool } from './pool.js';
import type { Series } from './series.js';
import { SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/**
 * Each reading of a pool has all of its series looked at, which takes some tenths of a millisecond for so many where they
 * grow old: more of them would hold up everything else.
 */
export const ACROSS_SERIES_MAX = 5000;

/**
 * A function over the latest values of all series of a pooled input, each left out when older than `maxAge`. All are
 * looked at for each reading: of 100 series that is about 1 µs, less than the message costs otherwise.
 */
export class AcrossNode extends SignalNode {
  /** Of those that count, in the order of the series; behind them what is left of earlier ones. */
  #values = new Float64Array(8);
  /** The series they are of, where they can grow old. */
  readonly #counted: Series[] = [];
  #count = 0;
  readonly #sum = new CompensatedSum();
  readonly #median: KeptMedian | null;

  constructor(
    private readonly pool: Pool,
    private readonly across: AcrossFunction,
    private readonly maxAgeMs: number,
  ) {
    super();
    this.#median = across === 'median' ? new KeptMedian() : null;
  }

  override givesReading(moment: Moment): boolean {
    return this.pool.givesReading(moment);
  }

  /** O(number of series): the pools this is for are the machines of a line. */
  override settle(moment: Moment): void {
    this.#count = 0;
    if (this.pool.members.length > ACROSS_SERIES_MAX) {
      this.pool.countAsTooWide();
      this.refreshDeadline();
      this.setUnknown();
      return;
    }
    this.#collect(moment);
    this.refreshDeadline();
    this.setNumber(this.#compute());
  }

  #collect(moment: Moment): void {
    const { members } = this.pool;
    if (this.#values.length < members.length) this.#values = new Float64Array(2 * members.length);
    const growOld = this.maxAgeMs !== Number.POSITIVE_INFINITY;
    for (let i = 0; i < members.length; i++) {
      const member = members[i];
      if (member === undefined) continue;
      const counts = this.#counts(member, moment);
      const value = counts && member.kind !== TEXT ? member.num : Number.NaN;
      this.#median?.show(i, value);
      if (!counts) continue;
      if (growOld) this.#counted[this.#count] = member;
      this.#values[this.#count++] = value;
    }
  }

  #counts(member: Series, moment: Moment): boolean {
    if (member.kind === UNKNOWN) return false;
    return (
      this.maxAgeMs === Number.POSITIVE_INFINITY || member.arrival + this.maxAgeMs > member.clock(moment)
    );
  }

  override refreshDeadline(): void {
    this.deadline = Number.POSITIVE_INFINITY;
    if (this.maxAgeMs === Number.POSITIVE_INFINITY) return;
    for (let i = 0; i < this.#count; i++) {
      const member = this.#counted[i];
      if (member === undefined || member.isStill) continue;
      this.deadline = Math.min(this.deadline, member.arrival + this.maxAgeMs);
    }
  }

  override stoodStill(): void {
    this.refreshDeadline();
  }

  #compute(): number {
    const [values, count] = [this.#values, this.#count];
    if (this.across === 'count') return count;
    if (count === 0) return this.across === 'sum' ? 0 : Number.NaN;
    // A string among the values makes a numeric function unknown: it is NaN, and so are the results below.
    switch (this.across) {
      case 'sum':
        return this.#sumOf(values, count);
      case 'avg':
        return this.#sumOf(values, count) / count;
      case 'min':
        return least(values, count);
      case 'max':
        return greatest(values, count);
      case 'range':
        return greatest(values, count) - least(values, count);
      case 'median':
        return this.#median === null || hasText(values, count) ? Number.NaN : this.#median.value;
      case 'stddev':
        return this.#deviationOf(values, count);
    }
  }

  #sumOf(values: Float64Array, count: number): number {
    this.#sum.reset();
    for (let i = 0; i < count; i++) this.#sum.add(values[i] ?? Number.NaN);
    return this.#sum.value;
  }

  #deviationOf(values: Float64Array, count: number): number {
    const mean = this.#sumOf(values, count) / count;
    this.#sum.reset();
    for (let i = 0; i < count; i++) this.#sum.add(((values[i] ?? Number.NaN) - mean) ** 2);
    return Math.sqrt(this.#sum.value / count);
  }
}

function least(values: Float64Array, count: number): number {
  let found = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) found = Math.min(found, values[i] ?? Number.NaN);
  return found;
}

function greatest(values: Float64Array, count: number): number {
  let found = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) found = Math.max(found, values[i] ?? Number.NaN);
  return found;
}

function hasText(values: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (Number.isNaN(values[i])) return true;
  return false;
}
