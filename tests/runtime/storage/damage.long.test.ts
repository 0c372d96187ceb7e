/**
 * Random damage, many times: bits, bytes and whole sectors of everything that is stored. A start finds what was stored, or
 * says that it does not, and goes on. Method: as damage.test.ts. `DAMAGE_SEED` and `DAMAGE_RUNS` choose which and how many.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../seeded-random.js';
import { SpoiltSite } from './spoilt-site.js';

const SEED = Number(process.env['DAMAGE_SEED'] ?? 1);
const RUNS = Number(process.env['DAMAGE_RUNS'] ?? 800);
const SECTOR_BYTES = 512;

test.each([
  { name: 'state.db', isInLog: false },
  { name: 'state.db-wal', isInLog: true },
])('$name', { timeout: 3_600_000 }, ({ name, isInLog }) => {
  const site = new SpoiltSite(isInLog);
  const size = site.sizeOf(name);
  let told = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = seededRandom(SEED * 1_000_003 + run);
    const below = (limit: number) => Math.floor(limit * random());
    const spoil = (bytes: Buffer) => {
      const place = below(size);
      switch (below(4)) {
        case 0:
          bytes[place] = (bytes[place] ?? 0) ^ (1 << below(8));
          return;
        case 1:
          bytes[place] = below(256);
          return;
        case 2:
          bytes.fill(0, place, Math.min(size, place + SECTOR_BYTES));
          return;
        default:
          for (let at = place; at < Math.min(size, place + SECTOR_BYTES); at++) bytes[at] = below(256);
      }
    };
    let lines: readonly string[] = [];
    let spoilt = '';
    try {
      lines = site.startOn((folder) => {
        spoilt = folder;
        const bytes = readFileSync(join(folder, name));
        spoil(bytes);
        writeFileSync(join(folder, name), bytes);
      });
    } catch (error) {
      throw new Error(`run ${run} of seed ${SEED}`, { cause: error });
    }
    rmSync(spoilt, { recursive: true });
    if (lines.length > 0) told += 1;
  }
  expect(told).toBeGreaterThan(RUNS / 8);
});
