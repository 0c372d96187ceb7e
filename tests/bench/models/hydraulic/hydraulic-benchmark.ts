import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { failureMetrics } from '../../../../models/failure/failure-metrics.js';
import type { Figure, ModelBenchmark } from '../model-benchmark.js';
import { fieldInputs, rowMessage, scoresOf } from '../site-scores.js';
import { trainedSite } from '../site-training.js';

const SENSORS = ['TS1', 'TS2', 'TS3', 'TS4', 'VS1', 'CE', 'CP', 'SE', 'FS1', 'FS2'];
const SEGMENTS = 6;
/** What rules' windows give: over a cycle, and over each sixth of it. */
const MEASURES = [
  ...['mean', 'sd', 'min', 'max'],
  ...Array.from({ length: SEGMENTS }, (_, segment) => `mean ${segment + 1}`),
];
/** Columns of `profile.txt`, and from where on a part is worn. */
const TARGETS = [
  { name: 'cooler', column: 1, isWorn: (state: number) => state < 100 },
  { name: 'valve', column: 2, isWorn: (state: number) => state < 100 },
  { name: 'pump', column: 3, isWorn: (state: number) => state > 0 },
  { name: 'accumulator', column: 4, isWorn: (state: number) => state < 130 },
];
const RUN_COLUMN = 6;
const CYCLE_MS = 60_000;

/**
 * A hydraulic test rig, one row a cycle of 60 seconds: is a part worn? Whole runs are held out (every third of those that are
 * here), as neighbouring cycles are near copies. The product knows failures, not grades of wear: what is published tells
 * three or four grades apart, and is no comparison.
 */
export const hydraulicBenchmark: ModelBenchmark = {
  set: 'hydraulic',
  title: 'Hydraulic rig: is a part worn',
  async run(folder) {
    const profile = readFileSync(join(folder, 'profile.txt'), 'utf8').trim().split(/\r?\n/);
    const cycles = profile
      .map((line) =>
        line
          .trim()
          .split(/[\s,;]+/)
          .map(Number),
      )
      .filter((row) => !row.some(Number.isNaN));
    const sensors = SENSORS.map((sensor) => readCycles(join(folder, `${sensor}.txt.gz`)));
    const rows = cycles.map(([cycle = 0]) => sensors.flatMap((own) => summaryOf(own.get(cycle) ?? [])));
    const columns = SENSORS.flatMap((sensor) => MEASURES.map((measure) => `${sensor} ${measure}`));
    const messageOf = (place: number) =>
      rowMessage(
        { topic: `rig/${cycles[place]?.[RUN_COLUMN]}`, time: place * CYCLE_MS },
        columns,
        rows[place] ?? [],
      );
    const isHeldOut = (place: number) => (cycles[place]?.[RUN_COLUMN] ?? 0) % 5 === 2;
    const learnt = [...cycles.keys()].filter((place) => !isHeldOut(place));
    const held = [...cycles.keys()].filter(isHeldOut);
    const model = { kind: 'failure', horizon: '1s', inputs: fieldInputs('rig/{run}', columns) };
    const figures: Figure[] = [];
    let [training, seconds, stateBytes] = [0, 0, 0];
    for (const { name, column, isWorn } of TARGETS) {
      const worn = cycles.map((row) => isWorn(row[column] ?? 0));
      const failed = learnt.filter((place) => worn[place]);
      const trained = await trainedSite(model, {
        messages: learnt.map(messageOf),
        failures: failed.map((place) => ({
          time: place * CYCLE_MS,
          labels: { run: String(cycles[place]?.[RUN_COLUMN]) },
        })),
      });
      const scored = scoresOf(trained.plan, held.map(messageOf));
      training += trained.seconds;
      seconds += scored.seconds;
      stateBytes = scored.stateBytes;
      const probabilities = Float64Array.from(scored.rows, (row) => Number(row?.outputs[0] ?? 0));
      const labels = Float64Array.from(held, (place) => Number(worn[place]));
      const right = labels.filter((label, row) => (label === 1) === (probabilities[row] ?? 0) >= 0.5);
      const precision = failureMetrics({ probabilities, labels }).find(
        (one) => one.name === 'average precision',
      );
      figures.push(
        { name: `${name}: worn or not, accuracy`, value: (100 * right.length) / labels.length, unit: '%' },
        { name: `${name}: average precision`, value: precision?.value ?? 0 },
      );
    }
    figures.push({ name: 'training, four times', value: training, unit: 's' });
    return { figures, readings: held.length * columns.length * TARGETS.length, seconds, stateBytes };
  },
};

/** Cycle → its samples. */
function readCycles(path: string): Map<number, number[]> {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split(/\r?\n/);
  return new Map(
    lines.map((line) => {
      const [cycle = 0, ...samples] = line
        .trim()
        .split(/[\s,]+/)
        .map(Number);
      return [cycle, samples];
    }),
  );
}

function summaryOf(samples: readonly number[]): number[] {
  const length = samples.length / SEGMENTS;
  const mean = meanOf(samples);
  const squares = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const segments = Array.from({ length: SEGMENTS }, (_, segment) =>
    meanOf(samples.slice(Math.round(segment * length), Math.round((segment + 1) * length))),
  );
  return [mean, Math.sqrt(squares / samples.length), Math.min(...samples), Math.max(...samples), ...segments];
}

function meanOf(samples: readonly number[]): number {
  return samples.reduce((sum, value) => sum + value, 0) / samples.length;
}
