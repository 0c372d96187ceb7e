import type { Moment } from '../engine/moment.js';
import type { AcrossFunction } from '../rule.js';
import { CompensatedSum } from '../windows/compensated-sum.js';
import type { Pool } from './pool.js';
import type { Series } from './series.js';
import { SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/**
 * Each reading of a pool has all of its series looked at, which takes half a millisecond for so many: more of them would
 * hold up everything else.
 */
export const ACROSS_SERIES_MAX = 5000;

/** A function over the latest values of all series of a pooled input, each left out when older than `maxAge`. */
export class AcrossNode extends SignalNode {
  readonly #values: number[] = [];
  readonly #sum = new CompensatedSum();
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

  /** O(number of series): the pools this is for are the machines of a line. */
  override settle(moment: Moment): void {
    this.#values.length = 0;
    this.#counted.length = 0;
    if (this.pool.members.length > ACROSS_SERIES_MAX) {
      this.pool.countAsTooWide();
      this.refreshDeadline();
      this.setUnknown();
      return;
    }
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
    // A string among the values makes a numeric function unknown: it is NaN, and so are the results below.
    switch (this.across) {
      case 'sum':
        return this.#sumOf(values);
      case 'avg':
        return this.#sumOf(values) / values.length;
      case 'min':
        return least(values);
      case 'max':
        return greatest(values);
      case 'range':
        return greatest(values) - least(values);
      case 'median':
        return medianOf(values);
      case 'stddev':
        return this.#deviationOf(values);
    }
  }

  #sumOf(values: readonly number[]): number {
    this.#sum.reset();
    for (let i = 0; i < values.length; i++) this.#sum.add(values[i] ?? Number.NaN);
    return this.#sum.value;
  }

  #deviationOf(values: readonly number[]): number {
    const mean = this.#sumOf(values) / values.length;
    this.#sum.reset();
    for (let i = 0; i < values.length; i++) this.#sum.add(((values[i] ?? Number.NaN) - mean) ** 2);
    return Math.sqrt(this.#sum.value / values.length);
  }
}

function least(values: readonly number[]): number {
  let found = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) found = Math.min(found, values[i] ?? Number.NaN);
  return found;
}

function greatest(values: readonly number[]): number {
  let found = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) found = Math.max(found, values[i] ?? Number.NaN);
  return found;
}

/** Puts them in order. */
function medianOf(values: number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  values.sort((a, b) => a - b);
  const low = values[(values.length - 1) >> 1] ?? Number.NaN;
  const high = values[values.length >> 1] ?? Number.NaN;
  return low === high ? low : low + 0.5 * (high - low);
}
