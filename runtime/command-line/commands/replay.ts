import { resolve } from 'node:path';
import { parseDuration } from '../../../rules/format/duration.js';
import { settingsForReading } from '../../history/history-settings.js';
import { isCsv } from '../../replay/open-recording.js';
import type { Configuration } from '../../site/configuration.js';
import { dataFolderOf } from '../../site/data-folder.js';
import { loadSite } from '../../site/load-site.js';
import { SiteNotFound } from '../../site/site-not-found.js';
import { parseSweep } from '../../tuning/sweep-axis.js';
import { type Command, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { rangeOption } from '../range-option.js';
import type { HistoryReplayOptions } from '../run-history-replay.js';
import { type JournalReplayOptions, runJournalReplay } from '../run-journal-replay.js';
import { type ReplayOptions, recordingSource, runReplay } from '../run-replay.js';
import type { SweepRunOptions } from '../run-sweep.js';
import { chooseRules, siteOrStop } from '../site-rules.js';
import { timeOption } from '../time-option.js';

export const replayCommand: Command = {
  help: `Run the rules of a site over recorded messages, in virtual time: the same input
gives the same events, byte for byte, however fast the machine is.

Usage: tocsin replay [--site DIR] --input FILE [options]
       tocsin replay [--site DIR] --history FROM..TO [options]
       tocsin replay --journal FILE [options]

  --site DIR          the folder with rules/ (default: the current folder)
  --input FILE        recorded messages: CSV if its name ends in .csv, else
                      NDJSON; - reads NDJSON from standard input
  --history FROM..TO  the readings that the service has kept of this time, such
                      as 2026-01-05T06:00:00Z..2026-01-05T14:00:00Z; either end
                      may be left out
  --journal FILE      what \`export --journal\` wrote, with the rules that ran
                      then: the events of the service, byte for byte
  --until TIME        go on to this time; messages arriving later are left out
                      (default: the last arrival)
  --rule ID           only this rule; may be given several times
  --pending           also the events of delays that begin to run or break off
  --output FILE       write the events there
  --summary           tell what happened in words, as on a terminal
  --json              write the events as NDJSON, on a terminal too
  --sweep KEY=VALUES  try values of a number or time in a rule, and compare what
                      would have happened; see below
  --short TIME        with --sweep: an alarm that is over sooner is of no use
                      (default: 1m)

NDJSON has one message per line, in the order they arrived:
  {"time":"2026-01-05T06:00:00Z","topic":"plant/m1/temp","payload":71.5}
"arrives" (default: the later of "time" and the time so far) and "retain" may be
added. Times are RFC 3339 or epoch milliseconds.

CSV has a header. With the columns time, topic and payload a row is a message.
Wide files, a column per measured value, need to know their topics:
  --topic TEMPLATE    {column} is the name of a value column, any other {name}
                      the row's cell in that column; without {column} a row is
                      one message with a field per value column
  --time-column NAME  the column with the time (default: time)
Times may also read 2026-01-05 06:00:00, which is UTC.

--sweep tries values of one key, in the rules of the site (with --journal: in
those of the journal). KEY is the way to it, such as
oil-hot.when.warning.deadband; all but the key itself may be left out as long as
one place is meant, and * means all that fit: '*.deadband'. Numbers and times
in an expression are called #1, #2 ... VALUES is a list of values and ranges:
  --sweep 'oil-hot.when.warning.above=70..90:2'
  --sweep for=0s..2m --sweep deadband=0,1,2,5
Several sweeps try every combination, at most 250. For each: how often it fires,
for how long, what is short or chatters, which long alarms are lost, how many
notices go out; and what an alarm engineer would choose, with the reason.

Lines that cannot be read are reported and skipped; the exit code is then 1.

Examples:
  tocsin replay --site plant --input monday.ndjson
  tocsin replay --input shift.csv --topic 'plant/{machine}/{column}'
  tocsin replay --input export.csv --topic plant/m1/temp --time-column timestamp
  zcat day.ndjson.gz | tocsin replay --input - --rule press-overheat | jq .time
  tocsin replay --site plant --history 2026-01-05T06:00:00Z.. --summary
  tocsin export --journal | tocsin replay --journal - --summary
  tocsin replay --input week.ndjson --sweep 'press-overheat.for=0s..1m'
`,

  async run(args, io) {
    const options = readOptions(args);
    if (options.sweep !== null) return runSweep(options, options.sweep, io);
    if (options.kind === 'journal') return runJournalReplay(options, io);
    const site = await siteOrStop(options.site, io);
    const rules = chooseRules(site.plan, options.rules);
    if (options.kind === 'history') {
      const dataFolder = dataFolderOf(site.files);
      const settings = settingsForReading(site.configuration);
      // Only this needs the database.
      const { runHistoryReplay } = await import('../run-history-replay.js');
      return runHistoryReplay(rules, { ...options, dataFolder, settings }, io);
    }
    return runReplay(rules, options, io);
  },
};

type SweepOptions = Pick<SweepRunOptions, 'sweeps' | 'shortMs'>;

/** What all kinds of replay have. */
interface CommonOptions {
  readonly site: string;
  readonly rules: readonly string[];
  readonly sweep: SweepOptions | null;
}

interface RecordingOptions extends ReplayOptions, CommonOptions {
  readonly kind: 'recording';
}

interface JournalOptions extends JournalReplayOptions, CommonOptions {
  readonly kind: 'journal';
}

interface HistoryOptions extends HistoryReplayOptions, CommonOptions {
  readonly kind: 'history';
}

/** Settings instead of events: a site that is not there has no receivers, but a journal has its rules with it. */
async function runSweep(
  options: RecordingOptions | JournalOptions | HistoryOptions,
  sweep: SweepOptions,
  io: Io,
): Promise<number> {
  const { until, rules, form, output } = options;
  const { sweepJournal, sweepMessages } = await import('../run-sweep.js');
  const common = { ...sweep, until, rules, form, output };
  if (options.kind === 'journal') {
    const configuration = await configurationOf(options.site);
    return sweepJournal(options.journal, { ...common, configuration }, io);
  }
  const site = await siteOrStop(options.site, io);
  chooseRules(site.plan, rules); // a misspelt rule is said before anything is read
  const wish = { ...common, configuration: site.configuration };
  if (options.kind === 'recording')
    return sweepMessages(site.files.plan, wish, io, recordingSource(options, io));
  const place = { dataFolder: dataFolderOf(site.files), settings: settingsForReading(site.configuration) };
  const { withHistory } = await import('../run-history-replay.js');
  return withHistory({ ...options, ...place }, io, (source) =>
    sweepMessages(site.files.plan, wish, io, source),
  );
}

async function configurationOf(folder: string): Promise<Configuration | null> {
  try {
    return (await loadSite(folder)).configuration;
  } catch (error) {
    if (error instanceof SiteNotFound) return null;
    throw error;
  }
}

function readOptions(args: readonly string[]): RecordingOptions | JournalOptions | HistoryOptions {
  const { values } = parseOptions(args, {
    site: { type: 'string', default: '.' },
    input: { type: 'string' },
    until: { type: 'string' },
    pending: { type: 'boolean', default: false },
    rule: { type: 'string', multiple: true, default: [] },
    output: { type: 'string' },
    summary: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    topic: { type: 'string' },
    'time-column': { type: 'string' },
    journal: { type: 'string' },
    history: { type: 'string' },
    sweep: { type: 'string', multiple: true, default: [] },
    short: { type: 'string' },
  });
  const sweep = sweepOptions(values);
  const { input, journal, history, topic, 'time-column': timeColumn } = values;
  const given = [input, journal, history].filter((source) => source !== undefined);
  if (given.length > 1) throw new UsageError('--input, --history and --journal exclude each other');
  const [source] = given;
  if (source === undefined) {
    throw new UsageError(
      '--input FILE is missing (- for standard input), or --history FROM..TO, or --journal FILE',
    );
  }
  if (values.summary && values.json) throw new UsageError('--summary and --json exclude each other');
  if ((input === undefined || !isCsv(input)) && (topic !== undefined || timeColumn !== undefined)) {
    throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
  }
  if (history === undefined && values.output !== undefined && resolve(values.output) === resolve(source)) {
    throw new UsageError('--output would overwrite the input');
  }
  const common: Omit<JournalOptions, 'kind' | 'journal'> = {
    site: values.site,
    sweep,
    until: timeOption('--until', values.until),
    pending: values.pending,
    rules: values.rule,
    output: values.output ?? null,
    form: values.summary ? 'story' : values.json ? 'ndjson' : 'as fits',
  };
  if (history !== undefined) return { kind: 'history', ...rangeOption('--history', history), ...common };
  if (input === undefined) return { kind: 'journal', journal: source, ...common };
  const layout = { topic: topic ?? null, timeColumn: timeColumn ?? 'time' };
  return { kind: 'recording', input, ...common, ...layout };
}

/** `null`: nothing is swept. */
function sweepOptions({
  sweep,
  short,
  pending,
}: {
  sweep: readonly string[];
  short?: string | undefined;
  pending: boolean;
}): SweepOptions | null {
  if (sweep.length === 0) {
    if (short === undefined) return null;
    throw new UsageError('--short is for --sweep: it says what is too short to be an alarm');
  }
  if (pending) throw new UsageError('--pending is about events, and --sweep only counts them');
  const shortMs = short === undefined ? SHORT_MS : parseDuration(short);
  if (shortMs === null || shortMs === 0) {
    throw new UsageError(`--short must be a duration above zero such as 30s, got '${short}'`);
  }
  const sweeps = sweep.map((text) => {
    const option = parseSweep(text);
    if (option !== null) return option;
    throw new UsageError(`--sweep must be a key and its values, such as deadband=0..5, got '${text}'`);
  });
  return { sweeps, shortMs };
}

/** Nobody can be at the machine sooner. */
const SHORT_MS = 60_000;
