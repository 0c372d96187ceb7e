/**
 * The built program as a process: what only a real one shows, its start, exit codes and pipes. Needs `npm run build`,
 * which `npm test` does first.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { HOT } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';

const MAIN = fileURLToPath(new URL('../../../dist/program/main.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
  });
}

const tocsin = (...args: string[]) => run(process.execPath, [MAIN, ...args]);
const shell = (script: string, ...args: string[]) =>
  run('bash', ['-c', script, 'bash', process.execPath, MAIN, ...args]);

/** Alternately above and below the threshold: an event per message. */
const SITE_FILES = {
  'rules/hot.json': HOT,
  'in.ndjson': Array.from({ length: 5000 }, (_, index) =>
    JSON.stringify({ time: index * 1000, topic: 'plant/m1/temp', payload: index % 2 === 0 ? 70 : 90 }),
  ).join('\n'),
};

test('it starts, and exit codes are those of the commands', async () => {
  expect(await tocsin('--version')).toMatchObject({ code: 0, stderr: '' });
  expect(await tocsin('chekc')).toMatchObject({ code: 2, stdout: '' });
  expect(await tocsin('check', '--site', '/nowhere')).toMatchObject({ code: 3, stdout: '' });
});

test('two processes give the same bytes, from a file and from standard input', async () => {
  const site = temporarySite(SITE_FILES);
  const input = join(site, 'in.ndjson');
  const first = await tocsin('replay', '--site', site, '--input', input);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout.split('\n')).toHaveLength(5000);
  expect(await shell('"$1" "$2" replay --site "$3" --input - < "$4"', site, input)).toEqual(first);
});

test('a reader that leaves early is no error', async () => {
  const site = temporarySite(SITE_FILES);
  const script = 'set -o pipefail; "$1" "$2" replay --site "$3" --input "$3/in.ndjson" | head -n 1';
  const { code, stdout, stderr } = await shell(script, site);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ rule: 'hot', event: 'firing', time: 1000 });
});
