import { join } from 'node:path';
import type { Scorer } from '../../../../models/scorer.js';
import { trendKind } from '../../../../models/trend/trend-kind.js';
import { newAnomalyScorer, runAnomaly } from '../anomaly-run.js';
import type { Figure, ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { readTable, timeOf } from '../table-file.js';

export const imsBenchmark: ModelBenchmark = {
  set: 'ims-bearing',
  title: 'IMS: four bearings on a shaft until the first one fails',
  run,
};

/** The machine stops here; what comes after are zeros. */
const FAILURE_ROW = 981;
/** From here on the first bearing is felt in the others. */
const COUPLED_ROW = 700;
const LIMIT_ROW = 970;
const ASKED_ROWS = [600, 700, 800, 900];
const ROWS_AN_HOUR = 6;

function run(folder: string): ModelFigures {
  const { columns, rows: cells } = readTable(join(folder, 'ims_test2.csv'));
  const times = cells.slice(0, FAILURE_ROW).map(([stamp = '']) => timeOf(stamp));
  const rows = cells.slice(0, FAILURE_ROW).map(([, ...levels]) => levels.map(Number));
  const bearings = columns.slice(1).map((name, place) => {
    const own = rows.map((row) => [row[place] ?? 0]);
    return runAnomaly(newAnomalyScorer([name]), times, own);
  });
  const group = runAnomaly(newAnomalyScorer(columns.slice(1)), times, rows);
  const falseAlarms = bearings
    .slice(1)
    .flatMap(({ isAnomalous }) => isAnomalous.slice(0, COUPLED_ROW).filter(Boolean)).length;
  const first = bearings[0]?.isAnomalous.indexOf(true) ?? -1;
  const firstOfGroup = group.isAnomalous.indexOf(true);
  const all = [...bearings, group];
  return {
    figures: [
      { name: 'first alarm of bearing 1', value: first, unit: 'rows', published: 'z > 8: 547; onset 533' },
      { name: 'that is before the failure', value: (FAILURE_ROW - first) / ROWS_AN_HOUR, unit: 'h' },
      { name: 'false alarms of the others before row 700', value: falseAlarms, unit: 'rows' },
      { name: 'first alarm of the four as a group', value: firstOfGroup, unit: 'rows' },
      ...forecasts(
        times,
        rows.map(([level = 0]) => level),
      ),
    ],
    readings: rows.length * 8,
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
  };
}

/** How wrong the trend is, asked now and then when the bearing will be as loud as shortly before it failed. */
function forecasts(times: readonly number[], levels: readonly number[]): Figure[] {
  const scorer: Scorer = trendKind.createScorer({
    settings: trendKind.settings.parse({ limit: levels[LIMIT_ROW] ?? 0 }),
    features: ['level'],
    instance: [],
    artefact: null,
    staleFrom: Number.POSITIVE_INFINITY,
    seed: 1,
  });
  const limitTime = times[LIMIT_ROW] ?? 0;
  return levels.flatMap((level, row) => {
    const time = times[row] ?? 0;
    const [seconds] = scorer.score(time, [level]).outputs;
    if (!ASKED_ROWS.includes(row)) return [];
    const hours = (limitTime - time) / 3_600_000;
    const name = `limit in ${hours.toFixed(0)} h: the trend says, at row ${row}`;
    return [{ name, value: typeof seconds === 'number' ? seconds / 3600 : Number.NaN, unit: 'h' as const }];
  });
}
