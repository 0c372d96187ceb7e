import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { remainingLifeKind } from '../../../../models/remaining-life/remaining-life-kind.js';
import type { TrainingRun } from '../../../../models/scorer.js';
import type { Figure, ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { bytesOf, cpuSeconds, timeAt, train } from '../training.js';
import { CMAPSS_FEATURES, readTruth, readUnits } from './cmapss-files.js';

/** Lives are learnt up to this, as in all that is published. */
const CAP = 125;
const BARS = new Map([
  ['FD001', 11],
  ['FD003', 10],
]);
const PUBLISHED = new Map([
  ['FD001', 'STAR 10.61'],
  ['FD003', 'STAR 10.71'],
]);

/**
 * Engines that wear out (NASA C-MAPSS): the life left at the last row of each test unit. The model file would say
 * `"kind": "remaining-life", "unit": "cycles", "setPoints": ["setting1", "setting2", "setting3"], "cap": 125`.
 */
export const cmapssBenchmark: ModelBenchmark = {
  set: 'cmapss',
  title: 'C-MAPSS: remaining life of engines',
  async run(folder) {
    const subsets = ['FD001', 'FD002', 'FD003', 'FD004'].filter((subset) =>
      existsSync(join(folder, `train_${subset}.txt.gz`)),
    );
    const all = subsets.map((subset) => runSubset(folder, subset));
    return {
      figures: all.flatMap(({ figures }) => figures),
      readings: all.reduce((sum, { readings }) => sum + readings, 0),
      seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
      stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
    };
  },
};

function runSubset(folder: string, subset: string): ModelFigures {
  const settings = remainingLifeKind.settings.parse({
    unit: 'cycles',
    setPoints: CMAPSS_FEATURES.slice(0, 3),
    cap: CAP,
  });
  const runs = [...readUnits(folder, `train_${subset}.txt.gz`)].map(runOfUnit);
  const trained = train(remainingLifeKind, { settings, features: CMAPSS_FEATURES, runs });
  const truth = readTruth(folder, `RUL_${subset}.txt`);
  const start = cpuSeconds();
  let readings = 0;
  let stateBytes = 0;
  const lives = [...readUnits(folder, `test_${subset}.txt.gz`).values()].map((rows) => {
    const scorer = remainingLifeKind.createScorer({
      settings,
      features: CMAPSS_FEATURES,
      instance: [],
      artefact: trained.artefact,
      staleFrom: Number.POSITIVE_INFINITY,
      seed: 1,
    });
    const [life = null, low = null, high = null] =
      rows.map((row, place) => [...scorer.score(timeAt(place), row).outputs]).at(-1) ?? [];
    readings += rows.length * CMAPSS_FEATURES.length;
    stateBytes = Math.max(stateBytes, bytesOf(scorer.save()));
    if (life === null) throw new Error(`${subset}: a unit has no prediction`);
    return { life: Number(life), low: Number(low), high: Number(high) };
  });
  const seconds = cpuSeconds() - start;
  const figures = figuresOf(subset, lives, truth);
  figures.push({ name: `${subset} training`, value: trained.seconds, unit: 's' });
  return { figures, readings, seconds, stateBytes };
}

function runOfUnit([unit, rows]: [string, number[][]]): TrainingRun {
  const end = timeAt(rows.length - 1);
  const times = Float64Array.from(rows, (_, place) => timeAt(place));
  return { instance: [unit], times, rows, marks: [{ time: end, event: 'failure' }] };
}

interface Prediction {
  readonly life: number;
  readonly low: number;
  readonly high: number;
}

function figuresOf(subset: string, predictions: readonly Prediction[], truth: readonly number[]): Figure[] {
  const errors = predictions.map(({ life }, unit) => life - (truth[unit] ?? 0));
  const capped = predictions.map(({ life }, unit) => life - Math.min(CAP, truth[unit] ?? 0));
  const within = predictions.filter(({ low, high }, unit) => {
    const life = Math.min(CAP, truth[unit] ?? 0);
    return low <= life && life <= high;
  });
  const bar = BARS.get(subset);
  const published = PUBLISHED.get(subset);
  return [
    {
      name: `${subset} RMSE, capped`,
      value: rmse(capped),
      ...(published === undefined ? {} : { published }),
      ...(bar === undefined ? {} : { bar: { at: 'most' as const, value: bar } }),
    },
    { name: `${subset} PHM score, capped`, value: phmScore(capped) },
    { name: `${subset} RMSE, raw`, value: rmse(errors) },
    { name: `${subset} PHM score, raw`, value: phmScore(errors) },
    { name: `${subset} mean absolute error, raw`, value: mean(errors.map(Math.abs)) },
    {
      name: `${subset} true life within low and high (90 is right)`,
      value: (100 * within.length) / truth.length,
      unit: '%',
    },
  ];
}

/** Late is worse than early (Saxena et al., PHM 2008). */
export function phmScore(errors: readonly number[]): number {
  return errors.reduce((sum, error) => sum + Math.exp(error < 0 ? -error / 13 : error / 10) - 1, 0);
}

function rmse(errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error * error)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
