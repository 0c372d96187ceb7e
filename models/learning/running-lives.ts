import { z } from 'zod';
import { type AgeSource, FeatureExpander, type FeatureExpanderState } from '../features/feature-expander.js';
import type { FeatureSpace } from '../features/feature-space.js';
import { emptyRecent } from '../features/row-history.js';
import type { TrainingProgress, TrainingRun } from '../scorer.js';
import { livesOf } from './lives.js';

/**
 * How far the life of a machine had got where the history of a training ended: its scorer goes on from there, as nobody
 * wants to hear that a machine is new because a model is. The last rows are left out, they are there again soon.
 */
export interface RunningLife {
  readonly instance: readonly string[];
  /** Of its last row. */
  readonly time: number;
  readonly rows: number;
  readonly start: number;
  readonly firstMeans: readonly number[];
  readonly firstCounts: readonly number[];
}

const numbers = z.array(z.number());

export const runningLives: z.ZodType<readonly RunningLife[]> = z.array(
  z.strictObject({
    instance: z.array(z.string()),
    time: z.number(),
    rows: z.number(),
    start: z.number(),
    firstMeans: numbers,
    firstCounts: numbers,
  }),
);

/** Replays the lives that have not ended. */
export function* learnRunning(
  runs: readonly TrainingRun[],
  until: number,
  space: FeatureSpace,
  ageSource: AgeSource,
): Generator<TrainingProgress, readonly RunningLife[], void> {
  const learnt: RunningLife[] = [];
  for (const [index, run] of runs.entries()) {
    yield { stage: 'calibrate', done: index, total: runs.length };
    const life = livesOf([run], until).at(-1);
    if (life?.end.kind !== 'running') continue;
    const expander = new FeatureExpander(space, ageSource);
    for (const [place, row] of life.rows.entries()) expander.add(life.times[place] ?? 0, row);
    const { history, rows, start } = expander.save();
    learnt.push({
      instance: run.instance,
      time: life.times.at(-1) ?? 0,
      rows,
      start,
      firstMeans: [...history.firstMeans],
      firstCounts: [...history.firstCounts],
    });
  }
  return learnt;
}

/** That of an instance; `null`: training has not met it, or its life had ended. */
export function runningLifeOf(
  lives: readonly RunningLife[],
  instance: readonly string[],
): RunningLife | null {
  const key = JSON.stringify(instance);
  return lives.find((life) => JSON.stringify(life.instance) === key) ?? null;
}

/** The state of an expander that has seen that life. */
export function expanderStateOf({ rows, start, firstMeans, firstCounts }: RunningLife): FeatureExpanderState {
  return {
    history: {
      recent: emptyRecent(firstMeans.length),
      firstMeans: Float64Array.from(firstMeans),
      firstCounts: Float64Array.from(firstCounts),
      rows,
    },
    levels: null,
    rows,
    start,
  };
}
