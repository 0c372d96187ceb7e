import { hostname } from 'node:os';
import { parseTopicPattern } from '../../../rules/format/parse-topic-pattern.js';
import type { TopicPattern } from '../../../rules/topic-pattern.js';
import { settingsForReading } from '../../history/history-settings.js';
import { isCsv } from '../../replay/open-recording.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { exportHistory } from '../export-history.js';
import { exportJournal } from '../export-journal.js';
import { parseOptions } from '../options.js';
import { orCannotRun, siteState } from '../site-state.js';
import { openTextFile, TextOutput } from '../text-output.js';
import { timeOption } from '../time-option.js';
import { programVersion } from '../version.js';

export const exportCommand: Command = {
  help: `Write the readings that are kept, in order of time; or with --journal what the
rules of the service live by, of which \`tocsin replay --journal\` gives the same
events again.

Usage: tocsin export [--site DIR] [--topic FILTER]... [options]
       tocsin export --journal [--site DIR] [options]

  --site DIR      the folder with tocsin.json and rules/ (default: the current)
  --topic FILTER  only topics that this matches, such as 'plant/+/temp'; may be
                  given several times
  --from TIME     from this time on; with --journal from a little before: from
                  where the state of the rules was saved
  --to TIME       up to this time
  --format FORMAT ndjson, which \`tocsin replay --input\` reads; or csv, with the
                  columns time, topic, field, value
                  (default: csv if the name of the file ends in .csv)
  --output FILE   write there (default: standard output)

It reads while the service runs, or without one. How much is kept is bounded by
age and size. Where the journal does not go back to the beginning, the saved
state of the rules comes first.

Examples:
  tocsin export --site plant --topic 'plant/#' --output plant.csv
  tocsin export --from 2026-01-05T06:00:00Z | tocsin replay --input -
  tocsin export --journal --site plant --output plant.ndjson
  tocsin export --journal --from 2026-01-05T06:00:00Z | gzip > monday.gz
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string', default: '.' },
      journal: { type: 'boolean', default: false },
      topic: { type: 'string', multiple: true, default: [] },
      format: { type: 'string' },
      output: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
    });
    const topics = values.topic.map(topicFilterOption);
    const format = formatOption(values.format, values.output);
    if (values.journal && (topics.length > 0 || format === 'csv')) {
      throw new UsageError('--journal takes all topics, as NDJSON: without --topic and CSV');
    }
    const range = { from: timeOption('--from', values.from), to: timeOption('--to', values.to) };
    const { site, dataFolder } = await siteState(values.site);
    const { configuration } = site;
    const gateway = configuration?.gateway ?? hostname();
    const settings = settingsForReading(configuration);
    const { problems, isEmpty } = await orCannotRun(() =>
      writing(values.output ?? null, io, async (output) =>
        values.journal
          ? {
              problems: await exportJournal(
                { dataFolder, gateway, program: programVersion(), ...range },
                output,
              ),
              isEmpty: false,
            }
          : exportHistory({ dataFolder, settings, topics, format, ...range }, output),
      ),
    );
    for (const problem of problems) io.stderr.write(`${problem}\n`);
    if (isEmpty) io.stderr.write('nothing is kept of these topics and times\n');
    return problems.length === 0 ? EXIT.ok : EXIT.findings;
  },
};

async function writing<T>(
  path: string | null,
  io: Io,
  write: (output: TextOutput) => Promise<T>,
): Promise<T> {
  if (path === null) return write(TextOutput.to(io.stdout));
  const file = await openTextFile(path);
  try {
    return await write(file.output);
  } finally {
    await file.close();
  }
}

function formatOption(format: string | undefined, path: string | undefined): 'ndjson' | 'csv' {
  if (format === undefined) return path !== undefined && isCsv(path) ? 'csv' : 'ndjson';
  if (format === 'ndjson' || format === 'csv') return format;
  throw new UsageError(`--format must be ndjson or csv, got '${format}'`);
}

/** @throws {UsageError} it is no topic filter */
function topicFilterOption(text: string): TopicPattern {
  const parsed = parseTopicPattern(text);
  if (parsed.kind === 'refused') throw new UsageError(`--topic ${text}: ${parsed.message}`);
  return parsed.pattern;
}
