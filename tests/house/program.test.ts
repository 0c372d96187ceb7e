/** The program as it is shipped: in one folder, with a file for each thread, and nothing from elsewhere but its packages. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './source-files.js';

const PROGRAM = join(ROOT, 'dist/program');

const files = readdirSync(PROGRAM).filter((name) => name.endsWith('.js'));

test('each thread and the process of a job have their file beside the program, where it is looked for', () => {
  const threads = readdirSync(join(ROOT, 'runtime'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('-worker.ts'))
    .map((path) => `${basename(path, '.ts')}.js`);
  expect(threads).toContain('ledger-worker.js');
  expect(new Set(threads).size).toBe(threads.length);
  expect(files).toEqual(expect.arrayContaining([...threads, 'job.js']));
});

test('without its database it says so, and what to do', () => {
  const hide = `import Module from 'node:module'; const load = Module._load;
    Module._load = (name, ...rest) => { if (/^better-sqlite3/.test(name)) throw new Error('not there'); return load(name, ...rest); };`;
  const hidden = ['--import', `data:text/javascript,${encodeURIComponent(hide)}`];
  const args = [...hidden, join(PROGRAM, 'main.js'), 'status', '--site', ROOT];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toMatch(
    /^tocsin status: SQLite does not run in Node.js .*: not there\nInstall again .*\.\n$/,
  );
  expect(status).toBe(3);
});

test('it needs the packages that are installed with it, and no others', () => {
  const installed = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const dependencies: object = { ...installed.dependencies, ...installed.optionalDependencies };
  const needed = new Set<string>();
  for (const name of files) {
    const text = readFileSync(join(PROGRAM, name), 'utf8');
    for (const [, from = ''] of text.matchAll(/(?:^import .*?|\bfrom |\bimport\()"([^"]+)"/gm))
      needed.add(from);
  }
  // What is bundled of others names parts of Node.js without `node:`.
  const packages = [...needed].filter((from) => !from.startsWith('.') && !isBuiltin(from));
  const unknown = packages.filter((from) => !Object.hasOwn(dependencies, from.split('/')[0] ?? ''));
  expect(unknown).toEqual([]);
  expect(packages).toContain('mqtt');
});
