import { join } from 'node:path';
import { failureMetrics } from '../../../../models/failure/failure-metrics.js';
import type { ModelBenchmark } from '../model-benchmark.js';
import { fieldInputs, rowMessage, scoresOf } from '../site-scores.js';
import { trainedSite } from '../site-training.js';
import { groupedBy, readTable } from '../table-file.js';

const ROW_MS = 60_000;
const CALM = 'Normal';

/**
 * Windows of a bearing's vibration as features (CWRU), intact or with one of nine faults: is it faulty? The last quarter of each
 * recording is held out. An easy set, as both parts are of the same recordings; what is published tells ten classes apart.
 */
export const cwruBenchmark: ModelBenchmark = {
  set: 'cwru-features',
  title: 'CWRU: is a bearing faulty',
  async run(folder) {
    const { columns, rows: recorded } = readTable(join(folder, 'cwru_48k_load1_shared.csv'));
    const features = columns.slice(0, -1);
    const byFault = groupedBy(recorded, (row) => row.at(-1) ?? '');
    // Side by side, as if ten bearings were looked at in turn.
    const windows = Math.max(...[...byFault.values()].map(({ length }) => length));
    const rows = Array.from({ length: windows }, (_, window) =>
      [...byFault.values()].flatMap((own) => own.slice(window, window + 1)),
    ).flat();
    const faultOf = (place: number) => rows[place]?.at(-1) ?? '';
    const firstHeld = Math.floor(0.75 * rows.length);
    const messageOf = (place: number) =>
      rowMessage(
        { topic: 'bearing', time: place * ROW_MS },
        features,
        (rows[place] ?? []).slice(0, -1).map(Number),
      );
    const isFaulty = (place: number) => !faultOf(place).startsWith(CALM);
    const learnt = [...rows.keys()].slice(0, firstHeld);
    const trained = await trainedSite(
      { kind: 'failure', horizon: '1s', inputs: fieldInputs('bearing', features) },
      {
        messages: learnt.map(messageOf),
        failures: learnt.filter(isFaulty).map((place) => ({ time: place * ROW_MS, labels: {} })),
      },
    );
    const places = [...rows.keys()].slice(firstHeld);
    const { rows: scored, seconds, stateBytes } = scoresOf(trained.plan, places.map(messageOf));
    const probabilities = Float64Array.from(scored, (row) => Number(row?.outputs[0] ?? 0));
    const labels = Float64Array.from(places, (place) => Number(isFaulty(place)));
    const right = labels.filter((label, row) => (label === 1) === (probabilities[row] ?? 0) >= 0.5);
    const precision = failureMetrics({ probabilities, labels }).find(
      ({ name }) => name === 'average precision',
    );
    return {
      figures: [
        {
          name: 'faulty or not, accuracy',
          value: (100 * right.length) / labels.length,
          unit: '%',
          published: 'of ten classes: random forest 95.9',
        },
        { name: 'average precision', value: precision?.value ?? 0 },
        { name: 'training', value: trained.seconds, unit: 's' },
      ],
      readings: places.length * features.length,
      seconds,
      stateBytes,
    };
  },
};
