/**
 * docs/commands.md does what it says: its files are written, its commands run in their order beside a running service, and
 * print what stands below them. What differs from run to run (times, ids, sizes) is masked on both sides.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { COMMANDS } from '../../runtime/command-line/commands.js';
import { ROOT } from '../house/source-files.js';
import { freePort } from '../loopback-port.js';
import { TocsinProcess } from '../runtime/service/spawn-tocsin.js';
import { Desk } from './desk.js';
import { readmeBlocks } from './readme-blocks.js';

const PAGE = readFileSync(join(ROOT, 'docs/commands.md'), 'utf8');

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/g, '(time)'],
  [/\b1[5-9]\d{11}\b/g, '(time)'],
  [/\b\d+(ms|s|m|h)( \d+[sm])?\b/g, '(span)'],
  [/\b[a-z2-7]{26}\b/g, '(id)'],
  [/\b[0-9a-f]{16}\b/g, '(episode)'],
  [/(pid"?:? )\d+/g, '$1(pid)'],
  [/journal of [^,]+, \d+ commits?/g, 'journal of (size), (count)'],
  [/("(?:journalBytes|historyBytes|commits|oldestMs|lagMs)": )\d+/g, '$1(number)'],
  // As it is called, which depends on who runs the tests.
  [/npx tocsin/g, 'tocsin'],
  [/ {2,}/g, '  '],
];

function masked(text: string): string {
  return MASKS.reduce((shown, [pattern, mask]) => shown.replaceAll(pattern, mask), text);
}

/** They can be asked again until the service has got there. */
const READS = /^npx tocsin (alerts|explain|deliveries|status|routes|views|models)\b/;

test('every file and command, in order', async () => {
  const port = await freePort();
  const desk = new Desk();
  let last = '';
  let printed = '';
  for (const block of readmeBlocks(PAGE.replaceAll('1883', String(port)))) {
    if (block.kind === 'file') desk.write(block.path, block.text);
    if (block.kind === 'output') {
      const expected = masked(block.text);
      await vi.waitFor(
        async () => {
          if (READS.test(last)) printed = (await desk.run(last)).stdout;
          expect(masked(printed), last).toBe(expected);
        },
        { timeout: READS.test(last) ? 20_000 : 1, interval: 300 },
      );
    }
    if (block.kind !== 'commands') continue;
    for (const command of block.lines) {
      last = command;
      if (command.startsWith('npx tocsin start')) {
        const site = join(desk.folder, command.split(' ').at(-1) ?? '');
        expect(await new TocsinProcess(['start', '--site', site]).ready()).toBe(port);
        continue;
      }
      const { code, stdout, stderr } = await desk.run(command);
      expect(code, `${command}\n${stdout}${stderr}`).toBe(0);
      printed = stdout;
    }
  }
}, 120_000);

test('every command that looks after a service has a section, and who would be told', () => {
  const named = [...PAGE.matchAll(/^## `([a-z-]+)/gm)].map(([, name]) => name);
  const watching = COMMANDS.filter(({ group }) => group === 'watch').map(({ name }) => name);
  expect(named.sort()).toEqual([...watching, 'routes'].sort());
});
