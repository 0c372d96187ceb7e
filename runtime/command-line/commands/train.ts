import { resolve } from 'node:path';
import { type Command, EXIT, UsageError } from '../command.js';
import { takenUp } from '../model-site.js';
import { parseOptions } from '../options.js';
import { trainingPage } from '../pages/training-page.js';
import { runRows, runTraining, TASK_OPTIONS, type TrainingTask, trainingTask } from '../run-training.js';
import { styleFor } from '../style.js';

export const trainCommand: Command = {
  help: `Train a model of a site from what is kept of it, or from recorded messages.

Usage: tocsin train MODEL [--site DIR] [options]

  MODEL               the id of the model
  --site DIR          the folder with models/ (default: the current folder)
  --input FILE        recorded messages instead of what the service keeps: CSV
                      if its name ends in .csv, else NDJSON
  --topic TEMPLATE    for wide CSV files, as in \`tocsin replay\`
  --time-column NAME  the column with the time in CSV files (default: time)
  --labels FILE       what failed when: CSV with the columns time, event
                      (failure or maintenance), and the labels of the machine;
                      may be given several times (default: labels/*.csv of the
                      site, and what was marked with \`tocsin mark\`)
  --seed N            draw other numbers (default: the model's own)
  --force             let the new version be in force though it is worse
  --rows FILE         write the rows that it would learn from, as NDJSON, and
                      train nothing
  --json              for programs: version, hash, verdict, metrics, data

It replays the readings through the model's own signals, learns, and measures
what it has learnt on machines or times held out. A new version is in force from
then on, unless it is worse than the one before: then the exit code is 1, and
\`tocsin models activate\` puts it in force all the same. A running service takes
it up by itself, and goes on while this works: at low priority, in a process of
its own. Ctrl-C ends it and changes nothing.

Examples:
  tocsin train bearing --site plant
  tocsin train pump --input year.csv --topic 'plant/{machine}/{column}'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        ...TASK_OPTIONS,
        seed: { type: 'string' },
        force: { type: 'boolean', default: false },
        rows: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      'MODEL',
    );
    const { rows } = values;
    const seed = seedOption(values.seed);
    const task: TrainingTask = { ...(await trainingTask('train', positionals, values, io)), seed };
    const { site } = task;
    if (rows !== undefined) {
      await runRows(task, resolve(rows), io);
      return EXIT.ok;
    }
    const outcome = await runTraining(task, { isForced: values.force }, io);
    if (values.json) io.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
    else io.stdout.write(trainingPage(site.model, outcome, styleFor(io.stdout)));
    if (outcome.kind === 'trained' && outcome.isActive) await takenUp(site, io);
    return outcome.kind === 'trained' && outcome.isActive ? EXIT.ok : EXIT.findings;
  },
};

function seedOption(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--seed must be a whole number of at most nine digits, not '${text}'`);
}
