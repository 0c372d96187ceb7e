import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedMessage } from '../../../../runtime/replay/recorded-message.js';
import { type AnomalyRun, runAnomaly } from '../anomaly-run.js';
import type { ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { fieldInputs, rowMessage, siteWith } from '../site-scores.js';
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

async function run(folder: string): Promise<ModelFigures> {
  const normal = readTable(join(folder, 'd00.csv.gz'));
  const plan = await siteWith({ kind: 'anomaly', inputs: fieldInputs('plant', normal.columns) });
  const messagesOf = (rows: readonly (readonly string[])[], first: number): RecordedMessage[] =>
    rows.map((cells, row) =>
      rowMessage({ topic: 'plant', time: (first + row) * ROW_MS }, normal.columns, cells.map(Number)),
    );
  const learnt = messagesOf(normal.rows, 0);
  // Each test goes on where the normal operation ends.
  const test = (name: string): AnomalyRun => {
    const { rows } = readTable(join(folder, name));
    const { scores, isAnomalous, causes, ...cost } = runAnomaly(plan, [
      ...learnt,
      ...messagesOf(rows, learnt.length),
    ]);
    const from = learnt.length;
    return {
      scores: scores.subarray(from),
      isAnomalous: isAnomalous.slice(from),
      causes: causes.slice(from),
      ...cost,
    };
  };
  const calm = test('d00_te.csv.gz');
  const faults = readdirSync(folder)
    .filter((name) => /^d(?!00)\d\d_te\.csv\.gz$/.test(name))
    .map(test);
  const sorted = calm.scores.slice().sort();
  const limit = sorted[Math.floor((1 - FALSE_ALARMS_COMPARED) * sorted.length)] ?? 1;
  const atLimit = faults.map(({ scores }) => shareOf(Array.from(scores, (score) => score > limit)));
  const all = [calm, ...faults];
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
    readings: all.reduce((sum, { scores }) => sum + learnt.length + scores.length, 0) * normal.columns.length,
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
