/**
 * `export` and `replay --history`: what was kept comes out as it went in, sealed or not, and rules give on it what they
 * gave on the messages. Method: messages go into a real journal, a part of them into chunks, the rest is left there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HistoryStore } from '../../../runtime/history/history-store.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { KEEP_ALL, measured } from '../history/history-fixture.js';
import { HOT } from '../replay/rules-of.js';
import { NOON } from '../storage/ledger-fixture.js';
import { StoredSite } from '../storage/stored-site.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const HOUR = 3_600_000;
/** The journal of these commits; all but the last are in chunks, as far as an hour has passed. */
function siteWith(commits: readonly (readonly JournalRecord[])[]): string {
  const folder = temporarySite({ 'tocsin.json': { timezone: 'UTC' }, 'rules/hot.json': { rules: [HOT] } });
  const data = join(folder, 'data');
  const site = new StoredSite(data);
  for (const [index, records] of commits.entries()) {
    site.commit({ records });
    if (index === commits.length - 1) break;
    const store = new HistoryStore(data, KEEP_ALL, { freeBytes: () => 2 ** 30 });
    while (store.work().hasMore) {}
    store.close();
  }
  site.store.close(true);
  return folder;
}

const OFFSET = 5_000;
const MESSAGES: readonly (readonly JournalRecord[])[] = [
  [
    { kind: 'offset', time: NOON - 1, offset: OFFSET },
    measured('plant/m1/temp', 79.5, NOON),
    measured('plant/m1/temp', 81, NOON + 1_000),
    measured('plant/m1/flow', -0, NOON + 1_200),
    measured('plant/m2', { temp: 7, state: 'on, "really"', motor: { on: true }, code: '007' }, NOON + 1_500),
  ],
  [{ kind: 'tick', time: NOON + 2 * HOUR }],
  [
    measured('plant/m1/temp', 90, NOON + 2 * HOUR, { ageMs: 2 * HOUR - 500 }),
    measured('plant/m1/temp', 70, NOON + 2 * HOUR + 1),
    measured('plant/m1/temp', 71, NOON + 2 * HOUR + 1),
  ],
];

