import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What the first page of our files begins with, whatever is in them (sqlite.org/fileformat2.html, 1.3). */
const HEADER = Buffer.concat([
  Buffer.from('SQLite format 3\0'),
  // Pages of 4,096 bytes; written and read with a write-ahead log; no bytes reserved; fractions that are fixed.
  Buffer.from([0x10, 0x00, 2, 2, 0, 64, 32, 32]),
]);

/**
 * What is wrong with the beginning of a database file that exists; `null`: nothing. SQLite itself takes some of it for
 * wishes: a file with another version in it is opened, and then cannot be written. Not while this process has the file
 * open: closing it here would give up SQLite's locks on it.
 */
export function headerProblem(path: string): string | null {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size === 0) return null;
    const found = Buffer.alloc(HEADER.length);
    readSync(file, found, 0, found.length, 0);
    return found.equals(HEADER) ? null : 'it does not begin as a database does';
  } finally {
    closeSync(file);
  }
}
