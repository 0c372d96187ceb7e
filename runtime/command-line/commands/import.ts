import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatDuration } from '../../../rules/format/duration.js';
import { settingsForReading } from '../../history/history-settings.js';
import { HistoryImport, type ImportCounts } from '../../import/history-import.js';
import { isCsv, openRecording } from '../../replay/open-recording.js';
import { databaseFailure } from '../../storage/database.js';
import { makeDataFolder } from '../../storage/make-data-folder.js';
import { storeErrorOf } from '../../storage/store-error.js';
import { CannotRun, type Command, EXIT, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { ProblemLog } from '../problem-log.js';
import { Progress } from '../progress.js';
import { unreadable } from '../run-replay.js';
import { orCannotRun, siteState } from '../site-state.js';
import { counted } from '../text-layout.js';
import { timeOption } from '../time-option.js';

export const importCommand: Command = {
  help: `Add recorded readings to what is kept, while the service runs, or without it.
They reach no rule; \`tocsin replay --history\` and \`tocsin sql\` see them.

Usage: tocsin import FILE [--site DIR] [options]

  FILE                CSV if its name ends in .csv, else NDJSON, as for
                      \`tocsin replay --input\`; - reads NDJSON from standard
                      input
  --site DIR          the folder with tocsin.json and rules/ (default: the
                      current one)
  --from TIME         only readings from this time on
  --to TIME           only readings up to this time
  --topic TEMPLATE    CSV with a column per measured value: the topic of a row,
                      such as 'plant/{machine}/{column}'
  --time-column NAME  CSV: the column with the time (default: time)
  --json              for programs: how many readings were added, and what
                      became of the others

CSV without --topic has the columns time, topic and payload; or time, topic,
field and value, as \`tocsin export\` writes it. Readings that are there already
are not added again: who was interrupted begins anew, and goes on where it was.
What is older than history.keep would be deleted at once, and is left out.
Lines that cannot be read are reported and skipped; the exit code is then 1.

Examples:
  tocsin import old-system.ndjson --site plant
  tocsin import 2025.csv --topic 'plant/{machine}/{column}' --time-column at
  zcat day.ndjson.gz | nice tocsin import - --site plant
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        from: { type: 'string' },
        to: { type: 'string' },
        topic: { type: 'string' },
        'time-column': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      'FILE',
    );
    const [file, surplus] = positionals;
    if (file === undefined) throw new UsageError('FILE is missing (- for standard input)');
    if (surplus !== undefined) throw new UsageError(`one file at a time: '${surplus}' is too much`);
    const layout = { topic: values.topic ?? null, timeColumn: values['time-column'] ?? 'time' };
    if (!isCsv(file) && (values.topic !== undefined || values['time-column'] !== undefined)) {
      throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
    }
    const range = { from: timeOption('--from', values.from), to: timeOption('--to', values.to) };
    const { site, dataFolder } = await siteState(values.site);
    const settings = settingsForReading(site.configuration);
    const problems = new ProblemLog(io.stderr, file === '-' ? '(standard input)' : file);
    const imported = await orCannotRun(() =>
      orExplained(file, async () => {
        const source = await sourceOf(file, { ...layout, ...range });
        makeDataFolder(dataFolder);
        const options = { dataFolder, settings, source: source?.key ?? null, now: Date.now(), ...range };
        const target = new HistoryImport(options);
        try {
          await read(target, { file, layout, bytes: source?.bytes ?? null, problems }, io);
        } finally {
          target.close();
        }
        return target.counts;
      }),
    );
    problems.finish();
    if (values.json) io.stdout.write(`${JSON.stringify(imported)}\n`);
    else io.stderr.write(countsText(imported, settings.keepMs));
    return problems.count === 0 ? EXIT.ok : EXIT.findings;
  },
};

interface Reading {
  readonly file: string;
  readonly layout: { readonly topic: string | null; readonly timeColumn: string };
  /** Of the file; `null`: it is a stream. */
  readonly bytes: number | null;
  readonly problems: ProblemLog;
}

async function read(
  target: HistoryImport,
  { file, layout, bytes, problems }: Reading,
  io: Io,
): Promise<void> {
  const progress = new Progress(io.stderr);
  if (target.skipped > 0) {
    io.stderr.write(`it was interrupted: ${counted(target.skipped, 'message')} of it are there\n`);
  }
  const recording = openRecording({
    source: file === '-' ? io.stdin : file,
    ...layout,
    problem: (problem) => {
      progress.clear();
      problems.add(problem);
    },
    onBytes: (done) => {
      if (bytes !== null) progress.bar(done / bytes);
    },
  });
  try {
    for await (const messages of recording) for (const message of messages) target.add(message);
    target.finish();
  } finally {
    progress.clear();
  }
}

/** A file as it is now, and as it is to be read; `null`: standard input, which comes once. */
async function sourceOf(
  file: string,
  how: Readonly<Record<string, string | number | null>>,
): Promise<{ readonly key: string; readonly bytes: number } | null> {
  if (file === '-') return null;
  const { size, mtimeMs } = await stat(file);
  const text = JSON.stringify([resolve(file), size, mtimeMs, how]);
  return { key: createHash('sha256').update(text).digest('hex'), bytes: size };
}

function countsText(
  { added, known, tooOld, tooNew, outside, refused, retained }: ImportCounts,
  keepMs: number,
) {
  const others: readonly (readonly [text: string, count: number])[] = [
    ['there already', known],
    [`left out, as older than history.keep (${formatDuration(keepMs)})`, tooOld],
    ['left out, as their time is yet to come', tooNew],
    ['left out, as not between --from and --to', outside],
    ['left out, as there are too many series (limits.series)', refused],
  ];
  const lines = [
    `${counted(added, 'reading')} added`,
    ...others
      .filter(([, count]) => count > 0)
      .map(([text, count]) => `${text}: ${counted(count, 'reading')}`),
    ...(retained === 0 ? [] : [`left out, as they were retained: ${counted(retained, 'message')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

async function orExplained<T>(file: string, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (databaseFailure(error) !== null) {
      throw new CannotRun(`history.db cannot be written: ${storeErrorOf(error).message}`, { cause: error });
    }
    throw unreadable(error, file);
  }
}
