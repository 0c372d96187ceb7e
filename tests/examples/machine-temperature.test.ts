/**
 * The second example, on data of a real machine that failed (Numenta Anomaly Benchmark): its rule sees every failure that
 * people marked, before or while it happens, and seldom anything else.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { benchmarkFile } from '../benchmark-data.js';
import { tocsin } from '../runtime/command-line/run-in-process.js';
import { MACHINE_TEMPERATURE, SERIES } from './machine-temperature.js';

const SITE = 'examples/machine-temperature';
const README = readFileSync(`${SITE}/README.md`, 'utf8');
const REPLAY = [
  ...['replay', '--site', SITE, '--input', MACHINE_TEMPERATURE.path],
  ...['--topic', 'plant/machine/temperature', '--time-column', 'timestamp'],
];

test('the files have no problems, and the rule tests pass and touch everything', async () => {
  expect(await tocsin(['check', '--site', SITE])).toMatchObject({ code: 0, stderr: '' });
  const { code, stdout } = await tocsin(['test', '--site', SITE]);
  expect(stdout).toMatch(/\n\d+ passed\n$/);
  expect(code).toBe(0);
});

if (MACHINE_TEMPERATURE.missing !== null) console.warn(`Skipped: ${MACHINE_TEMPERATURE.missing}.`);

/** What people marked: when the machine failed, and the time around it in which it is right to say so. */
function marked(): { failure: number; from: number; to: number }[] {
  const read = (name: string) =>
    JSON.parse(readFileSync(benchmarkFile('nab', 'labels', name).path, 'utf8'))[SERIES];
  const failures: string[] = read('combined_labels.json');
  const windows: [string, string][] = read('combined_windows.json');
  const time = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);
  return windows.map(([from, to], index) => ({
    failure: time(failures[index] ?? ''),
    from: time(from),
    to: time(to),
  }));
}

async function replayed(): Promise<AlertEvent[]> {
  const { code, stdout } = await tocsin(REPLAY);
  expect(code).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const onData = test.skipIf(MACHINE_TEMPERATURE.missing !== null);

onData('the rule sees all failures, and warns of nothing else', async () => {
  const begun = (await replayed()).filter(({ event }) => event === 'firing' || event === 'severity');
  const failures = marked();
  const first = (severity: string, { from, to }: { from: number; to: number }) =>
    begun.find((event) => event.severity === severity && from <= event.time && event.time <= to)?.time ??
    null;

  // As in the README of the example.
  const rows = failures.map((one) => {
    const cells = ['info', 'warning', 'critical'].map((severity) =>
      distance(first(severity, one), one.failure),
    );
    return `| ${new Date(one.failure).toISOString().slice(0, 16).replace('T', ' ')} | ${cells.join(' | ')} |`;
  });
  const table = README.split('\n').filter((line) => line.startsWith('| 20'));
  expect(rows.map((row) => row.replaceAll('  ', ' '))).toEqual(table);
  expect(failures.map((one) => first('info', one) !== null && first('warning', one) !== null)).not.toContain(
    false,
  );

  const outside = begun.filter(({ time }) => !failures.some(({ from, to }) => from <= time && time <= to));
  expect(outside.map(({ time, severity }) => [new Date(time).toISOString().slice(0, 10), severity])).toEqual([
    ['2014-01-30', 'info'],
    ['2014-02-03', 'info'],
  ]);
});

onData('a replay begins as its README says', async () => {
  const text = /```text\n([^`]*)```/.exec(README)?.[1];
  const { stdout } = await tocsin([...REPLAY, '--summary']);
  expect(stdout.slice(0, text?.length)).toBe(text);
});

/** `20 h before` */
function distance(time: number | null, failure: number): string {
  if (time === null) return '';
  const hours = (failure - time) / 3_600_000;
  return hours > 0 ? `${Math.floor(hours)} h before` : `${Math.ceil(-hours)} h after`;
}
