import { join } from 'node:path';
import type { JsonValue } from '../../../../rules/reading.js';
import type { RecordedMessage } from '../../../../runtime/replay/recorded-message.js';
import { runAnomaly } from '../anomaly-run.js';
import type { Figure, ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { fieldInputs, rowMessage, scoresOf, siteWith } from '../site-scores.js';
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

async function run(folder: string): Promise<ModelFigures> {
  const { columns, rows: cells } = readTable(join(folder, 'ims_test2.csv'));
  const names = columns.slice(1);
  const messages = cells
    .slice(0, FAILURE_ROW)
    .map(([stamp = '', ...levels]) =>
      rowMessage({ topic: 'shaft', time: timeOf(stamp) }, names, levels.map(Number)),
    );
  const inputs = fieldInputs('shaft', names);
  const single = Object.entries(inputs).map(([name, input]) => ({
    kind: 'anomaly',
    inputs: { [name]: input },
  }));
  const all = await Promise.all(
    [...single, { kind: 'anomaly', inputs }].map(async (model) =>
      runAnomaly(await siteWith(model), messages),
    ),
  );
  const [first = Number.NaN, ...others] = all.map(({ isAnomalous }) => isAnomalous.indexOf(true));
  const falseAlarms = all
    .slice(1, names.length)
    .flatMap(({ isAnomalous }) => isAnomalous.slice(0, COUPLED_ROW).filter(Boolean)).length;
  return {
    figures: [
      { name: 'first alarm of bearing 1', value: first, unit: 'rows', published: 'z > 8: 547; onset 533' },
      { name: 'that is before the failure', value: (FAILURE_ROW - first) / ROWS_AN_HOUR, unit: 'h' },
      { name: 'false alarms of the others before row 700', value: falseAlarms, unit: 'rows' },
      { name: 'first alarm of the four as a group', value: others.at(-1) ?? Number.NaN, unit: 'rows' },
      ...(await forecasts(inputs, messages)),
    ],
    readings: messages.length * names.length * 2,
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
  };
}

/** How wrong the trend is, asked now and then when the bearing will be as loud as shortly before it failed. */
async function forecasts(
  inputs: Readonly<Record<string, JsonValue>>,
  messages: readonly RecordedMessage[],
): Promise<Figure[]> {
  const [name = '', input = null] = Object.entries(inputs)[0] ?? [];
  const levelAt = (row: number) => Number(Object.values(messages[row]?.payload ?? {})[0]);
  const model = { kind: 'trend', limit: levelAt(LIMIT_ROW), inputs: { [name]: input } };
  const { rows } = scoresOf(await siteWith(model), messages);
  return ASKED_ROWS.map((row) => {
    const hours = ((messages[LIMIT_ROW]?.time ?? 0) - (messages[row]?.time ?? 0)) / 3_600_000;
    const seconds = rows[row]?.outputs[0];
    return {
      name: `limit in ${hours.toFixed(0)} h: the trend says, at row ${row}`,
      value: typeof seconds === 'number' ? seconds / 3600 : Number.NaN,
      unit: 'h',
    };
  });
}
