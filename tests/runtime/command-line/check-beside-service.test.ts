/** `tocsin check` while the service runs: what of the configuration waits for its restart. */
import { describe, expect, test } from 'vitest';
import { STATUS } from '../control/fake-target.js';
import { tocsin } from './run-in-process.js';
import { runningSite } from './running-site.js';

describe('check beside a service', () => {
  const NEEDS_RESTART = {
    file: 'tocsin.json',
    line: 1,
    column: 23,
    endColumn: 24,
    code: 'needs-restart',
    severity: 'warning',
    message: 'The change of `mqtt` takes effect at the next start.',
    hint: 'Restart the service.',
  } as const;

  test('says what waits for a restart', async () => {
    const { site, target } = await runningSite();
    target.statusView = { ...STATUS, files: [{ file: 'tocsin.json', state: 'ok', errors: [NEEDS_RESTART] }] };
    const { code, stdout } = await tocsin(['check', '--site', site]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'tocsin.json:1:23: warning: The change of `mqtt` takes effect at the next start.',
    );
    expect(JSON.parse((await tocsin(['check', '--site', site, '--json'])).stdout)).toEqual([NEEDS_RESTART]);
  });

  test('says nothing of what else the service knows, and needs none that answers', async () => {
    const { site, target } = await runningSite();
    expect(await tocsin(['check', '--site', site])).toMatchObject({
      code: 0,
      stdout: `${site}: 1 rule, no problems\n`,
    });
    target.status = () => {
      throw new Error('no');
    };
    expect(await tocsin(['check', '--site', site])).toMatchObject({
      code: 0,
      stdout: `${site}: 1 rule, no problems\n`,
    });
  });
});
