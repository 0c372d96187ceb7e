import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TrainingRun } from '../../models/scorer.js';
import type { ModelDeclaration } from '../../rules/format/model-format.js';
import type { Job } from '../jobs/job-contract.js';
import { loadSite } from '../site/load-site.js';
import { collectRuns } from './collect-runs.js';
import { type TrainingInput, type TrainingReport, trainable } from './train-model.js';
import { orRefused } from './training-job.js';

export interface RowsInput extends TrainingInput {
  /** A file for the rows. */
  readonly output: string;
}

/** Writes what a model would learn from: a line of JSON for each row, the machines one after the other. */
export const rowsJob: Job<RowsInput, TrainingReport, { readonly notes: readonly string[] }> = (
  input,
  { report },
) =>
  orRefused(async () => {
    const site = await loadSite(input.folder);
    const { declaration, model } = trainable(site, input.model);
    const { runs, notes } = await collectRuns(site, model, input, report);
    await pipeline(Readable.from(rowLines(runs, declaration)), createWriteStream(input.output));
    return { notes };
  });

/** `{"time":1767225600000,"labels":{"machine":"m1"},"features":{"vib":2.1}}` */
function* rowLines(
  runs: readonly TrainingRun[],
  { groupBy, features }: Pick<ModelDeclaration, 'groupBy' | 'features'>,
): Generator<string> {
  for (const { instance, times, rows } of runs) {
    const labels = Object.fromEntries(groupBy.map((name, at) => [name, instance[at] ?? '']));
    for (const [index, row] of rows.entries()) {
      const values = Object.fromEntries(features.map((name, at) => [name, row[at] ?? null]));
      yield `${JSON.stringify({ time: times[index], labels, features: values })}\n`;
    }
  }
}
