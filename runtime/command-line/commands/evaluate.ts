import { parseDuration } from '../../../rules/format/duration.js';
import type { ModelStore, StoredVersion } from '../../models/model-store.js';
import { CannotRun, type Command, EXIT, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { dataLines, metricLines } from '../pages/training-page.js';
import { runEvaluation, TASK_OPTIONS, trainingTask } from '../run-training.js';
import { styleFor } from '../style.js';

export const evaluateCommand: Command = {
  help: `Measure a trained model on recorded or kept readings, and on what happened.

Usage: tocsin evaluate MODEL [--input FILE] [--labels FILE] [options]

  MODEL               the id of the model
  --site DIR          the folder with models/ (default: the current folder)
  --input FILE        recorded messages instead of what the service keeps: CSV
                      if its name ends in .csv, else NDJSON
  --topic TEMPLATE    for wide CSV files, as in \`tocsin replay\`
  --time-column NAME  the column with the time in CSV files (default: time)
  --labels FILE       what failed when, as \`tocsin train\` takes it
  --version N         of the model (default: the one in force)
  --lead DURATION     how long before a failure an anomaly counts as foresight
                      (default: 24h)
  --json              for programs: metrics, and what they were taken on

Beside each measure stands that of a predictor that knows nothing. They are
those of the field: for remaining-life the root mean square error and, in
cycles, the PHM score; for failure log loss, Brier score, average precision, F1
with its precision and recall; for anomaly the share of calm readings that are
called anomalous, the share of failures foreseen, and how long before. Give it
what the model has not learnt from: on the rest every model looks good.

Examples:
  tocsin evaluate pump --input may.ndjson --labels may.csv
  tocsin evaluate pump --version 2 --json | jq '.metrics[0].value'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        ...TASK_OPTIONS,
        version: { type: 'string' },
        lead: { type: 'string', default: '24h' },
        json: { type: 'boolean', default: false },
      },
      'MODEL',
    );
    const leadMs = leadOption(values.lead);
    const task = await trainingTask('evaluate', positionals, values, io);
    const { text } = await versionOf(task.site.store, task.site.model, values.version);
    const result = await runEvaluation({ ...task, seed: null }, { text, leadMs }, io);
    if (values.json) io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else {
      const head = 'on these readings';
      const lines = [...dataLines(result), ...metricLines(result.metrics, head, styleFor(io.stdout))];
      io.stdout.write(lines.length === 0 ? 'no rows of this model\n' : `${lines.join('\n')}\n`);
    }
    return result.data === null ? EXIT.findings : EXIT.ok;
  },
};

function leadOption(text: string): number {
  const lead = parseDuration(text);
  if (lead === null || lead <= 0) throw new UsageError(`--lead must be a time such as 24h, not '${text}'`);
  return lead;
}

async function versionOf(store: ModelStore, id: string, text: string | undefined): Promise<StoredVersion> {
  const version = text === undefined ? (await store.active(id))?.version : Number(text);
  if (version === undefined) throw new CannotRun(`no version of ${id} is in force: tocsin train ${id}`);
  const stored = Number.isInteger(version) && version > 0 ? await store.read(id, version) : null;
  if (stored !== null) return stored;
  throw new UsageError(`there is no version ${text ?? version} of ${id}`);
}
