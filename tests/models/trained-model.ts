import { expect } from 'vitest';
import type { ScorerSetup, TrainedKind, TrainingOutcome, TrainingRequest } from '../../models/model-kind.js';
import type { FeatureRow, TrainingProgress, TrainingRun } from '../../models/scorer.js';
import { livelyLife } from './scorer-contract.js';

/** Runs a training to its end, with a look at its progress: stages report up to their total. */
export function trainFully<Settings, Artefact>(
  kind: TrainedKind<Settings, Artefact>,
  request: TrainingRequest<Settings, Artefact>,
): TrainingOutcome<Artefact> {
  const training = kind.train(request);
  let last: TrainingProgress | null = null;
  for (let step = training.next(); ; step = training.next()) {
    if (step.done === true) return step.value;
    const { done, total } = step.value;
    if (done > total || done < 0) throw new Error(`${done} of ${total} done, after ${JSON.stringify(last)}`);
    last = step.value;
  }
}

/** The artefact of a training that has to succeed, as it comes back from its file. */
export function artefactOf<Settings, Artefact>(
  kind: TrainedKind<Settings, Artefact>,
  request: TrainingRequest<Settings, Artefact>,
): Artefact {
  const outcome = trainFully(kind, request);
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  const artefact = kind.readArtefact(JSON.parse(JSON.stringify(outcome.artefact)));
  if (artefact === null) throw new Error('the artefact cannot be read back');
  expect(artefact).toEqual(outcome.artefact);
  return artefact;
}

export interface TimedRow {
  readonly time: number;
  readonly row: FeatureRow;
}

/**
 * What every scorer of a trained model keeps to, on these rows, all in range: a prefix scores the same, loaded it goes on
 * the same, nothing is NaN, and without an artefact or with an old one it says so and gives no score.
 */
export function checkTrainedScorer<Settings, Artefact>(
  kind: TrainedKind<Settings, Artefact>,
  setup: ScorerSetup<Settings, Artefact>,
  rows: readonly TimedRow[],
): void {
  const scoresOf = (scorer: ReturnType<typeof kind.createScorer>, some: readonly TimedRow[]) =>
    some.map(({ time, row }) => structuredClone(scorer.score(time, row)));
  const all = scoresOf(kind.createScorer(setup), rows);
  const half = Math.floor(rows.length / 2);
  expect(all.every(({ quality, outputs }) => quality === 'ok' && outputs[0] !== null)).toBe(true);
  expect(all.flatMap(({ outputs }) => outputs).filter(Number.isNaN)).toEqual([]);

  const first = kind.createScorer(setup);
  expect(scoresOf(first, rows.slice(0, half))).toEqual(all.slice(0, half));
  const second = kind.createScorer(setup);
  scoresOf(second, rows.slice(3, 9));
  second.load(structuredClone(first.save()));
  expect(scoresOf(second, rows.slice(half))).toEqual(all.slice(half));

  second.mark(rows.at(-1)?.time ?? 0, 'maintenance');
  expect(scoresOf(second, rows)).toEqual(all);

  const none = kind.outputs(setup.settings, null).map(() => null);
  const untrained = scoresOf(kind.createScorer({ ...setup, artefact: null }), rows.slice(0, 3));
  expect(untrained).toEqual(untrained.map(() => ({ quality: 'untrained', outputs: none })));
  const staleFrom = rows[half]?.time ?? 0;
  const stale = scoresOf(kind.createScorer({ ...setup, staleFrom }), rows);
  expect(stale.slice(0, half)).toEqual(all.slice(0, half));
  expect(stale.slice(half)).toEqual(all.slice(half).map(() => ({ quality: 'stale', outputs: none })));

  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300, 'text', null, true]) {
    const scorer = kind.createScorer(setup);
    scoresOf(scorer, rows.slice(0, half));
    const row = (rows[half]?.row ?? []).map(() => odd);
    expect(structuredClone(scorer.score(rows[half]?.time ?? 0, row))).toEqual({
      quality: 'range',
      outputs: none,
    });
    const after = scoresOf(scorer, rows.slice(half + 1));
    expect(after.every(({ quality, outputs }) => quality === 'ok' && !outputs.some(Number.isNaN))).toBe(true);
  }
}

/**
 * A signal that moves for good, within what single values may be, is drift: said from the thirtieth row on, without a score,
 * until it is back, or another life begins.
 *
 * @param rows of a machine as the training knew them, 40 or more
 */
export function checkDrift<Settings, Artefact>(
  kind: TrainedKind<Settings, Artefact>,
  setup: ScorerSetup<Settings, Artefact>,
  rows: readonly TimedRow[],
  { feature, by }: { readonly feature: number; readonly by: number },
): void {
  const moved = rows.map(({ time, row }) => ({
    time,
    row: row.map((value, place) => (place === feature ? Number(value) + by : value)),
  }));
  const scorer = kind.createScorer(setup);
  const scored = (some: readonly TimedRow[]) =>
    some.map(({ time, row }) => structuredClone(scorer.score(time, row)));
  const qualities = (some: readonly TimedRow[]) => scored(some).map(({ quality }) => quality);
  const first = scored(moved.slice(0, 40));
  expect(first.map(({ quality }) => quality)).toEqual([
    ...Array.from({ length: 29 }, () => 'ok'),
    ...Array.from({ length: 11 }, () => 'drifted'),
  ]);
  expect(first.slice(29).every(({ outputs }) => outputs.every((output) => output === null))).toBe(true);
  const other = kind.createScorer(setup);
  other.load(structuredClone(scorer.save()));
  expect(other.score(moved[40]?.time ?? 0, moved[40]?.row ?? []).quality).toBe('drifted');
  const long = Array.from({ length: 8 }, () => rows.slice(0, 40)).flat();
  expect(qualities(long).at(-1)).toBe('ok');
  expect(qualities([...moved, ...moved]).at(-1)).toBe('drifted');
  scorer.mark(0, 'maintenance');
  expect(qualities(moved.slice(0, 29)).at(-1)).toBe('ok');
}

/** Machines whose lives are as those of the scorers' contract, shorter or longer: all signals rise until they fail. */
export function livelyRuns(features: number, rows: number): TrainingRun[] {
  return Array.from({ length: 8 }, (_, machine) => {
    const life = livelyLife(features, Math.round(rows * (0.6 + 0.1 * machine)), machine + 10);
    const times = Float64Array.from(life, ({ time }) => time);
    const end = times.at(-1) ?? 0;
    return {
      instance: [`m${machine}`],
      times,
      rows: life.map(({ row }, index) => row.map((value) => worn(value, index / life.length))),
      marks: [{ time: end, event: 'failure' }],
    };
  });
}

function worn(value: FeatureRow[number], share: number): FeatureRow[number] {
  return typeof value === 'number' ? value + 4 * share ** 2 : value;
}
