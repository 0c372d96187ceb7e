/** docs/tuning.md does what it says: its files are written, its commands run, and print what stands below them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../house/source-files.js';
import { Desk } from './desk.js';
import { readmeBlocks } from './readme-blocks.js';

const PAGE = readFileSync(join(ROOT, 'docs/tuning.md'), 'utf8');

test('every file and command, in order', async () => {
  const desk = new Desk();
  let printed = '';
  for (const block of readmeBlocks(PAGE)) {
    if (block.kind === 'file') desk.write(block.path, block.text);
    if (block.kind === 'output') expect(printed).toBe(block.text);
    if (block.kind !== 'commands') continue;
    for (const command of block.lines) {
      const { code, stdout, stderr } = await desk.run(command);
      // Here it is meant to find something.
      expect(code, `${command}\n${stdout}${stderr}`).toBe(command.endsWith('--mutate') ? 1 : 0);
      printed = stdout;
    }
  }
}, 60_000);
