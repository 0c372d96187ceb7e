/**
 * Random damage of history, many times: as history-damage.test.ts. `TOCSIN_SEED` and `DAMAGE_RUNS` choose which and how many.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../seeded-random.js';
import { temporaryFolder } from '../storage/ledger-fixture.js';
import { spoilSomewhere } from '../storage/spoilt-site.js';
import { expectPartOf, makeHistory, started } from './damaged-history.js';

const SEED = Number(process.env['TOCSIN_SEED'] ?? 1);
const RUNS = Number(process.env['DAMAGE_RUNS'] ?? 300);

test('history.db', { timeout: 3_600_000 }, () => {
  const original = temporaryFolder();
  const kept = makeHistory(original);
  const scratch = temporaryFolder();
  let told = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = seededRandom(SEED * 1_000_003 + run);
    const folder = join(scratch, String(run));
    cpSync(original, folder, { recursive: true });
    const path = join(folder, 'history.db');
    const bytes = readFileSync(path);
    spoilSomewhere(bytes, random);
    writeFileSync(path, bytes);
    try {
      const history = started(folder);
      const found = history.everything();
      expectPartOf(found, kept);
      if (history.said.length === 0) expect(found).toEqual(kept);
      else told += 1;
      history.close();
      const again = started(folder);
      expect(again.said).toEqual([]);
      again.close();
    } catch (error) {
      throw new Error(`run ${run} of seed ${SEED}`, { cause: error });
    }
    rmSync(folder, { recursive: true });
  }
  expect(told).toBeGreaterThan(RUNS / 8);
});
