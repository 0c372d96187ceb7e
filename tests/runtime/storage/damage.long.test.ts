/**
 * Random damage, many times: bits, bytes and whole sectors of everything that is stored. A start finds what was stored, or
 * says that it does not, and goes on. Method: as damage.test.ts. `TOCSIN_SEED` and `DAMAGE_RUNS` choose which and how many.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeProof } from '../../faults/harness/proof-page.js';
import { seededRandom } from '../../seeded-random.js';
import { SpoiltSite, spoilSomewhere } from './spoilt-site.js';

const SEED = Number(process.env['TOCSIN_SEED'] ?? 1);
const RUNS = Number(process.env['DAMAGE_RUNS'] ?? 800);

const said: string[] = [];

test.each([
  { name: 'state.db', isInLog: false },
  { name: 'state.db-wal', isInLog: true },
])('$name', { timeout: 3_600_000 }, ({ name, isInLog }) => {
  const site = new SpoiltSite(isInLog);
  let told = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = seededRandom(SEED * 1_000_003 + run);
    let lines: readonly string[] = [];
    let spoilt = '';
    try {
      lines = site.startOn((folder) => {
        spoilt = folder;
        const bytes = readFileSync(join(folder, name));
        spoilSomewhere(bytes, random);
        writeFileSync(join(folder, name), bytes);
      });
    } catch (error) {
      throw new Error(`run ${run} of seed ${SEED}`, { cause: error });
    }
    rmSync(spoilt, { recursive: true });
    if (lines.length > 0) told += 1;
  }
  said.push(`| ${name} | ${RUNS} | ${told} | 0 |`);
  writeProof(
    'Damaged files',
    { seed: SEED, test: 'damage.long' },
    `A bit, a byte or a sector of what a kill left is spoilt, anywhere in the file. A start must find all that was stored, or say that
it does not; it goes on from there, and says nothing of it the next time. What nobody needs any more is not told.

| file | times | told | violations |
| --- | --- | --- | --- |
${said.join('\n')}`,
  );
  expect(told).toBeGreaterThan(RUNS / 8);
});
