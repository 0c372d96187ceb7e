import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** What the first page of our files begins with, whatever is in them (sqlite.org/fileformat2.html, 1.3). */
function headerOf(pageBytes: number): Buffer {
  return Buffer.concat([
    Buffer.from('SQLite format 3\0'),
    // Written and read with a write-ahead log; no bytes reserved; fractions that are fixed.
    Buffer.from([pageBytes >> 8, pageBytes & 0xff, 2, 2, 0, 64, 32, 32]),
  ]);
}

/**
 * What is wrong with the beginning of a database file that exists; `null`: nothing. SQLite itself takes some of it for
 * wishes: a file with another version in it is opened, and then cannot be written. Not while this process has the file
 * open: closing it here would give up SQLite's locks on it.
 *
 * @param pageBytes of the pages of such a file
 */
export function headerProblem(path: string, pageBytes: number): string | null {
  // It was being made when the power went: what is in it will be undone, and it is made anew.
  if (existsSync(`${path}-journal`)) return null;
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size === 0) return null;
    const header = headerOf(pageBytes);
    const found = Buffer.alloc(header.length);
    readSync(file, found, 0, found.length, 0);
    if (found.equals(header)) return null;
    // A new file, before it is told that it is written with a log.
    const isNew = found.equals(header.with(18, 1).with(19, 1)) && !existsSync(`${path}-wal`);
    return isNew ? null : 'it does not begin as a database does';
  } finally {
    closeSync(file);
  }
}
