/**
 * The README does what it says: its files are written, its commands run in their order, and print what stands below them,
 * with the built program. Not run here is only `npm ci`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ROOT } from '../house/source-files.js';
import { freePort } from '../loopback-port.js';
import { TocsinProcess } from '../runtime/service/spawn-tocsin.js';
import { Desk } from './desk.js';
import { readmeBlocks } from './readme-blocks.js';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('a rule of your own: every file and command, in order', async () => {
  const port = await freePort();
  const [begin, , ...blocks] = readmeBlocks(README.replaceAll('1883', String(port)));
  expect(begin).toEqual({ kind: 'commands', lines: ['npm ci && npm start', 'npm ci && npm test'] });
  const desk = new Desk();
  let printed = '';
  for (const block of blocks) {
    if (block.kind === 'file') desk.write(block.path, block.text);
    if (block.kind === 'output') expect(printed).toBe(block.text);
    if (block.kind !== 'commands') continue;
    for (const command of block.lines) {
      if (command.startsWith('npx tocsin start')) {
        const site = join(desk.folder, command.split(' ').at(-1) ?? '');
        expect(await new TocsinProcess(['start', '--site', site]).ready()).toBe(port);
        continue;
      }
      const { code, stdout, stderr } = await desk.run(command);
      // The one mistake of the README is meant.
      expect(code, `${command}\n${stdout}${stderr}`).toBe(stdout.includes('deadbnd') ? 1 : 0);
      printed = stdout;
      const site = /^npx tocsin init (\w+)$/.exec(command)?.[1];
      if (site !== undefined) desk.usePort(site, port);
    }
  }
  const mails = () => readdirSync(join(desk.folder, 'plant/mail')).map((name) => name.split('-')[1]);
  await vi.waitFor(() => expect(mails()).toEqual(['firing']));
}, 120_000);

test('npm start shows what the README shows, on the ports of the example, and Ctrl-C ends it', async () => {
  const [, shown] = readmeBlocks(README);
  // Without its `prestart`, which builds what other tests are running.
  const npm = spawn('npm', ['start', '--ignore-scripts'], { cwd: ROOT, detached: true });
  onTestFinished(() => {
    const isOver = npm.exitCode !== null || npm.signalCode !== null;
    if (!isOver && npm.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
  });
  let stderr = '';
  npm.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const heads = (text: string) => text.match(/(CRITICAL|muted|→ mqtt|→ webhook|→ mail|flow =)/g) ?? [];
  const expected = shown?.kind === 'output' ? heads(shown.text) : [];
  expect(expected).toHaveLength(6);
  await vi.waitFor(() => expect(heads(stderr).slice(0, 6).sort(), stderr).toEqual(expected.sort()), {
    timeout: 30_000,
  });
  expect(stderr).toMatch(
    /\d\d:\d\d:\d\d CRITICAL cooling-lost \[line-1\]\n {9}Cooling water of line-1 at \d l\/min, 35 is/,
  );
  expect(stderr).toMatch(/\d\d:\d\d:\d\d muted {4}oil-hot \[line-1, press-\d\], because of cooling-lost\n/);
  // Ctrl-C goes to all that run on a terminal, and npm passes it on once more.
  if (npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT');
  await once(npm, 'exit');
  expect(npm.exitCode).toBe(0);
  expect(stderr).toContain('\nstopped: ');
});
