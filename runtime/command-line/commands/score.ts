import { resolve } from 'node:path';
import type { Model } from '../../../rules/supply.js';
import { csvScores, ndjsonScores, type ScoreFormat } from '../../models/score-line.js';
import { type ScoreRow, scoringPlan } from '../../models/score-rows.js';
import { isCsv, openRecording } from '../../replay/open-recording.js';
import { type Replay, startReplay } from '../../replay/replay.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { namedModel, siteWithModels } from '../named-model.js';
import { parseOptions } from '../options.js';
import { ProblemLog } from '../problem-log.js';
import { Progress } from '../progress.js';
import { inputName, unreadable } from '../run-replay.js';
import { openTextFile, TextOutput } from '../text-output.js';
import { timeOption } from '../time-option.js';

export const scoreCommand: Command = {
  help: `Score recorded messages with a model of a site, in virtual time: what it would
have said then, row by row. No row is changed by what comes after it.

Usage: tocsin score MODEL [--site DIR] --input FILE [options]

  MODEL               the id of the model
  --site DIR          the folder with models/ (default: the current folder)
  --input FILE        recorded messages: CSV if its name ends in .csv, else
                      NDJSON; - reads NDJSON from standard input
  --output FILE       write the rows there: as CSV if its name ends in .csv,
                      else as NDJSON (default: NDJSON to standard output)
  --until TIME        leave out what arrives later
  --topic TEMPLATE    for wide CSV files, as in \`tocsin replay\`
  --time-column NAME  the column with the time in CSV files (default: time)

A row is written for each scoring: time (epoch ms), the labels of the instance,
every output of the model, and its quality: ok, warmup, untrained, stale,
drifted or range. With any but ok an output is null (CSV: empty), but for those
that say how far the warm-up is.

Examples:
  tocsin score bearing --site plant --input monday.ndjson --output scores.csv
  tocsin score bearing --input shift.csv --topic 'plant/{machine}/{column}' |
    jq 'select(.anomalous)'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        input: { type: 'string' },
        output: { type: 'string' },
        until: { type: 'string' },
        topic: { type: 'string' },
        'time-column': { type: 'string' },
      },
      'MODEL',
    );
    const [id, ...more] = positionals;
    if (id === undefined) throw new UsageError('say which model: tocsin score MODEL --input FILE');
    if (more.length > 0) throw new UsageError(`unexpected argument '${more[0]}'`);
    const { input, output = null, topic, 'time-column': timeColumn } = values;
    if (input === undefined) throw new UsageError('--input FILE is missing (- for standard input)');
    if (!isCsv(input) && (topic !== undefined || timeColumn !== undefined))
      throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
    if (output !== null && resolve(output) === resolve(input))
      throw new UsageError('--output would overwrite the input');
    const until = timeOption('--until', values.until);
    const { plan } = await siteWithModels(values.site, io);
    const model = namedModel(plan, id);
    const scores: ScoreRow[] = [];
    const replay = startReplay({
      ...scoringPlan(plan, id, (row) => scores.push({ ...row, outputs: [...row.outputs] })),
      ...(until === null ? {} : { until }),
    });
    const layout = { input, topic: topic ?? null, timeColumn: timeColumn ?? 'time' };
    return run({ replay, scores, model, layout, output }, io);
  },
};

interface Scoring {
  readonly replay: Replay;
  /** What has been scored and not been written yet. */
  readonly scores: ScoreRow[];
  readonly model: Model;
  readonly layout: { readonly input: string; readonly topic: string | null; readonly timeColumn: string };
  readonly output: string | null;
}

async function run({ replay, scores, model, layout, output }: Scoring, io: Io): Promise<number> {
  const file = output === null ? null : await openTextFile(output);
  const text = file?.output ?? TextOutput.to(io.stdout);
  const format: ScoreFormat = output !== null && isCsv(output) ? csvScores(model) : ndjsonScores(model);
  const problems = new ProblemLog(io.stderr, inputName(layout.input));
  const write = async () => {
    for (const row of scores.splice(0)) text.add(`${format.line(row)}\n`);
    if (text.isFull) await text.flush();
  };
  if (format.head !== null) text.add(`${format.head}\n`);
  try {
    await play(replay, layout, io, { problems, write });
    replay.finish();
    await write();
    await text.flush();
  } finally {
    await file?.close();
  }
  problems.finish();
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

async function play(
  replay: Replay,
  { input, topic, timeColumn }: Scoring['layout'],
  io: Io,
  { problems, write }: { readonly problems: ProblemLog; readonly write: () => Promise<void> },
): Promise<void> {
  const progress = new Progress(io.stderr);
  const recording = openRecording({
    source: input === '-' ? io.stdin : input,
    topic,
    timeColumn,
    problem: (problem) => {
      progress.clear();
      problems.add(problem);
    },
  });
  try {
    for await (const messages of recording) {
      for (const message of messages) replay.message(message);
      progress.update(replay.counts.messages, replay.counts.last);
      await write();
    }
  } catch (error) {
    throw unreadable(error, input);
  } finally {
    progress.clear();
  }
}
