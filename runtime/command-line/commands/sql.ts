import { type TableView, tableSummaries, tableView } from '../../control/table-view.js';
import { settingsForReading } from '../../history/history-settings.js';
import { JobError } from '../../jobs/job-error.js';
import { runJob } from '../../jobs/run-job.js';
import type { QueryResult } from '../../sql/run-query.js';
import { CannotRun, type Command, EXIT, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { QUERY_FORMATS, type QueryFormat, writeQuery } from '../query-output.js';
import { askOrRead, type SiteState, siteState } from '../site-state.js';
import { storedRun } from '../stored-run.js';
import { styleFor } from '../style.js';
import { counted } from '../text-layout.js';
import { openTextFile, TextOutput } from '../text-output.js';

const TIMEOUT_MS = 30_000;
const ROWS_MAX = 100_000;
const HEAP_MEGABYTES = 256;

export const sqlCommand: Command = {
  help: `Ask what is kept in SQL (that of SQLite). Nothing can be changed by it.

Usage: tocsin sql 'SELECT …' [--site DIR] [options]

  --site DIR       the folder with tocsin.json and rules/ (default: the current)
  --format FORMAT  table, csv, ndjson or json
                   (default: table on a terminal, else csv)
  --json           the same as --format json: a list with an object per row
  --output FILE    write there (default: standard output)

Tables:
  readings(TOPICS, FIELD, FROM, TO)        topic, field, time, value
  buckets(TOPICS, FIELD, FROM, TO, WIDTH)  topic, field, time, count, min, max,
                                           sum, first, last of each span
  rollup_1m(TOPICS, FIELD, FROM, TO)       the same of each minute, and of each
  rollup_1h(TOPICS, FIELD, FROM, TO)       hour, kept longer than readings
  alerts, events, deliveries               as \`tocsin alerts\` and its like show
  and every view by its id, in double quotes if it has a hyphen

TOPICS is an MQTT filter, FROM and TO are times such as '2026-01-05T06:00:00Z',
or epoch milliseconds: FROM is in it, TO is not. '*' is any field or time, and
so is what is left out. Only what these name is read; WHERE looks at every row.
WIDTH is a duration such as '10m'. Times in rows are epoch milliseconds on the
wall: datetime(time / 1000, 'unixepoch') writes them out.

It reads while the service runs, or without one, in a process of its own, for
${TIMEOUT_MS / 1000} s and ${ROWS_MAX.toLocaleString('en-US')} rows at most.

Examples:
  tocsin sql "SELECT * FROM readings('plant/+/temp', 'value') LIMIT 10"
  tocsin sql "SELECT topic, time, sum / count AS mean
    FROM buckets('plant/#', 'value', '2026-01-05', '2026-01-06', '10m')"
  tocsin sql 'SELECT rule, count(*) FROM events GROUP BY rule' --json
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        format: { type: 'string' },
        json: { type: 'boolean', default: false },
        output: { type: 'string' },
      },
      "'SELECT …'",
    );
    const [sql, surplus] = positionals;
    if (sql === undefined) throw new UsageError('a question is missing, such as "SELECT * FROM alerts"');
    if (surplus !== undefined)
      throw new UsageError(`the whole question is one argument, in quotes; got '${surplus}' too`);
    const isTerminal = io.stdout.isTTY === true && values.output === undefined;
    const format = formatOption(values, isTerminal);
    const state = await siteState(values.site);
    const result = await answer(sql, await viewsOf(state, sql, io), state);
    await write(result, { format, path: values.output ?? null }, io);
    if (result.isCut) {
      io.stderr.write(`these are the first ${counted(ROWS_MAX, 'row')}: there are more\n`);
    }
    for (const problem of result.problems) io.stderr.write(`${problem}\n`);
    return result.isCut || result.problems.length > 0 ? EXIT.findings : EXIT.ok;
  },
};

/** Those whose names are in the question, with their rows. */
function viewsOf(state: SiteState, sql: string, io: Io): Promise<readonly TableView[]> {
  const isNamed = ({ id }: { readonly id: string }) => sql.toLowerCase().includes(id.toLowerCase());
  return askOrRead(state, io, {
    ask: async (service) => {
      const views = (await service.views()).filter(isNamed);
      const found = await Promise.all(views.map(({ id }) => service.view(id)));
      return found.filter((view) => view !== null);
    },
    read: async (stored) => {
      const { views = [] } = state.site.plan;
      if (!views.some(isNamed)) return [];
      const { engine, plan } = await storedRun(stored, io);
      const named = tableSummaries(engine, plan).filter(isNamed);
      return named.flatMap(({ id }) => tableView(engine, plan, id) ?? []);
    },
  });
}

async function answer(
  sql: string,
  views: readonly TableView[],
  { site, dataFolder }: SiteState,
): Promise<QueryResult> {
  const settings = settingsForReading(site.configuration);
  const input = { dataFolder, settings, sql, views, rowsMax: ROWS_MAX };
  try {
    return await runJob('sql', input, { heapMegabytes: HEAP_MEGABYTES, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    if (error.code === 'bad-query') throw new UsageError(error.message);
    const cure = error.kind === 'deadline' || error.kind === 'memory' ? CURE : '';
    throw new CannotRun(`${error.message}${cure}`, { cause: error });
  }
}

const CURE = ': ask for less time, or for buckets() or rollup_1h instead of readings()';

async function write(
  result: QueryResult,
  { format, path }: { readonly format: QueryFormat; readonly path: string | null },
  io: Io,
): Promise<void> {
  if (path === null)
    return writeQuery(result, { format, style: styleFor(io.stdout) }, TextOutput.to(io.stdout));
  const file = await openTextFile(path);
  try {
    await writeQuery(result, { format, style: (_, text) => text }, file.output);
  } finally {
    await file.close();
  }
}

function formatOption(
  { format, json }: { readonly format?: string | undefined; readonly json: boolean },
  isTerminal: boolean,
): QueryFormat {
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} exclude each other`);
  }
  if (json) return 'json';
  if (format === undefined) return isTerminal ? 'table' : 'csv';
  const known = QUERY_FORMATS.find((one) => one === format);
  if (known === undefined) {
    throw new UsageError(`--format must be one of ${QUERY_FORMATS.join(', ')}, got '${format}'`);
  }
  return known;
}
