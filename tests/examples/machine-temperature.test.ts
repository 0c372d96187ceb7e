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
  const { code, stdout } = await tocsin([
    ...['replay', '--site', SITE, '--input', MACHINE_TEMPERATURE.path],
    ...['--topic', 'plant/machine/temperature', '--time-column', 'timestamp'],
  ]);
  expect(code).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test.skipIf(MACHINE_TEMPERATURE.missing !== null)('the rule sees the failures coming', async () => {
  const events = await replayed();
  const failures = marked();
  const begin = (severity: string) =>
    events.filter((one) => one.severity === severity && (one.event === 'firing' || one.event === 'severity'));
  const inWindows = (times: readonly AlertEvent[]) =>
    failures.map(({ from, to }) => times.find(({ time }) => from <= time && time <= to)?.time ?? null);

  // Noticed before all four failures, by hours.
  const hoursAhead = inWindows(begin('info')).map((time, index) =>
    time === null ? null : Math.floor(((failures[index]?.failure ?? 0) - time) / 3_600_000),
  );
  expect(hoursAhead).toEqual([20, 7, 13, 20]);
  // Warned of in all four windows, and never outside; in 11 weeks two alerts were only worth a look.
  expect(inWindows(begin('warning'))).not.toContain(null);
  const outside = (list: readonly AlertEvent[]) =>
    list.filter(({ time }) => !failures.some(({ from, to }) => from <= time && time <= to));
  expect(outside(begin('warning'))).toEqual([]);
  expect(outside(events.filter(({ event }) => event === 'firing'))).toHaveLength(2);
  // It stood still twice.
  const days = begin('critical').map(({ time }) => new Date(time).toISOString().slice(0, 10));
  expect(days).toEqual(['2013-12-16', '2014-02-08']);
});
