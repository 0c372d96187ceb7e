/** `tocsin reset`: which instances it means, and what is said of those that cannot be reset. */
import { describe, expect, test } from 'vitest';
import { ALERT } from '../control/fake-target.js';
import { tocsin } from './run-in-process.js';
import { runningSite } from './running-site.js';

describe('reset', () => {
  const instance = (machine: string, state: 'latched' | 'firing' | 'inactive') => ({
    labels: { line: 'l1', machine },
    state,
    severity: 'critical',
  });
  const command = (machine: string, kind = 'reset') => ({
    kind,
    rule: 'press-overheat',
    labels: { line: 'l1', machine },
  });

  test.each<[string, string[], unknown[], number, string, string]>([
    [
      'the only one that is latched',
      [],
      [command('m2')],
      0,
      'press-overheat line=l1 machine=m2: reset\n',
      '',
    ],
    [
      'the one that is named',
      ['machine=m2'],
      [command('m2')],
      0,
      'press-overheat line=l1 machine=m2: reset\n',
      '',
    ],
    [
      'one that is named and not latched',
      ['machine=m1'],
      [command('m1')],
      0,
      'press-overheat line=l1 machine=m1: reset\n',
      '',
    ],
    ['none that has the labels', ['line=l9'], [], 1, 'nothing of press-overheat line=l9 is latched\n', ''],
    [
      'to forget needs one',
      ['--forget'],
      [],
      2,
      '',
      'press-overheat has 3 of them: name one by its labels, or give --all\n  line=l1 machine=m1  firing\n  line=l1 machine=m2  latched\n  line=l1 machine=m3  inactive\n',
    ],
    [
      'to forget one',
      ['--forget', 'machine=m3'],
      [command('m3', 'forget')],
      0,
      'press-overheat line=l1 machine=m3: forgotten\n',
      '',
    ],
    [
      'to forget all',
      ['--forget', '--all'],
      ['m1', 'm2', 'm3'].map((machine) => command(machine, 'forget')),
      0,
      'press-overheat line=l1 machine=m1: forgotten\npress-overheat line=l1 machine=m2: forgotten\npress-overheat line=l1 machine=m3: forgotten\n',
      '',
    ],
  ])('%s', async (_name, args, commands, code, stdout, stderr) => {
    const { site, target } = await runningSite();
    target.instanceViews = [instance('m1', 'firing'), instance('m2', 'latched'), instance('m3', 'inactive')];
    expect(await tocsin(['reset', 'press-overheat', ...args, '--site', site])).toEqual({
      code,
      stdout,
      stderr,
    });
    expect(target.asked.slice(1)).toEqual(commands);
  });

  test('a refusal is said, with the reason, and is a finding', async () => {
    const { site, target } = await runningSite();
    target.commandOutcome = {
      kind: 'refused',
      reason: 'the alert cannot be reset: its condition still holds',
    };
    const args = ['reset', 'press-overheat', '--site', site];
    expect(await tocsin(args)).toEqual({
      code: 1,
      stdout: 'press-overheat line=l1 machine=m1: the alert cannot be reset: its condition still holds\n',
      stderr: '',
    });
    const { stdout } = await tocsin([...args, '--json']);
    expect(JSON.parse(stdout)).toEqual([
      {
        labels: ALERT.labels,
        outcome: 'refused',
        reason: 'the alert cannot be reset: its condition still holds',
      },
    ]);
  });

  test('there is no such rule', async () => {
    const { site, target } = await runningSite();
    target.instanceViews = null;
    expect(await tocsin(['reset', 'hott', '--site', site])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no rule 'hott', did you mean 'hot'?"),
    });
  });
});
