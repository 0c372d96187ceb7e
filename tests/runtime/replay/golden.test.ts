/**
 * Replay against golden folders: rules and input in, events byte for byte and the story of a terminal out.
 * `RENEW_GOLDEN=1 npx vitest run tests/runtime/replay/golden.test.ts` writes what comes now; review it in the diff.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tocsin } from '../command-line/run-in-process.js';

const GOLDEN = fileURLToPath(new URL('golden', import.meta.url));
const isRenewing = process.env['RENEW_GOLDEN'] === '1';

describe.each(readdirSync(GOLDEN))('%s', (name) => {
  const folder = join(GOLDEN, name);
  const replay = (...options: string[]) =>
    tocsin(['replay', '--site', folder, '--input', join(folder, 'input.ndjson'), ...options]);

  test.each([
    ['expected.ndjson', []],
    ['expected-pending.ndjson', ['--pending']],
    ['expected.txt', ['--summary', '--until', '2026-01-05T06:15:00Z']],
  ])('%s', async (file, options) => {
    const { code, stdout, stderr } = await replay(...options);
    if (isRenewing) writeFileSync(join(folder, file), stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(readFileSync(join(folder, file), 'utf8'));
  });

  test('twice gives the same', async () => {
    expect(await replay('--pending')).toEqual(await replay('--pending'));
  });
});
