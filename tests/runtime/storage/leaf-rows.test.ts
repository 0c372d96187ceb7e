/**
 * Rows are found on the pages of a file without its trees. Method: values of every kind and length that SQLite keeps
 * otherwise, large ones on several pages; then bytes are spoilt at random, of which nothing may be thrown.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database, type SqlValue } from '../../../runtime/storage/database.js';
import { leafRows } from '../../../runtime/storage/leaf-rows.js';
import { seededRandom } from '../../seeded-random.js';
import { temporaryFolder } from './ledger-fixture.js';

const PAGE_BYTES = 1_024;
const VALUES: readonly SqlValue[] = [
  ...[0, 1, -1, 127, -128, 128, 32_767, -32_768, 32_768, 2 ** 23 - 1, -(2 ** 23), 2 ** 31 - 1, -(2 ** 31)],
  ...[2 ** 40 + 3, 2 ** 47 - 1, -(2 ** 47), 2 ** 47, 2 ** 53, 0.5, -1e300, null, '', 'Öl', 'x'.repeat(700)],
  // On one page still, on two, and on several.
  ...[0, 1, 900, 976, 977, 978, 990, 1_990, 2_100, 9_000].map((length) =>
    new Uint8Array(length).fill(length),
  ),
];

function file(): Uint8Array {
  const path = join(temporaryFolder(), 'rows.db');
  const db = new Database(path);
  db.execute(
    `PRAGMA page_size = ${PAGE_BYTES}; CREATE TABLE rows (number REAL, value ANY, behind TEXT) STRICT`,
  );
  db.transaction(() => {
    for (const [number, value] of VALUES.entries()) {
      db.run('INSERT INTO rows VALUES (?, ?, ?)', number, value, `behind ${number}`);
    }
  });
  db.close();
  return readFileSync(path);
}

function rowsIn(bytes: Uint8Array): SqlValue[][] {
  const pages = Math.floor(bytes.length / PAGE_BYTES);
  const page = (number: number) =>
    number >= 1 && number <= pages ? bytes.subarray((number - 1) * PAGE_BYTES, number * PAGE_BYTES) : null;
  return Array.from({ length: pages }, (_, index) =>
    leafRows({ pageBytes: PAGE_BYTES, page }, index + 1),
  ).flat();
}

test('values of every kind come from the pages alone', () => {
  const rows = rowsIn(file()).filter((row) => row.length === 3);
  expect(rows.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(
    VALUES.map((value, number) => [number, value, `behind ${number}`]),
  );
});

test('of pages that are spoilt there are rows or none', () => {
  const sound = file();
  const random = seededRandom(5);
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from(sound);
    for (let at = 0; at < 40; at++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    expect(rowsIn(bytes).length).toBeGreaterThan(0);
  }
});
