import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedMessage } from '../../../../runtime/replay/recorded-message.js';
import type { Figure, ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { fieldInputs, type ModelSource, nameOf, rowMessage, scoresOf } from '../site-scores.js';
import { trainedSite } from '../site-training.js';
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

/** A row is a flight: all engines fly once an hour. */
const ROW_MS = 3_600_000;
const SETTINGS = 3;

/** The model file: engines tell how they are flown in three settings. */
export const CMAPSS_MODEL: ModelSource = {
  kind: 'remaining-life',
  unit: 'cycles',
  cap: CAP,
  inputs: fieldInputs('fleet/{engine}', CMAPSS_FEATURES),
  setPoints: Array.from({ length: SETTINGS }, (_, place) => nameOf(place)),
};

/** Engines that wear out (NASA C-MAPSS): the life left at the last row of each test unit. */
export const cmapssBenchmark: ModelBenchmark = {
  set: 'cmapss',
  title: 'C-MAPSS: remaining life of engines',
  async run(folder) {
    const subsets = ['FD001', 'FD002', 'FD003', 'FD004'].filter((subset) =>
      existsSync(join(folder, `train_${subset}.txt.gz`)),
    );
    const all: ModelFigures[] = [];
    for (const subset of subsets) all.push(await runSubset(folder, subset));
    return {
      figures: all.flatMap(({ figures }) => figures),
      readings: all.reduce((sum, { readings }) => sum + readings, 0),
      seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
      stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
    };
  },
};

async function runSubset(folder: string, subset: string): Promise<ModelFigures> {
  const learnt = readUnits(folder, `train_${subset}.txt.gz`);
  const trained = await trainedSite(CMAPSS_MODEL, {
    messages: messagesOf(learnt),
    failures: failuresOf(learnt),
  });
  const truth = readTruth(folder, `RUL_${subset}.txt`);
  const units = readUnits(folder, `test_${subset}.txt.gz`);
  const messages = messagesOf(units);
  const { rows, seconds, stateBytes } = scoresOf(trained.plan, messages);
  const last = new Map(
    rows.flatMap((row) => (row === null ? [] : [[row.labelValues[0] ?? '', row.outputs]])),
  );
  const lives = [...units.keys()].map((unit) => {
    const [life = null, low = null, high = null] = last.get(unit) ?? [];
    if (life === null) throw new Error(`${subset}: unit ${unit} has no prediction`);
    return { life: Number(life), low: Number(low), high: Number(high) };
  });
  const figures = figuresOf(subset, lives, truth);
  figures.push({ name: `${subset} training`, value: trained.seconds, unit: 's' });
  return { figures, readings: messages.length * CMAPSS_FEATURES.length, seconds, stateBytes };
}

/** All engines side by side, in order of time. */
export function messagesOf(units: ReadonlyMap<string, readonly (readonly number[])[]>): RecordedMessage[] {
  return [...units]
    .flatMap(([unit, rows]) =>
      rows.map((row, place) =>
        rowMessage({ topic: `fleet/${unit}`, time: place * ROW_MS }, CMAPSS_FEATURES, row),
      ),
    )
    .sort((a, b) => a.time - b.time);
}

/** Each engine fails after its last flight. */
export function failuresOf(units: ReadonlyMap<string, readonly (readonly number[])[]>) {
  return [...units].map(([engine, rows]) => ({ time: (rows.length - 1) * ROW_MS, labels: { engine } }));
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
function phmScore(errors: readonly number[]): number {
  return errors.reduce((sum, error) => sum + Math.exp(error < 0 ? -error / 13 : error / 10) - 1, 0);
}

function rmse(errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error * error)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
