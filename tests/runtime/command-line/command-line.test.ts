/** The command line as such: finding a command, its help, and what is said of mistakes. */
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { COMMANDS } from '../../../runtime/command-line/commands.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const names = COMMANDS.map(({ name }) => name);

test.each(['--help', '-h', 'help'])('%s lists the commands', async (argument) => {
  const { code, stdout } = await tocsin([argument]);
  expect(code).toBe(0);
  for (const { name, summary } of COMMANDS)
    expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test.each(names)('%s --help fits 80 columns and has an example', async (name) => {
  const { code, stdout, stderr } = await tocsin([name, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toContain(`tocsin ${name}`);
  expect(stdout).toMatch(/^Examples:$/m);
  expect(stdout.endsWith('\n')).toBe(true);
});

test('help COMMAND is COMMAND --help, and asking for help wins over mistakes', async () => {
  const help = await tocsin(['replay', '--help']);
  expect(await tocsin(['help', 'replay'])).toEqual(help);
  expect(await tocsin(['replay', '--wrong', '-h'])).toEqual(help);
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(await tocsin(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('nothing at all shows the commands and is wrong usage', async () => {
  const { code, stdout, stderr } = await tocsin([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: tocsin COMMAND');
});

describe('wrong usage', () => {
  test.each<[string[], string]>([
    [['replai'], "tocsin: there is no command 'replai', did you mean 'replay'?\nTry 'tocsin --help'.\n"],
    [['xyzzy'], "tocsin: there is no command 'xyzzy'\nTry 'tocsin --help'.\n"],
    [['help', 'chek'], "tocsin: there is no command 'chek', did you mean 'check'?\nTry 'tocsin --help'.\n"],
    [['--site', 'x'], "tocsin: a command comes before its options, got --site\nTry 'tocsin --help'.\n"],
    [
      ['check', '--jsn'],
      "tocsin check: there is no option --jsn, did you mean --json?\nTry 'tocsin check --help'.\n",
    ],
    [['check', '--qqq'], "tocsin check: there is no option --qqq\nTry 'tocsin check --help'.\n"],
    [['check', '-x'], "tocsin check: there is no option -x\nTry 'tocsin check --help'.\n"],
    [
      ['check', 'plant', '--json'],
      "tocsin check: unexpected argument 'plant', did you mean --site plant?\nTry 'tocsin check --help'.\n",
    ],
    [
      ['replay', 'monday.csv'],
      "tocsin replay: unexpected argument 'monday.csv', did you mean --input monday.csv?\nTry 'tocsin replay --help'.\n",
    ],
    [
      ['check', 'plant', '--site=x'],
      "tocsin check: unexpected argument 'plant'\nTry 'tocsin check --help'.\n",
    ],
    [
      ['check', '--site'],
      "tocsin check: option '--site <value>' argument missing\nTry 'tocsin check --help'.\n",
    ],
    [
      ['check', '--json=5'],
      "tocsin check: option '--json' does not take an argument\nTry 'tocsin check --help'.\n",
    ],
  ])('%j', async (args, stderr) => {
    expect(await tocsin(args)).toEqual({ code: 2, stdout: '', stderr });
  });

  test('no site was named, and the current folder is none: how to get to one', async () => {
    const before = process.cwd();
    process.chdir(temporarySite({}));
    onTestFinished(() => process.chdir(before));
    expect(await tocsin(['check'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `tocsin check: . is no site: it has neither a file tocsin.json nor a folder rules
Say which with --site DIR, or begin one with: tocsin init DIR
`,
    });
  });
});
