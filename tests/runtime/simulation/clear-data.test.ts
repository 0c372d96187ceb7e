// What a simulation before left behind goes, and nobody misses it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clearData } from '../../../runtime/simulation/clear-data.js';
import { SiteLock } from '../../../runtime/storage/site-lock.js';
import { temporaryFolder } from '../storage/ledger-fixture.js';

test('a cleared folder had no database', () => {
  const folder = temporaryFolder();
  const before = SiteLock.take(folder);
  writeFileSync(join(folder, 'state.db'), 'x');
  before.noteState();
  before.release();
  const between = SiteLock.take(folder);
  expect(between.hadState).toBe(true);
  between.release();
  clearData(folder);
  const after = SiteLock.take(folder);
  expect(after.hadState).toBe(false);
  after.release();
});
