/** `tocsin views`: what it asks the service, what it prints, and what it says of a view that is not there. */
import { describe, expect, test } from 'vitest';
import { TABLE } from '../control/fake-target.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';
import { runningSite } from './running-site.js';

describe('a running service', () => {
  test('gives the list', async () => {
    const { site } = await runningSite();
    const { stdout } = await tocsin(['views', '--site', site, '--json']);
    expect(JSON.parse(stdout)).toEqual([{ ...TABLE, rows: 2 }]);
    const page = await tocsin(['views', '--site', site]);
    expect(page.stdout).toBe('line-load  2 rows, every 1m\n  Load of each line\n  line, mean, state\n');
  });

  test('gives the rows of one', async () => {
    const { site } = await runningSite();
    const { stdout } = await tocsin(['views', 'line-load', '--site', site, '--json']);
    expect(JSON.parse(stdout)).toEqual(TABLE);
    expect((await tocsin(['views', 'line-load', '--site', site])).stdout).toBe(
      'line     mean  state\nl1    81.5313     on\nl2          ?    off\n',
    );
  });

  test('has no view of that name', async () => {
    const { site } = await runningSite();
    expect(await tocsin(['views', 'line-laod', '--site', site])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "tocsin views: there is no view 'line-laod', did you mean 'line-load'?\nTry 'tocsin views --help'.\n",
    });
  });

  test.each([[['a', 'b']], [['a', '--nonsense']]])('%j is not understood', async (args) => {
    const { site, target } = await runningSite();
    expect((await tocsin(['views', ...args, '--site', site])).code).toBe(2);
    expect(target.asked).toEqual([]);
  });
});

test('a site that never ran has none', async () => {
  const site = temporarySite({ 'tocsin.json': {} });
  expect(await tocsin(['views', '--site', site])).toEqual({
    code: 0,
    stdout: 'No views.\n',
    stderr: '(not running)\nnothing is stored yet: its views have rows when it runs\n',
  });
});
