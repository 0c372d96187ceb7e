import { join } from 'node:path';
import { bestThreshold, failureMetrics } from '../../../../models/failure/failure-metrics.js';
import type { JsonValue } from '../../../../rules/reading.js';
import type { Figure, ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { fieldInputs, type ModelSource, rowMessage, scoresOf } from '../site-scores.js';
import { trainedSite } from '../site-training.js';
import { readTable } from '../table-file.js';

const FOLDS = 5;
const COLUMNS = ['type', 'air', 'process', 'rpm', 'torque', 'wear'];
const ROW_MS = 60_000;

/** Inputs are called by their place: c2 is the air, c3 the process, c4 the speed, c5 the torque, c6 the wear. */
export const RAW_MODEL: ModelSource = {
  kind: 'failure',
  horizon: '1s',
  inputs: fieldInputs('mill', COLUMNS),
};
const DERIVED: ModelSource = {
  ...RAW_MODEL,
  let: { power: 'c5 * c4', strain: 'c5 * c6', difference: 'c3 - c2' },
};

interface Product {
  readonly cells: readonly JsonValue[];
  readonly isFailure: boolean;
}

/**
 * A milling machine (AI4I 2020), one row a product: does it fail? Every fifth row is held out in turn; a row is a life's end
 * if it failed, and the horizon is shorter than the time to the next.
 */
export const ai4iBenchmark: ModelBenchmark = {
  set: 'ai4i',
  title: 'AI4I 2020: failures of a milling machine',
  async run(folder) {
    const products = ai4iProducts(folder);
    const runs = [
      await runModel('raw', RAW_MODEL, products, 0.75),
      await runModel('with derived signals', DERIVED, products, 0.91),
    ];
    return {
      figures: runs.flatMap(({ figures }) => figures),
      readings: runs.reduce((sum, { readings }) => sum + readings, 0),
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
      stateBytes: Math.max(...runs.map(({ stateBytes }) => stateBytes)),
    };
  },
};

export function ai4iProducts(folder: string): Product[] {
  const { columns, rows } = readTable(join(folder, 'ai4i2020_shared.csv'));
  const place = (name: string) => columns.findIndex((column) => column.startsWith(name));
  const [type, first, label] = [place('Type'), place('Air'), place('Machine failure')];
  return rows.map((row) => ({
    cells: [row[type] ?? null, ...row.slice(first, first + COLUMNS.length - 1).map(Number)],
    isFailure: row[label] === '1',
  }));
}

/** What a model says of rows that it has not learnt from; each fold learns anew. */
export async function probabilitiesHeldOut(model: ModelSource, products: readonly Product[]) {
  const probabilities = new Float64Array(products.length);
  const cost = { training: 0, seconds: 0, stateBytes: 0, chosen: 0 };
  const messageOf = (place: number) =>
    rowMessage({ topic: 'mill', time: place * ROW_MS }, COLUMNS, products[place]?.cells ?? []);
  for (let fold = 0; fold < FOLDS; fold++) {
    const isHeldOut = (place: number) => place % FOLDS === fold;
    const learnt = [...products.keys()].filter((place) => !isHeldOut(place));
    const failed = learnt.filter((place) => products[place]?.isFailure);
    const trained = await trainedSite(model, {
      messages: learnt.map(messageOf),
      failures: failed.map((place) => ({ time: place * ROW_MS, labels: {} })),
    });
    const held = [...products.keys()].filter(isHeldOut);
    const { rows, seconds, stateBytes } = scoresOf(trained.plan, held.map(messageOf));
    held.forEach((place, index) => {
      probabilities[place] = Number(rows[index]?.outputs[0] ?? 0);
    });
    cost.training += trained.seconds;
    cost.seconds += seconds;
    cost.stateBytes = stateBytes;
    cost.chosen += (trained.metrics.find(({ name }) => name.startsWith('probability'))?.value ?? 0) / FOLDS;
  }
  return {
    probabilities,
    labels: Float64Array.from(products, ({ isFailure }) => Number(isFailure)),
    ...cost,
  };
}

async function runModel(
  what: string,
  model: ModelSource,
  products: readonly Product[],
  bar: number,
): Promise<ModelFigures> {
  const { training, seconds, stateBytes, chosen, ...results } = await probabilitiesHeldOut(model, products);
  const precision = failureMetrics(results).find(({ name }) => name === 'average precision')?.value ?? 0;
  const figures: Figure[] = [
    {
      name: `F1, ${what}, one threshold`,
      value: bestThreshold(results).f1,
      published: 'XGBoost 0.895, exact limits 0.903',
      bar: { at: 'least', value: bar },
    },
    { name: `F1, ${what}, threshold of the training`, value: f1At(results, chosen) },
    { name: `average precision, ${what}`, value: precision },
    { name: `training, ${what}, ${FOLDS} times`, value: training, unit: 's' },
  ];
  return { figures, readings: products.length * COLUMNS.length, seconds, stateBytes };
}

function f1At(
  { probabilities, labels }: { readonly probabilities: Float64Array; readonly labels: Float64Array },
  threshold: number,
): number {
  let [found, warned, failures] = [0, 0, 0];
  probabilities.forEach((probability, row) => {
    const isFailure = labels[row] === 1;
    const isWarned = probability >= threshold;
    if (isFailure) failures++;
    if (isWarned) warned++;
    if (isFailure && isWarned) found++;
  });
  return (2 * found) / (warned + failures);
}
