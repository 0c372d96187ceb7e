import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { Database } from './database.js';

/**
 * Overwrites the pages of a damaged file that say which tables there are by those of a new database: where tables begin is
 * the same in every file of one version.
 */
export function restoreSchema(path: string, fresh: Database): void {
  const model = fresh.serialize();
  const pageBytes = Number(fresh.pragma('page_size'));
  const numbers = fresh.all<{ pageno: number }>(
    "SELECT pageno FROM dbstat WHERE name = 'sqlite_schema' ORDER BY pageno",
  );
  const file = openSync(path, 'r+');
  try {
    const header = model.subarray(0, pageBytes);
    const fields = new DataView(header.buffer, header.byteOffset, header.byteLength);
    fields.setUint32(HEADER.pages, Math.floor(fstatSync(file).size / pageBytes));
    fields.setUint32(HEADER.firstFreePage, 0);
    fields.setUint32(HEADER.freePages, 0);
    for (const { pageno } of numbers) {
      const start = (pageno - 1) * pageBytes;
      writeSync(file, model, start, pageBytes, start);
    }
  } finally {
    closeSync(file);
  }
}

/** Places in the first page of a SQLite file (sqlite.org/fileformat2.html, 1.3). */
const HEADER = { pages: 28, firstFreePage: 32, freePages: 36 } as const;
