/** `tocsin mark`: what it asks the service, what it prints, and what it does not understand. */
import { describe, expect, test } from 'vitest';
import { MARK } from '../control/fake-target.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';
import { runningSite } from './running-site.js';

const T = Date.UTC(2026, 0, 5, 6);

describe('tocsin mark', () => {
  test.each([[['machine=m1', 'line=l1', 'failure']], [['failure', 'machine=m1', 'line=l1']]])(
    '%j notes a failure',
    async (args) => {
      const { site, target } = await runningSite();
      const { code, stdout } = await tocsin(['mark', ...args, '--at', String(T), '--site', site]);
      expect(target.asked).toEqual([{ labels: { machine: 'm1', line: 'l1' }, event: 'failure', time: T }]);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(stdout).toContain('machine=m1 line=l1 failure; 2 instances of models heard of it');
    },
  );

  test('says why it was not noted', async () => {
    const { site, target } = await runningSite();
    target.markOutcome = { kind: 'refused', reason: 'that is in the future' };
    const { code, stderr } = await tocsin(['mark', 'm=1', 'failure', '--site', site]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'not noted: that is in the future\n' });
  });

  test('lists and removes', async () => {
    const { site } = await runningSite();
    const { stdout } = await tocsin(['mark', 'list', '--site', site, '--json']);
    expect(JSON.parse(stdout)).toEqual([MARK]);
    expect((await tocsin(['mark', 'list', '--site', site])).stdout).toMatch(/^7 {2}.* machine=m1 failure\n$/);
    expect(await tocsin(['mark', 'remove', '7', '--site', site])).toMatchObject({ code: 0 });
    expect(await tocsin(['mark', 'remove', '8', '--site', site])).toMatchObject({
      code: 1,
      stdout: 'there is no mark 8\n',
    });
  });

  test.each([
    [[]],
    [['failure']],
    [['machine=m1']],
    [['machine=m1', 'broken']],
    [['machine=m1', 'failure', 'maintenance']],
    [['list', 'all']],
    [['remove']],
    [['remove', 'all']],
  ])('%j is not understood', async (args) => {
    const { site, target } = await runningSite();
    expect((await tocsin(['mark', ...args, '--site', site])).code).toBe(2);
    expect(target.asked).toEqual([]);
  });

  test('needs a running service, but for the list', async () => {
    const site = temporarySite({ 'tocsin.json': {} });
    expect(await tocsin(['mark', 'm=1', 'failure', '--site', site])).toMatchObject({ code: 3 });
    expect(await tocsin(['mark', 'list', '--site', site])).toMatchObject({
      code: 0,
      stdout: 'Nothing is marked.\n',
    });
  });
});
