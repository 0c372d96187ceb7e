import type { Metric, TrainedKind, TrainingRequest } from '../../../models/model-kind.js';
import type { FeatureRow, TrainingRun } from '../../../models/scorer.js';

/** A trained model of a benchmark, and what its training took. */
export interface Trained<Artefact> {
  readonly artefact: Artefact;
  readonly metrics: readonly Metric[];
  readonly seconds: number;
  readonly artefactBytes: number;
}

/** Trains with the kind's defaults. Throws if the training is refused: then the benchmark means nothing. */
export function train<Settings, Artefact>(
  kind: TrainedKind<Settings, Artefact>,
  request: Omit<TrainingRequest<Settings, Artefact>, 'seed' | 'previous' | 'until'>,
): Trained<Artefact> {
  const start = cpuSeconds();
  const training = kind.train({ ...request, until: Number.MAX_SAFE_INTEGER, seed: 1, previous: null });
  let step = training.next();
  while (step.done !== true) step = training.next();
  const outcome = step.value;
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return {
    artefact: outcome.artefact,
    metrics: outcome.metrics,
    seconds: cpuSeconds() - start,
    artefactBytes: JSON.stringify(outcome.artefact).length,
  };
}

/** Rows at these places, one a minute as they stand in the file; each that is marked ended a life. */
export function runOf(
  rows: readonly FeatureRow[],
  isFailure: readonly boolean[],
  places: readonly number[],
  instance: readonly string[] = [],
): TrainingRun {
  return {
    instance,
    rows: places.map((place) => rows[place] ?? []),
    times: Float64Array.from(places, timeAt),
    marks: places
      .filter((place) => isFailure[place])
      .map((place) => ({ time: timeAt(place), event: 'failure' })),
  };
}

export function timeAt(place: number): number {
  return place * 60_000;
}

/** What this process has used so far, of all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The bytes of numbers in a saved state. */
export function bytesOf(state: unknown): number {
  if (state instanceof Float64Array) return state.byteLength;
  if (Array.isArray(state)) return state.reduce<number>((sum, value) => sum + bytesOf(value), 0);
  if (typeof state === 'object' && state !== null) return bytesOf(Object.values(state));
  return 8;
}
