import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureRow } from '../../../../models/scorer.js';
import { type AnomalyRun, newAnomalyScorer, runAnomaly } from '../anomaly-run.js';
import type { ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { readTable } from '../table-file.js';

export const tepBenchmark: ModelBenchmark = {
  set: 'tep',
  title: 'TEP: a chemical plant, 52 signals',
  run,
};

/** The fault begins after as many rows of each test file. */
const CALM_ROWS = 160;
const ROW_MS = 180_000;
const FALSE_ALARMS_COMPARED = 0.01;

function run(folder: string): ModelFigures {
  const normal = readTable(join(folder, 'd00.csv.gz'));
  const learnt = newAnomalyScorer(normal.columns);
  const training = runAnomaly(learnt, timesOf(normal.rows.length), rowsOf(normal.rows));
  const state = learnt.save();
  const test = (name: string): AnomalyRun => {
    const scorer = newAnomalyScorer(normal.columns);
    scorer.load(structuredClone(state));
    const { rows } = readTable(join(folder, name));
    return runAnomaly(scorer, timesOf(rows.length, normal.rows.length), rowsOf(rows));
  };
  const calm = test('d00_te.csv.gz');
  const faults = readdirSync(folder)
    .filter((name) => /^d(?!00)\d\d_te\.csv\.gz$/.test(name))
    .map(test);
  const sorted = calm.scores.slice().sort();
  const limit = sorted[Math.floor((1 - FALSE_ALARMS_COMPARED) * sorted.length)] ?? 1;
  const atLimit = faults.map(({ scores }) => shareOf(Array.from(scores, (score) => score > limit)));
  const all = [training, calm, ...faults];
  return {
    figures: [
      {
        name: 'found, at 1 % false alarms',
        value: 100 * meanOf(atLimit),
        unit: '%',
        published: 'PCA 78, Mahalanobis 96, MEWMA 98',
        bar: { at: 'least', value: 92 },
      },
      {
        name: 'found, own decision',
        value: 100 * meanOf(faults.map((it) => shareOf(it.isAnomalous))),
        unit: '%',
      },
      {
        name: 'false alarms, own decision',
        value: 100 * (calm.isAnomalous.filter(Boolean).length / calm.isAnomalous.length),
        unit: '%',
      },
      { name: 'worst fault, at 1 % false alarms', value: 100 * Math.min(...atLimit), unit: '%' },
      {
        name: 'delay, median of the faults, own decision',
        value: medianOf(faults.map(delayOf)),
        unit: 'rows',
        published: 'MEWMA 6',
      },
    ],
    readings: all.reduce((sum, { scores }) => sum + scores.length, 0) * normal.columns.length,
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
  };
}

/** Of the rows with the fault. */
function shareOf(decisions: readonly boolean[]): number {
  const faulty = decisions.slice(CALM_ROWS);
  return faulty.filter(Boolean).length / faulty.length;
}

/** Rows from the beginning of the fault to the first of three anomalous ones on end. */
function delayOf({ isAnomalous }: AnomalyRun): number {
  for (let row = CALM_ROWS; row < isAnomalous.length; row++) {
    if (isAnomalous.slice(row, row + 3).filter(Boolean).length === 3) return row - CALM_ROWS;
  }
  return Number.POSITIVE_INFINITY;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function timesOf(rows: number, first = 0): number[] {
  return Array.from({ length: rows }, (_, row) => (first + row) * ROW_MS);
}

function rowsOf(rows: readonly (readonly string[])[]): FeatureRow[] {
  return rows.map((cells) => cells.map(Number));
}
