/** `tocsin replay` as a command: inputs, outputs, what is refused. What it computes is tested with the replay. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { HOT, HOT_FOR } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const line = (seconds: number, payload: unknown, topic = 'plant/m1/temp') =>
  JSON.stringify({ time: seconds * 1000, topic, payload });
const NDJSON = `${[line(0, 70), line(10, 85), line(20, 70)].join('\n')}\n`;

const site = (files: Readonly<Record<string, unknown>> = {}) =>
  temporarySite({ 'rules/rules.json': { rules: [HOT, HOT_FOR] }, 'in.ndjson': NDJSON, ...files });

const replay = (
  folder: string,
  options: readonly string[] = [],
  settings: Parameters<typeof tocsin>[1] = {},
) => {
  const input = options.includes('--input') ? [] : ['--input', join(folder, 'in.ndjson')];
  return tocsin(['replay', '--site', folder, ...input, ...options], settings);
};

const eventsOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text))
    .map(({ time, rule, event }) => `${time / 1000} ${rule} ${event}`);

const BOTH = ['10 hot firing', '20 hot resolved'];

describe('input', () => {
  test('a file', async () => {
    const { code, stdout, stderr } = await replay(site());
    expect({ code, stderr, events: eventsOf(stdout) }).toEqual({ code: 0, stderr: '', events: BOTH });
  });

  test('standard input', async () => {
    const { stdout } = await replay(site(), ['--input', '-'], { stdin: NDJSON });
    expect(eventsOf(stdout)).toEqual(BOTH);
  });

  test('CSV, narrow and wide', async () => {
    const folder = site({
      'narrow.csv':
        'time,topic,payload\n0,plant/m1/temp,70\n10000,plant/m1/temp,85\n20000,plant/m1/temp,70\n',
      'wide.csv': 'at;machine;temp\n0;m1;70\n10000;m1;85\n20000;m1;70\n',
    });
    const wide = ['--topic', 'plant/{machine}/{column}', '--time-column', 'at'];
    expect(eventsOf((await replay(folder, ['--input', join(folder, 'narrow.csv')])).stdout)).toEqual(BOTH);
    expect(eventsOf((await replay(folder, ['--input', join(folder, 'wide.csv'), ...wide])).stdout)).toEqual(
      BOTH,
    );
  });

  test('lines that cannot be read are named, the others count, and the exit code is 1', async () => {
    const folder = site({
      'in.ndjson': `${line(0, 70)}\noops\n${line(10, 85)}\n{"time":5}\n${line(20, 70)}`,
    });
    const { code, stdout, stderr } = await replay(folder);
    const file = join(folder, 'in.ndjson');
    expect(code).toBe(1);
    expect(eventsOf(stdout)).toEqual(BOTH);
    expect(stderr).toBe(
      `${file}:2: not JSON: oops\n${file}:4: "topic" is missing\n2 lines could not be read\n`,
    );
  });

  test('a file of another kind does not fill the screen', async () => {
    const { stderr } = await replay(site(), ['--input', '-'], { stdin: 'x\n'.repeat(5000) });
    expect(stderr.split('\n')).toHaveLength(22);
    expect(stderr).toContain(
      '(standard input):20: not JSON: x\n5000 lines could not be read (the first 20 are shown)\n',
    );
  });

  test('a file that is not there, or a folder', async () => {
    const folder = site();
    expect(await replay(folder, ['--input', '/nowhere.ndjson'])).toMatchObject({
      code: 3,
      stderr: 'tocsin replay: cannot read /nowhere.ndjson: there is no such file or folder\n',
    });
    expect(await replay(folder, ['--input', folder])).toMatchObject({
      code: 3,
      stderr: `tocsin replay: cannot read ${folder}: it is a folder\n`,
    });
  });

  test('columns that do not fit', async () => {
    const folder = site({ 'x.csv': 'a,b\n1,2\n' });
    const { code, stderr } = await replay(folder, ['--input', join(folder, 'x.csv')]);
    expect(code).toBe(2);
    expect(stderr).toContain("x.csv: there is no column 'time'");
  });
});

test('a function that threw is said', async () => {
  const folder = site({
    'rules/rules.json': { id: 'fussy', inputs: HOT.inputs, when: 'fussy(temp) > 80' },
    'functions/fussy.js': "function fussy(x) { if (x > 84) throw new Error('too much'); return x; }",
  });
  expect(await replay(folder)).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'functions/fussy.js threw at 1970-01-01T00:00:10.000Z: too much. From then on what rules make of it is unknown.\n',
  });
});

describe('options', () => {
  test('--until leaves out what arrives later and lets time go on', async () => {
    expect(eventsOf((await replay(site(), ['--until', '1970-01-01T00:00:19.999Z'])).stdout)).toEqual([
      '10 hot firing',
    ]);
    const folder = site({ 'in.ndjson': line(10, 85) });
    expect(eventsOf((await replay(folder, ['--until', '40000'])).stdout)).toEqual([
      '10 hot firing',
      '40 hot-for firing',
    ]);
  });

  test('--rule chooses rules; those that suppress them run along unseen', async () => {
    const quiet = { ...HOT, id: 'quiet', suppressedBy: [{ rule: 'hot' }] };
    const folder = site({ 'rules/rules.json': { rules: [HOT, HOT_FOR, quiet] } });
    const { stdout } = await replay(folder, ['--rule', 'quiet']);
    expect(eventsOf(stdout)).toEqual(['10 quiet firing', '20 quiet resolved']);
    expect(stdout).toContain('"suppressed":true');
    expect(eventsOf((await replay(folder, ['--rule', 'hot', '--rule', 'hot-for'])).stdout)).toEqual(BOTH);
  });

  test('--pending shows what is hidden otherwise', async () => {
    const { stdout } = await replay(site(), ['--pending', '--rule', 'hot-for']);
    expect(eventsOf(stdout)).toEqual(['10 hot-for pending', '20 hot-for cleared']);
  });

  test('--output writes the events, and nothing to stdout', async () => {
    const folder = site();
    const file = join(folder, 'out.ndjson');
    const { stdout } = await replay(folder);
    expect(await replay(folder, ['--output', file])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    expect(await replay(folder, ['--output', `${folder}/no/out`])).toMatchObject({
      code: 3,
      stderr: `tocsin replay: cannot write ${folder}/no/out: there is no such file or folder\n`,
    });
  });

  test('on a terminal the story is told instead; --json and --summary choose', async () => {
    const folder = site();
    const plain = await replay(folder);
    const told = await replay(folder, ['--summary']);
    expect(told.stdout).toContain('1 firing of 1 rule, all resolved.');
    expect(await replay(folder, ['--json'], { isTerminal: true })).toEqual(plain);
    const { stdout } = await replay(folder, ['--output', join(folder, 'out')], { isTerminal: true });
    expect(stripVTControlCharacters(stdout)).toBe(told.stdout);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(plain.stdout);
  });
});

describe('refused', () => {
  test.each<[string[], string]>([
    [
      ['--until', 'noon'],
      "--until must be a time such as 2026-01-05T06:00:00Z or 2026-01-05, or epoch milliseconds; got 'noon'",
    ],
    [['--rule', 'hott'], "there is no rule 'hott' in the site, did you mean 'hot'?"],
    [['--summary', '--json'], '--summary and --json exclude each other'],
    [['--topic', 'x'], '--topic and --time-column are for CSV files, whose names end in .csv'],
    [['--journal', 'x'], '--input, --history and --journal exclude each other'],
    [['--history', '2026-01-05'], '--input, --history and --journal exclude each other'],
  ])('%j', async (options, message) => {
    const { code, stdout, stderr } = await replay(site(), options);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `tocsin replay: ${message}\nTry 'tocsin replay --help'.\n`,
    });
  });

  test('no input', async () => {
    expect(await tocsin(['replay', '--site', site()])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--input FILE is missing'),
    });
  });

  test('an output that would overwrite the input', async () => {
    const folder = site();
    const { code } = await replay(folder, ['--output', join(folder, 'in.ndjson')]);
    expect(code).toBe(2);
    expect(readFileSync(join(folder, 'in.ndjson'), 'utf8')).toBe(NDJSON);
  });

  test('a site with broken rules, and one without any', async () => {
    const folder = site({ 'rules/broken.json': '{ "id": "x" }' });
    const output = join(folder, 'out');
    const { code, stdout, stderr } = await replay(folder, ['--output', output]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('rules/broken.json:1:');
    expect(stderr).toMatch(/errors\ntocsin replay: the rules of the site have errors\n$/);
    expect(existsSync(output)).toBe(false);
    expect(await replay(temporarySite({ 'tocsin.json': '{}', 'in.ndjson': '' }))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there are no rules in'),
    });
  });

  test('a broken configuration does not matter', async () => {
    expect((await replay(site({ 'tocsin.json': '{' }))).code).toBe(0);
  });
});
