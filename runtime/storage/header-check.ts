import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** What the first page of our files begins with, whatever is in them (sqlite.org/fileformat2.html, 1.3). */
const HEADER = Buffer.concat([
  Buffer.from('SQLite format 3\0'),
  // Pages of 4,096 bytes; written and read with a write-ahead log; no bytes reserved; fractions that are fixed.
  Buffer.from([0x10, 0x00, 2, 2, 0, 64, 32, 32]),
]);

/** A new file, before it is told that it is written with a log. */
const WITHOUT_LOG = HEADER.with(18, 1).with(19, 1);

/**
 * What is wrong with the beginning of a database file that exists; `null`: nothing. SQLite itself takes some of it for
 * wishes: a file with another version in it is opened, and then cannot be written. Not while this process has the file
 * open: closing it here would give up SQLite's locks on it.
 */
export function headerProblem(path: string): string | null {
  // It was being made when the power went: what is in it will be undone, and it is made anew.
  if (existsSync(`${path}-journal`)) return null;
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size === 0) return null;
    const found = Buffer.alloc(HEADER.length);
    readSync(file, found, 0, found.length, 0);
    if (found.equals(HEADER)) return null;
    const isNew = found.equals(WITHOUT_LOG) && !existsSync(`${path}-wal`);
    return isNew ? null : 'it does not begin as a database does';
  } finally {
    closeSync(file);
  }
}
