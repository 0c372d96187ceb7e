import { runAnomaly } from '../anomaly-run.js';
import type { ModelBenchmark, ModelFigures } from '../model-benchmark.js';
import { siteWith } from '../site-scores.js';
import { type NabFile, readNab } from './nab-files.js';
import { scorerFault } from './nab-fixture.js';
import { bestNabResult, LOW_FALSE_ALARMS, LOW_MISSES, nabResult, STANDARD } from './nab-score.js';

export const nabBenchmark: ModelBenchmark = {
  set: 'nab',
  title: 'NAB: anomalies of one signal',
  run,
};

async function run(folder: string): Promise<ModelFigures> {
  const files = readNab(folder);
  const fault = scorerFault(folder, files);
  if (fault !== null) throw new Error(fault);
  const plan = await siteWith({ kind: 'anomaly', inputs: { value: 'nab/{file}' } });
  const runs = new Map(
    files.map((file) => {
      const messages = Array.from(file.values, (payload, row) => ({
        time: file.times[row] ?? 0,
        topic: 'nab/one',
        payload,
      }));
      return [file, runAnomaly(plan, messages)];
    }),
  );
  const decisions = (file: NabFile) => runs.get(file)?.isAnomalous ?? [];
  const scores = (file: NabFile) => runs.get(file)?.scores ?? [];
  const own = nabResult(files, decisions, STANDARD);
  const best = bestNabResult(files, scores, STANDARD);
  const all = [...runs.values()];
  return {
    figures: [
      {
        name: 'standard, own decision',
        value: own.score,
        published: 'ARTime 67.8, HTM 66.6, CAD OSE 62.2',
        bar: { at: 'least', value: 68 },
      },
      { name: 'standard, best threshold', value: best.score },
      {
        name: 'few false alarms, own decision',
        value: nabResult(files, decisions, LOW_FALSE_ALARMS).score,
        published: 'HTM 60.8, ARTime 57.8, CAD OSE 57.1',
      },
      {
        name: 'few false alarms, best threshold',
        value: bestNabResult(files, scores, LOW_FALSE_ALARMS).score,
      },
      {
        name: 'few misses, own decision',
        value: nabResult(files, decisions, LOW_MISSES).score,
        published: 'ARTime 73.7, HTM 71.1, CAD OSE 66.3',
      },
      { name: `windows found, of ${own.windows}`, value: own.found, published: 'ARTime 47, HTM 44' },
      { name: 'false alarms', value: own.falseAlarms, unit: 'rows', published: 'ARTime 110, HTM 74' },
    ],
    readings: files.reduce((sum, { values }) => sum + values.length, 0),
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
  };
}
