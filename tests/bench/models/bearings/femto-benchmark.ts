import { join } from 'node:path';
import type { RecordedMessage } from '../../../../runtime/replay/recorded-message.js';
import type { ModelBenchmark } from '../model-benchmark.js';
import { fieldInputs, type ModelSource, rowMessage, scoresOf } from '../site-scores.js';
import { tryTraining } from '../site-training.js';
import { groupedBy, readTable } from '../table-file.js';

const ROW_MS = 10_000;
/** After the names of the set and the bearing, the number and the time of the snapshot. */
const FEATURES_FROM = 6;
/** Shares of the life at which the model is asked. */
const ASKED = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

interface Bearing {
  readonly name: string;
  readonly rows: readonly (readonly number[])[];
}

/**
 * Bearings run to failure in hours (PRONOSTIA, the challenge of IEEE PHM 2012): each is held out in turn, and the model that
 * the other five made is asked for the life left. The rest of the challenge, eleven bearings, is not here.
 */
export const femtoBenchmark: ModelBenchmark = {
  set: 'femto-bearing',
  title: 'FEMTO: remaining life of bearings',
  async run(folder) {
    const { columns, rows } = readTable(join(folder, 'learning_set_features.csv.gz'));
    const features = columns.slice(FEATURES_FROM);
    const place = columns.indexOf('bearing');
    const bearings = [...groupedBy(rows, (row) => row[place] ?? '')].map(
      ([name, own]): Bearing => ({ name, rows: own.map((row) => row.slice(FEATURES_FROM).map(Number)) }),
    );
    const model: ModelSource = { kind: 'remaining-life', inputs: fieldInputs('rig/{bearing}', features) };
    const messagesOf = (some: readonly Bearing[]): RecordedMessage[] =>
      some
        .flatMap(({ name, rows: own }) =>
          own.map((row, at) => rowMessage({ topic: `rig/${name}`, time: at * ROW_MS }, features, row)),
        )
        .sort((a, b) => a.time - b.time);
    const errors: number[] = [];
    const cost = { training: 0, seconds: 0, stateBytes: 0, readings: 0, refused: 0 };
    for (const bearing of bearings) {
      const others = bearings.filter((other) => other !== bearing);
      const trained = await tryTraining(model, {
        messages: messagesOf(others),
        failures: others.map(({ name, rows: own }) => ({
          time: (own.length - 1) * ROW_MS,
          labels: { bearing: name },
        })),
      });
      if ('refused' in trained) {
        cost.refused++;
        continue;
      }
      const { rows: said, seconds, stateBytes } = scoresOf(trained.plan, messagesOf([bearing]));
      const end = bearing.rows.length - 1;
      for (const share of ASKED) {
        const at = Math.floor(share * end);
        const left = ((end - at) * ROW_MS) / 1000;
        errors.push((100 * (left - Number(said[at]?.outputs[0] ?? 0))) / left);
      }
      cost.training += trained.seconds;
      cost.seconds += seconds;
      cost.stateBytes = stateBytes;
      cost.readings += said.length * features.length;
    }
    const sizes = errors.map(Math.abs).sort((a, b) => a - b);
    return {
      figures: [
        {
          name: 'score of the challenge',
          value: errors.reduce((sum, error) => sum + worthOf(error), 0) / errors.length,
          published: 'winner 0.31 and "a fifth of the age" 0.29, on other bearings',
        },
        { name: 'error, median', value: sizes[sizes.length >> 1] ?? Number.NaN, unit: '%' },
        { name: `trainings refused, of ${bearings.length}`, value: cost.refused },
        { name: 'training, all', value: cost.training, unit: 's' },
      ],
      readings: cost.readings,
      seconds: cost.seconds,
      stateBytes: cost.stateBytes,
    };
  },
};

/** @param error in percent of what was left; below 0: too late */
function worthOf(error: number): number {
  return Math.exp((Math.log(0.5) * Math.abs(error)) / (error <= 0 ? 5 : 20));
}
