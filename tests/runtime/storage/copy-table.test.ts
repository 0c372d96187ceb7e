/**
 * What can be read of a table with damaged pages is copied to the last row. Method: the leaves of a table are spoilt; just
 * the rows that stood in them may be missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyTable } from '../../../runtime/storage/copy-table.js';
import { Database } from '../../../runtime/storage/database.js';
import { temporaryFolder } from './ledger-fixture.js';

const ROWS = 400;
const PAGE_BYTES = 4_096;

interface Leaf {
  readonly pageno: number;
  readonly ncell: number;
}

/** The numbers of rows that begin at `first`, and of those that are found when leaves of their table are spoilt. */
function salvaged(first: number, isSpoilt: (leaf: number, leaves: number) => boolean) {
  const folder = temporaryFolder();
  const path = join(folder, 'damaged.db');
  const table = 'CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT NOT NULL)';
  const damaged = new Database(path);
  damaged.execute(table);
  damaged.transaction(() => {
    for (let i = 0; i < ROWS; i++) damaged.run('INSERT INTO rows VALUES (?, ?)', first + i, 'x'.repeat(300));
  });
  const leaves = damaged.all<Leaf>(
    "SELECT pageno, ncell FROM dbstat WHERE name = 'rows' AND pagetype = 'leaf' ORDER BY path",
  );
  damaged.close();
  const bytes = readFileSync(path);
  let number = first;
  const expected = leaves.flatMap(({ pageno, ncell }, index) => {
    const numbers = Array.from({ length: ncell }, () => number++);
    if (!isSpoilt(index, leaves.length)) return numbers;
    bytes.fill(0xa5, (pageno - 1) * PAGE_BYTES, pageno * PAGE_BYTES);
    return [];
  });
  expect(number).toBe(first + ROWS);
  writeFileSync(path, bytes);
  const fresh = new Database(join(folder, 'fresh.db'));
  fresh.execute(table);
  const from = new Database(path, { isReadonly: true });
  const copied = copyTable(from, fresh, 'rows');
  from.close();
  const found = fresh.all<{ number: number }>('SELECT number FROM rows ORDER BY number');
  fresh.close();
  expect(copied).toEqual({ rows: found.length, isWhole: expected.length === ROWS });
  return { found: found.map((row) => row.number), expected };
}

test.each<[string, number, (leaf: number, leaves: number) => boolean]>([
  ['none', 1, () => false],
  ['the first', 1, (leaf) => leaf === 0],
  ['the first, of rows with high numbers', 1_000_000, (leaf) => leaf === 0],
  ['the last', 1_000_000, (leaf, leaves) => leaf === leaves - 1],
  ['one of the middle', 1_000_000, (leaf) => leaf === 7],
  ['every other', 1, (leaf) => leaf % 2 === 1],
  ['every fifth', 1_000_000, (leaf) => leaf % 5 === 2],
  ['all', 1_000_000, () => true],
])('spoilt leaves: %s', (_, first, isSpoilt) => {
  const { found, expected } = salvaged(first, isSpoilt);
  expect(found).toEqual(expected);
});
