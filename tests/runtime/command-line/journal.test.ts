/**
 * `export --journal` and `replay --journal`: the exported journal of a run gives its events, byte for byte, from the
 * beginning and from a saved state on. Method: random runs through the engine into a real ledger.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { opened } from '../storage/ledger-fixture.js';
import { temporarySite } from '../temporary-site.js';
import { LiveRun, START } from './live-run.js';
import { tocsin } from './run-in-process.js';

async function liveSite(seed: number, act: (run: LiveRun) => void) {
  const site = temporarySite({ 'tocsin.json': { gateway: 'gw-2', timezone: 'UTC' } });
  const ledger = await opened(join(site, 'data'));
  const run = new LiveRun(ledger, seed);
  run.begin();
  act(run);
  await ledger.ledger.close();
  return { site, run };
}

const exported = async (site: string, options: readonly string[] = []) => {
  const { code, stdout, stderr } = await tocsin(['export', '--journal', '--site', site, ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('a replay of an exported journal gives the events of the run', () => {
  test.each([1, 2, 3, 4])('seed %i, from the beginning', async (seed) => {
    const { site, run } = await liveSite(seed, (live) => live.run(400));
    const journal = await exported(site);
    expect(run.lines.length).toBeGreaterThan(1000);
    expect(await tocsin(['replay', '--journal', '-'], { stdin: journal })).toEqual({
      code: 0,
      stdout: run.lines,
      stderr: '',
    });
  });

  test.each([5, 6])('seed %i, from a saved state on', async (seed) => {
    let before = '';
    let from = 0;
    const { site, run } = await liveSite(seed, (live) => {
      live.run(200);
      live.snapshot();
      before = live.lines;
      from = live.engine.time;
      live.run(200);
    });
    const journal = await exported(site, ['--from', String(from + 60_000)]);
    const [head = '', second = ''] = journal.split('\n');
    expect(JSON.parse(head)).toMatchObject({
      journal: 1,
      gateway: 'gw-2',
      plan: [{ path: 'rules/rules.json' }],
      snapshotBytes: expect.any(Number),
    });
    expect(Object.keys(JSON.parse(second))).toEqual(['snapshot']);
    const { stdout } = await tocsin(['replay', '--journal', '-'], { stdin: journal });
    expect(before + stdout).toBe(run.lines);
    expect(stdout.length).toBeGreaterThan(1000);
  });
});

test('to a file, and up to a time', async () => {
  const { site, run } = await liveSite(7, (live) => live.run(200));
  const file = join(site, 'journal.ndjson');
  const to = START + 600_000;
  expect(await exported(site, ['--output', file, '--to', String(to)])).toBe('');
  const { stdout } = await tocsin(['replay', '--journal', file, '--until', String(to), '--pending']);
  const expected = run.events.filter(({ time }) => time <= to - 2000).map((event) => JSON.stringify(event));
  expect(stdout.split('\n').slice(0, expected.length)).toEqual(expected);
  expect(expected.length).toBeGreaterThan(5);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
  const times = lines
    .map((line) => JSON.parse(line))
    .map(({ arrives, at, tick, gap }) => arrives ?? at ?? tick ?? gap.to);
  expect(Math.max(...times)).toBeLessThanOrEqual(to);
});

test('nothing stored yet', async () => {
  const site = temporarySite({ 'tocsin.json': {} });
  expect(await tocsin(['export', '--journal', '--site', site])).toEqual({
    code: 3,
    stdout: '',
    stderr: `tocsin export: nothing is stored in ${site}/data yet\n`,
  });
});

test.each<[string[], string]>([
  [['--journal', '--from', 'noon'], '--from must be a time'],
  [['--journal', 'x'], "unexpected argument 'x'"],
])('wrong usage: %j', async (args, said) => {
  const { code, stderr } = await tocsin(['export', '--site', temporarySite({ 'tocsin.json': {} }), ...args]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
});

describe('a journal that cannot be replayed', () => {
  const HEAD = '{"journal":1,"program":"0.1.0","gateway":"g","plan":[],"snapshotBytes":0}';
  const MESSAGE = '{"time":0,"arrives":0,"topic":"a","payload":1}';

  test.each<[string, string[], string]>([
    ['no beginning', [MESSAGE], 'it does not begin like an exported journal'],
    ['two beginnings', [HEAD, HEAD], 'it has two beginnings'],
    [
      'half a saved state',
      [HEAD.replace(':0}', ':9}'), '{"snapshot":"AAAA"}', MESSAGE],
      'its saved state is not complete',
    ],
    ['a saved state too many', [HEAD, '{"snapshot":"AAAA"}'], 'a saved state stands where none is expected'],
    [
      'a saved state of another version',
      [HEAD.replace(':0}', ':3}'), '{"snapshot":"AAAA"}'],
      'its saved state was written by another version',
    ],
  ])('%s', async (_name, lines, said) => {
    const { code, stderr } = await tocsin(['replay', '--journal', '-'], { stdin: lines.join('\n') });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`(standard input): ${said}`),
    });
  });

  test('lines that cannot be read are said, with what is wrong', async () => {
    const lines = [
      HEAD,
      '{',
      '[]',
      '{"what":1}',
      '{"gap":{"from":0}}',
      '{"topic":"a"}',
      '{"journal":2}',
      MESSAGE,
    ];
    const { code, stdout, stderr } = await tocsin(['replay', '--journal', '-'], { stdin: lines.join('\n') });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').map((line) => line.replace('(standard input):', ''))).toEqual([
      '2: not valid JSON',
      '3: not an object',
      '4: no line of a journal that this version of the program knows',
      expect.stringMatching(/^5: "gap" is wrong at gap\.to: /),
      '6: "time" is missing',
      expect.stringMatching(/^7: "journal" is wrong at journal: /),
      '6 lines could not be read',
      '',
    ]);
  });

  test('a file that is not there', async () => {
    expect(await tocsin(['replay', '--journal', '/nowhere'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'tocsin replay: cannot read /nowhere: there is no such file or folder\n',
    });
  });

  test('records that were lost are said', async () => {
    const stdin = [HEAD, '{"lost":3,"at":5}'].join('\n');
    expect(await tocsin(['replay', '--journal', '-'], { stdin })).toEqual({
      code: 0,
      stdout: '',
      stderr: '3 records could not be stored when this was recorded: what follows may differ\n',
    });
  });
});

test('what a person is told of it: the rules of all its plans', async () => {
  const { site } = await liveSite(8, (live) => live.run(300));
  const journal = join(site, 'j');
  writeFileSync(journal, await exported(site));
  const { code, stdout } = await tocsin(['replay', '--journal', journal, '--summary']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+ messages, \d+ readings, 5 rules\n/);
  expect(stdout).toMatch(/^odd\n/m);
});

test('one rule of it', async () => {
  const { site, run } = await liveSite(9, (live) => live.run(200));
  const journal = join(site, 'j');
  writeFileSync(journal, await exported(site));
  const { stdout } = await tocsin(['replay', '--journal', journal, '--rule', 'hot']);
  const lines = run.lines.split('\n').filter((line) => line.includes('"rule":"hot"'));
  expect(stdout.trimEnd().split('\n')).toEqual(lines);
  expect(await tocsin(['replay', '--journal', journal, '--rule', 'hott'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no rule 'hott' in the journal, did you mean 'hot'?"),
  });
});
