/** `tocsin models` and `tocsin score`: what they print, and what they say of a model that is not there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MODEL } from '../control/fake-target.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';
import { runningSite } from './running-site.js';

describe('tocsin models', () => {
  test('lists what a running service scores', async () => {
    const { site } = await runningSite();
    const { stdout } = await tocsin(['models', '--site', site, '--json']);
    expect(JSON.parse(stdout)).toEqual([{ ...MODEL, instances: { ok: 1, warmup: 1 } }]);
    expect((await tocsin(['models', 'list', '--site', site])).stdout).toBe(
      'bearing  anomaly, 2 instances (1 ok, 1 warmup)\n  Bearings of the presses\n  gives score, anomalous\n',
    );
  });

  test('shows one', async () => {
    const { site } = await runningSite();
    const { stdout } = await tocsin(['models', 'show', 'bearing', '--site', site, '--json']);
    expect(JSON.parse(stdout)).toEqual(MODEL);
    expect((await tocsin(['models', 'show', 'bearing', '--site', site])).stdout).toBe(
      'machine  score  anomalous  quality\nm1         0.5      false       ok\nm2           ?          ?   warmup\n',
    );
  });

  test.each([[['show']], [['show', 'a', 'b']], [['list', 'a']], [['nonsense']]])(
    '%j is not understood',
    async (args) => {
      const { site, target } = await runningSite();
      expect((await tocsin(['models', ...args, '--site', site])).code).toBe(2);
      expect(target.asked).toEqual([]);
    },
  );

  test('has no model of that name', async () => {
    const { site } = await runningSite();
    const { code, stderr } = await tocsin(['models', 'show', 'baering', '--site', site]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "tocsin models: there is no model 'baering', did you mean 'bearing'?\nTry 'tocsin models --help'.\n",
    });
  });
});

describe('tocsin score', () => {
  const site = () =>
    temporarySite({
      'tocsin.json': {},
      'models/b.json': {
        id: 'bearing',
        kind: 'anomaly',
        warmUp: 100,
        inputs: { vib: 'f/{m}/vib' },
        groupBy: ['m'],
      },
    });
  const lines = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      JSON.stringify({
        time: 1_767_225_600_000 + i * 1000,
        topic: 'f/p,1/vib',
        payload: 2 + Math.sin(i * 12.9898) / 10,
      }),
    );
  const recording = (count: number) => `${lines(count).join('\n')}\n`;

  test('writes a row for each scoring', async () => {
    const { code, stdout } = await tocsin(['score', 'bearing', '--site', site(), '--input', '-'], {
      stdin: recording(150),
    });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(rows).toHaveLength(150);
    expect(stdout.split('\n')[0]).toBe(
      '{"time":1767225600000,"labels":{"m":"p,1"},"score":null,"anomalous":null,"cause":null,"warmup":0.01,"quality":"warmup"}',
    );
    expect(rows.at(-1)).toMatchObject({ quality: 'ok', anomalous: false, warmup: 1 });
  });

  test('what comes later changes no row', async () => {
    const [short, long] = await Promise.all(
      [120, 150].map((count) =>
        tocsin(['score', 'bearing', '--site', site(), '--input', '-'], { stdin: recording(count) }),
      ),
    );
    expect(long?.stdout.startsWith(short?.stdout ?? '?')).toBe(true);
  });

  test('writes CSV to a file of that name', async () => {
    const folder = site();
    const output = join(folder, 'scores.csv');
    const { code, stdout } = await tocsin(
      ['score', 'bearing', '--site', folder, '--input', '-', '--output', output],
      { stdin: recording(2) },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(output, 'utf8')).toBe(
      'time,m,score,anomalous,cause,warmup,quality\n1767225600000,"p,1",,,,0.01,warmup\n1767225601000,"p,1",,,,0.02,warmup\n',
    );
  });

  test('goes on after a line that is no message, and says so', async () => {
    const { code, stdout, stderr } = await tocsin(['score', 'bearing', '--site', site(), '--input', '-'], {
      stdin: `nonsense\n${recording(1)}`,
    });
    expect([code, stdout.split('\n').length]).toEqual([1, 2]);
    expect(stderr).toContain('(standard input):1');
  });

  test.each<[string, string[], RegExp]>([
    ['no model', ['--input', '-'], /say which model/],
    ['another model', ['baering', '--input', '-'], /there is no model 'baering', did you mean 'bearing'\?/],
    ['no input', ['bearing'], /--input FILE is missing/],
    ['a topic for NDJSON', ['bearing', '--input', '-', '--topic', 'a'], /are for CSV files/],
    ['the input as output', ['bearing', '--input', 'a.csv', '--output', './a.csv'], /would overwrite/],
  ])('%s', async (_name, args, expected) => {
    const { code, stderr } = await tocsin(['score', ...args, '--site', site()]);
    expect(code).toBe(2);
    expect(stderr).toMatch(expected);
  });

  test('a model with mistakes', async () => {
    const folder = temporarySite({
      'tocsin.json': {},
      'models/b.json': { id: 'b', kind: 'anomaly', inputs: {} },
    });
    const { code, stderr } = await tocsin(['score', 'b', '--site', folder, '--input', '-']);
    expect(code).toBe(1);
    expect(stderr).toContain('models/b.json:');
  });
});
