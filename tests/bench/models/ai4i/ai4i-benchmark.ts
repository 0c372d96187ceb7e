import { join } from 'node:path';
import { failureKind } from '../../../../models/failure/failure-kind.js';
import { bestThreshold, failureMetrics } from '../../../../models/failure/failure-metrics.js';
import type { FeatureRow } from '../../../../models/scorer.js';
import type { Figure, ModelBenchmark } from '../model-benchmark.js';
import { readTable } from '../table-file.js';
import { bytesOf, cpuSeconds, runOf, timeAt, train } from '../training.js';

const FOLDS = 5;
const RAW = ['type', 'air', 'process', 'rpm', 'torque', 'wear'];
/** In a model file: `"let": { "power": { "expr": "torque * rpm" }, … }`. */
const DERIVED = ['power', 'strain', 'difference'];

/**
 * A milling machine (AI4I 2020), one row a product: does it fail? Every fifth row is held out in turn; a row is a life's end
 * if it failed, and the horizon is shorter than the time to the next.
 */
export const ai4iBenchmark: ModelBenchmark = {
  set: 'ai4i',
  title: 'AI4I 2020: failures of a milling machine',
  async run(folder) {
    const { columns, rows } = readTable(join(folder, 'ai4i2020_shared.csv'));
    const place = (name: string) => columns.findIndex((column) => column.startsWith(name));
    const [type, first, label] = [place('Type'), place('Air'), place('Machine failure')];
    const raw = rows.map(
      (row): FeatureRow => [row[type] ?? null, ...row.slice(first, first + 5).map(Number)],
    );
    const isFailure = rows.map((row) => row[label] === '1');
    const runs = [
      runFeatures('raw', RAW, raw, isFailure, 0.75),
      runFeatures('with derived signals', [...RAW, ...DERIVED], raw.map(withDerived), isFailure, 0.91),
    ];
    return {
      figures: runs.flatMap(({ figures }) => figures),
      readings: runs.reduce((sum, { readings }) => sum + readings, 0),
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
      stateBytes: Math.max(...runs.map(({ stateBytes }) => stateBytes)),
    };
  },
};

function withDerived(row: FeatureRow): FeatureRow {
  const [, air = 0, process = 0, rpm = 0, torque = 0, wear = 0] = row.map(Number);
  return [...row, torque * rpm, torque * wear, process - air];
}

function runFeatures(
  what: string,
  features: readonly string[],
  rows: readonly FeatureRow[],
  isFailure: readonly boolean[],
  bar: number,
) {
  const settings = failureKind.settings.parse({ horizon: '1s' });
  const probabilities = new Float64Array(rows.length);
  const places = [...rows.keys()];
  let training = 0;
  let seconds = 0;
  let stateBytes = 0;
  let chosen = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const learnt = places.filter((place) => place % FOLDS !== fold);
    const trained = train(failureKind, { settings, features, runs: [runOf(rows, isFailure, learnt)] });
    training += trained.seconds;
    chosen += (trained.metrics.find(({ name }) => name.startsWith('probability'))?.value ?? 0) / FOLDS;
    const scorer = failureKind.createScorer({
      settings,
      features,
      instance: [],
      artefact: trained.artefact,
      staleFrom: Number.POSITIVE_INFINITY,
      seed: 1,
    });
    const start = cpuSeconds();
    for (const place of places.filter((one) => one % FOLDS === fold)) {
      probabilities[place] = Number(scorer.score(timeAt(place), rows[place] ?? []).outputs[0] ?? 0);
    }
    seconds += cpuSeconds() - start;
    stateBytes = bytesOf(scorer.save());
  }
  const labels = Float64Array.from(isFailure, Number);
  const results = { probabilities, labels };
  const precision = failureMetrics(results).find(({ name }) => name === 'average precision')?.value ?? 0;
  const figures: Figure[] = [
    {
      name: `F1, ${what}, one threshold`,
      value: bestThreshold(results).f1,
      published: 'XGBoost 0.895',
      bar: { at: 'least', value: bar },
    },
    { name: `F1, ${what}, threshold of the training`, value: f1At(results, chosen) },
    { name: `average precision, ${what}`, value: precision },
    { name: `training, ${what}, ${FOLDS} times`, value: training, unit: 's' },
  ];
  return { figures, readings: rows.length * features.length, seconds, stateBytes };
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