async function exported(folder: string, ...options: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await tocsin(['export', '--site', folder, ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe('export', () => {
  test('writes messages in order of time, by the clock on the wall', async () => {
    expect(await exported(siteWith(MESSAGES))).toEqual([
      '{"time":"2026-03-01T12:00:05.000Z","topic":"plant/m1/temp","payload":79.5}',
      '{"time":"2026-03-01T12:00:05.500Z","topic":"plant/m1/temp","payload":90}',
      '{"time":"2026-03-01T12:00:06.000Z","topic":"plant/m1/temp","payload":81}',
      '{"time":"2026-03-01T12:00:06.200Z","topic":"plant/m1/flow","payload":-0}',
      '{"time":"2026-03-01T12:00:06.500Z","topic":"plant/m2","payload":{"code":"007","motor.on":true,"state":"on, \\"really\\"","temp":7}}',
      '{"time":"2026-03-01T14:00:05.001Z","topic":"plant/m1/temp","payload":70}',
      '{"time":"2026-03-01T14:00:05.001Z","topic":"plant/m1/temp","payload":71}',
    ]);
  });

  test('writes only what is asked for', async () => {
    const folder = siteWith(MESSAGES);
    const range = ['--from', '2026-03-01T12:00:05.500Z', '--to', '2026-03-01T12:00:06Z'];
    expect((await exported(folder, '--from', '2026-03-01', '--to', '2026-03-02')).length).toBe(7);
    for (const nothing of [
      ['--topic', 'plant/+', ...range],
      ['--from', '2026-03-02'],
    ]) {
      expect(await tocsin(['export', '--site', folder, ...nothing])).toMatchObject({
        code: 0,
        stdout: '',
        stderr: 'nothing is kept of these topics and times\n',
      });
    }
    expect((await exported(folder, '--topic', 'plant/+/temp', ...range)).length).toBe(2);
    expect((await exported(folder, '--topic', 'plant/m2')).length).toBe(1);
  });

  test('writes CSV that a spreadsheet reads and does not run', async () => {
    const folder = siteWith([
      [measured('plant/m1', { '=A1': '=1+1', n: -5, s: '12' }, NOON), ...(MESSAGES[0] ?? [])],
    ]);
    const path = join(folder, 'out.csv');
    expect(await exported(folder, '--topic', 'plant/m1', '--topic', 'plant/m2', '--output', path)).toEqual([
      '',
    ]);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toEqual([
      'time,topic,field,value',
      '2026-03-01T12:00:05.000Z,plant/m1,\'=A1,"""=1+1"""',
      '2026-03-01T12:00:05.000Z,plant/m1,n,-5',
      '2026-03-01T12:00:05.000Z,plant/m1,s,"""12"""',
      '2026-03-01T12:00:06.500Z,plant/m2,code,"""007"""',
      '2026-03-01T12:00:06.500Z,plant/m2,motor.on,true',
      '2026-03-01T12:00:06.500Z,plant/m2,state,"on, ""really"""',
      '2026-03-01T12:00:06.500Z,plant/m2,temp,7',
    ]);
  });

  test.each([
    [['--format', 'xml'], "--format must be ndjson or csv, got 'xml'"],
    [['--topic', 'a/#/b'], '--topic a/#/b: '],
    [['--journal', '--topic', 'a'], '--journal takes all topics, as NDJSON: without --topic and CSV'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await tocsin(['export', '--site', siteWith([[]]), ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('replay --history', () => {
  test('gives what the rules give on an export of it', async () => {
    const folder = siteWith(MESSAGES);
    const lines = await exported(folder);
    const direct = await tocsin(['replay', '--site', folder, '--input', '-'], {
      stdin: `${lines.join('\n')}\n`,
    });
    const kept = await tocsin(['replay', '--site', folder, '--history', '..']);
    expect(kept).toEqual(direct);
    expect(kept.stdout).toContain('"event":"firing"');
    const later = await tocsin(['replay', '--site', folder, '--history', '2026-03-01T13:00:00Z..']);
    expect(later).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('explain sees the same', async () => {
    const folder = siteWith(MESSAGES);
    const lines = await exported(folder);
    const at = ['hot', '--json', '--site', folder, '--at', '2026-03-01T12:00:07Z'];
    const direct = await tocsin(['explain', '--input', '-', ...at], { stdin: `${lines.join('\n')}\n` });
    expect(await tocsin(['explain', '--history', '..', ...at])).toEqual(direct);
    expect(JSON.parse(direct.stdout)).toMatchObject([{ state: 'firing', values: { temp: 81 } }]);
  });

  test('a sweep counts the same', async () => {
    const folder = siteWith(MESSAGES);
    const lines = await exported(folder);
    const sweep = ['--site', folder, '--sweep', 'hot.#1=70,80,85'];
    const direct = await tocsin(['replay', '--input', '-', ...sweep], { stdin: `${lines.join('\n')}\n` });
    expect(await tocsin(['replay', '--history', '..', ...sweep])).toEqual(direct);
    expect(JSON.parse(direct.stdout)).toMatchObject({
      settings: [{ firings: 2 }, { firings: 1 }, { firings: 1 }],
    });
  });
});

describe('sql', () => {
  const sql =
    "SELECT topic, value FROM readings('plant/m1/+', '*', '2026-03-01 12:00:05', '2026-03-01 13:00:00')";

  test('answers from a process of its own: as CSV, as JSON, and as a table on a terminal', async () => {
    const site = siteWith(MESSAGES);
    const [csv, json, table] = await Promise.all([
      tocsin(['sql', sql, '--site', site]),
      tocsin(['sql', sql, '--site', site, '--json']),
      tocsin(['sql', sql, '--site', site], { isTerminal: true }),
    ]);
    expect(csv).toEqual({
      code: 0,
      stdout: 'topic,value\nplant/m1/flow,-0\nplant/m1/temp,79.5\nplant/m1/temp,90\nplant/m1/temp,81\n',
      stderr: '(not running)\n',
    });
    expect(JSON.parse(json.stdout)).toEqual(
      [-0, 79.5, 90, 81].map((value, at) => ({
        topic: at === 0 ? 'plant/m1/flow' : 'plant/m1/temp',
        value,
      })),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those of a terminal
    expect(table.stdout.replaceAll(/\u001b\[\d+m/g, '')).toBe(
      'topic          value\nplant/m1/flow      0\nplant/m1/temp   79.5\nplant/m1/temp     90\nplant/m1/temp     81\n',
    );
  });

  test.each([
    [[], 2, 'a question is missing'],
    [['SELECT', '1'], 2, "the whole question is one argument, in quotes; got '1' too"],
    [['DROP TABLE alerts'], 2, 'only a SELECT'],
    [['SELECT 1', '--format', 'xml'], 2, "--format must be one of table, csv, ndjson, json, got 'xml'"],
    [['SELECT 1', '--json', '--format', 'csv'], 2, '--json and --format csv exclude each other'],
  ])('refuses %j', async (args, expected, message) => {
    const { code, stderr } = await tocsin(['sql', ...args, '--site', siteWith([[]])]);
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(message) });
  });
});
