/** What one run of a benchmark gives. */
export interface Sample {
  /** How many of what the benchmark counts: readings, evaluations, instances, loads. */
  readonly operations: number;
  readonly wallNs: number;
  /** Time of all threads, garbage collection and compiling included: what the machine's other work does not distort. */
  readonly cpuNs: number;
  /** Memory that stays, or what was written, for benchmarks of that; else 0. */
  readonly bytes: number;
  /** What the work came to (alert events, mostly): the same in every run, and used, so that no work is left out. */
  readonly result: number;
}

/** One thing to measure. The harness runs it in a process of its own, so that no other has shaped its machine code. */
export interface Benchmark {
  readonly id: string;
  /** @param scale share of the usual work: 1 to measure, next to nothing to see that it runs */
  run(scale: number): Sample | Promise<Sample>;
}

/** Names the folder in which benchmarks of one run find what others of it have made. */
export const BENCH_FOLDER = 'TOCSIN_BENCH_FOLDER';

/** How a sample is expressed; less is better, but for `per second`. */
export type Unit = 'per second' | 'ns' | 'ms' | 'seconds' | 'count' | 'bytes' | 'megabytes';

/**
 * By which time a row is judged. CPU time is what other work on the machine distorts least; but how long somebody waits,
 * and what several processes do together, only a clock tells.
 */
export type Basis = 'cpu' | 'wall';

export interface Target {
  readonly bound: 'at least' | 'at most';
  /** In the row's unit, or a ratio to the reference. */
  readonly value: number;
  readonly of: 'measured' | 'ratio';
}

/** A line of a table: something measured, and beside it what it is compared with. */
export interface Row {
  readonly what: string;
  readonly benchmark: Benchmark;
  readonly unit: Unit;
  /** `cpu` if left out. */
  readonly basis?: Basis;
  readonly reference: Reference | null;
  readonly target: Target | null;
}

/** Measured in the same rounds as the row itself, or a number that others published (in the row's unit). */
export type Reference = { readonly name: string; readonly compare: 'ratio' | 'difference' } & (
  | { readonly benchmark: Benchmark }
  | { readonly published: number }
);

export interface Group {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}
