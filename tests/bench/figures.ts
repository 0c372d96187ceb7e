import type { Basis, Row, Sample, Target, Unit } from './benchmark.js';

/** The middle of several runs, and how far they were apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What the rounds of a row came to. */
export interface Result {
  readonly group: string;
  readonly what: string;
  readonly unit: Unit;
  readonly basis: Basis;
  /** By CPU or wall time as `basis` says; for memory, bytes. */
  readonly measured: Spread;
  /** By wall time what was measured by CPU time; `null` for anything else. */
  readonly wall: Spread | null;
  readonly reference: {
    readonly name: string;
    readonly measured: Spread;
    readonly compare: 'ratio' | 'difference';
    /** Ratio or difference, round by round: what changes from round to round hits both. */
    readonly compared: Spread;
  } | null;
  readonly target: (Target & { readonly isMet: boolean }) | null;
}

/** @param samples of each benchmark, by its id, in the order of the rounds */
export function resultOf(group: string, row: Row, samples: ReadonlyMap<string, readonly Sample[]>): Result {
  const { what, unit, basis = 'cpu', target } = row;
  const own = samples.get(row.benchmark.id) ?? [];
  const measured = own.map((sample) => figure(unit, sample, nsOf(sample, basis)));
  const reference = referenceOf(row, measured, samples);
  const judged = target?.of === 'ratio' ? reference?.compared : spread(measured);
  return {
    group,
    what,
    unit,
    basis,
    measured: spread(measured),
    wall:
      isTimeless(unit) || basis === 'wall'
        ? null
        : spread(own.map((sample) => figure(unit, sample, sample.wallNs))),
    reference,
    target:
      target === null ? null : { ...target, isMet: judged !== undefined && meets(judged.median, target) },
  };
}

function referenceOf(
  { unit, basis = 'cpu', reference }: Row,
  measured: readonly number[],
  samples: ReadonlyMap<string, readonly Sample[]>,
): Result['reference'] {
  if (reference === null) return null;
  const { name, compare } = reference;
  const others =
    'published' in reference
      ? measured.map(() => reference.published)
      : (samples.get(reference.benchmark.id) ?? []).map((sample) =>
          figure(unit, sample, nsOf(sample, basis)),
        );
  const compared = measured.map((value, round) => {
    const other = others[round] ?? Number.NaN;
    return compare === 'ratio' ? value / other : value - other;
  });
  return { name, compare, measured: spread(others), compared: spread(compared) };
}

function nsOf({ cpuNs, wallNs }: Sample, basis: Basis): number {
  return basis === 'cpu' ? cpuNs : wallNs;
}

function figure(unit: Unit, { operations, bytes }: Sample, ns: number): number {
  switch (unit) {
    case 'per second':
      return operations / (ns / 1e9);
    case 'ns':
      return ns / operations;
    case 'ms':
      return ns / 1e6 / operations;
    case 'seconds':
      return ns / 1e9 / operations;
    case 'count':
      return operations;
    case 'bytes':
      return bytes / operations;
    case 'megabytes':
      return bytes / 1e6 / operations;
  }
}

function isTimeless(unit: Unit): boolean {
  return unit === 'bytes' || unit === 'megabytes' || unit === 'count';
}

function meets(value: number, { bound, value: limit }: Target): boolean {
  return bound === 'at least' ? value >= limit : value <= limit;
}

export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return {
    median: (low + high) / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}
