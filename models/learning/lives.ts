import type { FeatureRow, TrainingRun } from '../scorer.js';

/** One life of one machine: the rows from new (or maintained) to the end. */
export interface Life {
  /** The instance, as one text. */
  readonly instance: string;
  /** Whole milliseconds, ascending; at least one. */
  readonly times: Float64Array;
  readonly rows: readonly FeatureRow[];
  readonly end: LifeEnd;
}

/** `running`: nothing more is known; `time` is where the history ends. */
export interface LifeEnd {
  readonly kind: 'failure' | 'maintenance' | 'running';
  readonly time: number;
}

/**
 * Parts runs into lives. A row at the time of a mark is of the life that ends with it: what was measured then is what it
 * ended of. Lives without rows are left out.
 *
 * @param until where the history ends
 */
export function livesOf(runs: readonly TrainingRun[], until: number): Life[] {
  return runs.flatMap((run) => livesOfRun(run, until));
}

/** Those that end with a failure. */
export function failedLives(lives: readonly Life[]): Life[] {
  return lives.filter(({ end }) => end.kind === 'failure');
}

function livesOfRun(run: TrainingRun, until: number): Life[] {
  const instance = JSON.stringify(run.instance);
  const ends: LifeEnd[] = run.marks.map(({ time, event }) => ({ kind: event, time }));
  const lives: Life[] = [];
  let start = 0;
  for (const end of [...ends, { kind: 'running' as const, time: until }]) {
    let next = start;
    const isOwn = (index: number) => end.kind === 'running' || (run.times[index] ?? 0) <= end.time;
    while (next < run.rows.length && isOwn(next)) next++;
    if (next > start) {
      const times = run.times.subarray(start, next);
      lives.push({ instance, times, rows: run.rows.slice(start, next), end });
    }
    start = next;
  }
  return lives;
}
