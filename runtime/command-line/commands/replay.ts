import { resolve } from 'node:path';
import { isCsv } from '../../replay/open-recording.js';
import { parseTime } from '../../replay/time-text.js';
import { type Command, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { type ReplayOptions, runReplay } from '../run-replay.js';
import { chooseRules, siteOrStop } from '../site-rules.js';

export const replayCommand: Command = {
  help: `Run the rules of a site over recorded messages, in virtual time: the same input
gives the same events, byte for byte, however fast the machine is.

Usage: tocsin replay [--site DIR] --input FILE [options]

  --site DIR          the folder with rules/ (default: the current folder)
  --input FILE        recorded messages: CSV if its name ends in .csv, else
                      NDJSON; - reads NDJSON from standard input
  --until TIME        go on to this time; messages arriving later are left out
                      (default: the last arrival)
  --rule ID           only this rule; may be given several times
  --pending           also the events of delays that begin to run or break off
  --output FILE       write the events there
  --summary           tell what happened in words, as on a terminal
  --json              write the events as NDJSON, on a terminal too

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

Lines that cannot be read are reported and skipped; the exit code is then 1.

Examples:
  tocsin replay --site plant --input monday.ndjson
  tocsin replay --input shift.csv --topic 'plant/{machine}/{column}'
  tocsin replay --input export.csv --topic plant/m1/temp --time-column timestamp
  zcat day.ndjson.gz | tocsin replay --input - --rule press-overheat | jq .time
`,

  async run(args, io) {
    const options = readOptions(args);
    const { rules: all } = await siteOrStop(options.site, io);
    const rules = chooseRules(all, options.rules);
    return runReplay(rules, options, io);
  },
};

interface Options extends ReplayOptions {
  readonly site: string;
  readonly rules: readonly string[];
}

const NOT_BUILT_YET = {
  journal: 'journals',
  history: 'recorded history',
  sweep: 'parameter sweeps',
} as const;

function readOptions(args: readonly string[]): Options {
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
    sweep: { type: 'string' },
  });
  for (const [name, what] of Object.entries(NOT_BUILT_YET)) {
    if (values[name as keyof typeof NOT_BUILT_YET] !== undefined) {
      throw new UsageError(`--${name}: replay of ${what} is not built yet; --input takes recorded messages`);
    }
  }
  const { input, topic, 'time-column': timeColumn } = values;
  if (input === undefined) throw new UsageError('--input FILE is missing (- for standard input)');
  if (values.summary && values.json) throw new UsageError('--summary and --json exclude each other');
  if (!isCsv(input) && (topic !== undefined || timeColumn !== undefined)) {
    throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
  }
  if (values.output !== undefined && resolve(values.output) === resolve(input)) {
    throw new UsageError('--output would overwrite the input');
  }
  return {
    site: values.site,
    input,
    until: values.until === undefined ? null : timeOption('--until', values.until),
    pending: values.pending,
    rules: values.rule,
    output: values.output ?? null,
    form: values.summary ? 'story' : values.json ? 'ndjson' : 'as fits',
    topic: topic ?? null,
    timeColumn: timeColumn ?? 'time',
  };
}

function timeOption(name: string, text: string): number {
  const time = parseTime(text);
  if (time !== null) return time;
  throw new UsageError(
    `${name} must be a time such as 2026-01-05T06:00:00Z or epoch milliseconds, got '${text}'`,
  );
}
