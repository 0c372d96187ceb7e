import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { failureKind } from '../../../../models/failure/failure-kind.js';
import { failureMetrics } from '../../../../models/failure/failure-metrics.js';
import type { Figure, ModelBenchmark } from '../model-benchmark.js';
import { bytesOf, cpuSeconds, runOf, timeAt, train } from '../training.js';

const SENSORS = ['TS1', 'TS2', 'TS3', 'TS4', 'VS1', 'CE', 'CP', 'SE', 'FS1', 'FS2'];
/** What rules' windows over a cycle give. */
const MEASURES = ['mean', 'sd', 'min', 'max'];
/** Columns of `profile.txt`, and from where on a part is worn. */
const TARGETS = [
  { name: 'cooler', column: 1, isWorn: (state: number) => state < 100 },
  { name: 'valve', column: 2, isWorn: (state: number) => state < 100 },
  { name: 'pump', column: 3, isWorn: (state: number) => state > 0 },
  { name: 'accumulator', column: 4, isWorn: (state: number) => state < 130 },
];
const RUN_COLUMN = 6;

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
    const features = SENSORS.flatMap((sensor) => MEASURES.map((measure) => `${sensor} ${measure}`));
    const isHeldOut = cycles.map((row) => (row[RUN_COLUMN] ?? 0) % 5 === 2);
    const places = [...cycles.keys()];
    const settings = failureKind.settings.parse({ horizon: '1s' });
    const figures: Figure[] = [];
    let [training, seconds, readings, stateBytes] = [0, 0, 0, 0];
    for (const { name, column, isWorn } of TARGETS) {
      const worn = cycles.map((row) => isWorn(row[column] ?? 0));
      const runs = runsOf(cycles, isHeldOut).map(([run, own]) => runOf(rows, worn, own, [run]));
      const trained = train(failureKind, { settings, features, runs });
      training += trained.seconds;
      const scorer = failureKind.createScorer({
        settings,
        features,
        instance: [],
        artefact: trained.artefact,
        staleFrom: Number.POSITIVE_INFINITY,
        seed: 1,
      });
      const held = places.filter((place) => isHeldOut[place]);
      const start = cpuSeconds();
      const probabilities = Float64Array.from(held, (place) =>
        Number(scorer.score(timeAt(place), rows[place] ?? []).outputs[0] ?? 0),
      );
      seconds += cpuSeconds() - start;
      readings += held.length * features.length;
      stateBytes = bytesOf(scorer.save());
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
    return { figures, readings, seconds, stateBytes };
  },
};

/** The places of the cycles of each run that is learnt from; a run stands for a machine, as it is held out whole. */
function runsOf(cycles: readonly (readonly number[])[], isHeldOut: readonly boolean[]): [string, number[]][] {
  const runs = new Map<string, number[]>();
  cycles.forEach((row, place) => {
    if (isHeldOut[place]) return;
    const run = String(row[RUN_COLUMN]);
    runs.set(run, [...(runs.get(run) ?? []), place]);
  });
  return [...runs];
}

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
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const squares = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / samples.length), Math.min(...samples), Math.max(...samples)];
}
