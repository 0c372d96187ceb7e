/**
 * A month of a thousand sensors, a reading each every 10 s: made, read, asked in SQL, replayed and pruned. Of the rows
 * that it is compared with there is a part. `npm run bench:month -- [--days 30] [--folder DIR]`; with a folder what was
 * made is kept there, and used again.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillMonth, fillMonthRows, MONTH_START } from './fill-month.js';
import { type Pieces, pruneMonth } from './prune-month.js';
import { historyOf, medianMs, rowsOf } from './read-month.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PROGRAM = join(import.meta.dirname, '../../../../dist/program/main.js');
const RULE = {
  id: 'hot',
  inputs: { t: 'plant/{line}/{machine}/temperature' },
  when: { value: 't', above: 90, deadband: 1, for: '1m' },
};

const { values } = parseArgs({
  options: { days: { type: 'string', default: '30' }, folder: { type: 'string' } },
});
const days = Number(values.days);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'tocsin-month-'));
const [history, rows] = [join(folder, 'data', 'history.db'), join(folder, 'rows.db')];
const end = MONTH_START + days * DAY_MS;

try {
  say('what', 'here', 'rows in SQLite');
  say('---', '---', '---');
  make();
  read();
  ask();
  replay();
  prune();
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

function make(): void {
  mkdirSync(join(folder, 'data'), { recursive: true });
  mkdirSync(join(folder, 'rules'), { recursive: true });
  writeFileSync(join(folder, 'tocsin.json'), '{}\n');
  writeFileSync(join(folder, 'rules', 'hot.json'), JSON.stringify(RULE));
  if (existsSync(history) && existsSync(rows)) return;
  for (const path of [history, rows]) rmSync(path, { force: true });
  const progress = (hours: number) => process.stderr.write(`\r${Math.floor(hours / 24)} of ${days} days`);
  const [readings, ms] = timed(() => fillMonth(history, { days, progress }));
  process.stderr.write('\r');
  const bytes = statSync(history).size;
  say(`${short(readings / 1e6)} M readings: made and stored`, `${short(ms / 1e3)} s`, '');
  const [count] = timed(() => fillMonthRows(rows, days));
  say('kept of each', `${short(bytes / readings)} B`, `${short(statSync(rows).size / count)} B`);
}

function read(): void {
  const [here, there] = [historyOf(history), rowsOf(rows)];
  const both = (what: string, work: (reader: typeof here, round: number) => number) =>
    say(
      what,
      `${short(medianMs((round) => work(here, round)))} ms`,
      `${short(medianMs((round) => work(there, round)))} ms`,
    );
  const span = (ms: number) => (reader: typeof here, round: number) =>
    reader.readings(round, { from: end - ms, to: end - 1 });
  both('read an hour of one sensor', span(HOUR_MS));
  both('read a day of one sensor', span(DAY_MS));
  both(`read ${days} days of one sensor`, span(days * DAY_MS));
  both('the minutes of an hour of all sensors', (reader, round) =>
    reader.minutes({ from: end - (round + 2) * HOUR_MS, to: end - (round + 1) * HOUR_MS - 1 }),
  );
  both('the minutes of a day of all sensors', (reader) =>
    reader.minutes({ from: end - DAY_MS, to: end - 1 }),
  );
  here.close();
  there.close();
}

function ask(): void {
  const sql = (text: string) => () => run(['sql', text]);
  const [, day] = timed(
    sql(`SELECT count(*), max(max) FROM buckets('#', 'value', ${end - DAY_MS}, ${end}, '1m')`),
  );
  say('the same in SQL, by the program, its start included', `${short(day)} ms`, '');
  const [, month] = timed(
    sql(`SELECT topic, max(max) AS highest FROM rollup_1h('#', 'value') GROUP BY topic`),
  );
  say(`${days} days of all sensors by their hours in SQL, by the program`, `${short(month)} ms`, '');
}

/** One rule, an instance of which each sensor has. */
function replay(): void {
  const from = new Date(MONTH_START).toISOString();
  const output = join(folder, 'events.ndjson');
  const [, ms] = timed(() =>
    run(['replay', '--history', `${from}..${new Date(end).toISOString()}`, '--output', output]),
  );
  const readings = (days * DAY_MS) / 10;
  say(`replay --history, a rule over all sensors: ${days} days`, `${short(ms / 1e3)} s`, '');
  say('the same for each reading', `${short((ms * 1e6) / readings)} ns`, '');
}

function prune(): void {
  const copy = join(folder, 'pruned.db');
  cpSync(history, copy);
  const { seconds, deleting, checkpoints } = pruneMonth(copy, end);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true });
  say('delete all readings but those of the last day', `${short(seconds)} s`, '');
  const pieces = ({ median, p99, longest }: Pieces) =>
    `${short(median)} ms, ${short(p99)} ms, ${short(longest)} ms`;
  say('pieces of that: the median, of a hundred the longest, the longest of all', pieces(deleting), '');
  say('the same of bringing it onto the disk', pieces(checkpoints), '');
}

function run(args: readonly string[]): void {
  execFileSync(process.execPath, [PROGRAM, ...args, '--site', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function timed<T>(work: () => T): [result: T, ms: number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function say(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}
