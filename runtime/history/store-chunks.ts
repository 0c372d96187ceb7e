import type { Database } from '../storage/database.js';
import { insertChunk } from './chunk-table.js';
import type { SealedChunk } from './history-fold.js';
import { addToRollups } from './rollup-table.js';
import { noteChunk } from './series-table.js';

/** Stores chunks, what their minutes come to, and how far their series are: a part of one transaction, or all of it. */
export function storeChunks(db: Database, chunks: readonly SealedChunk[]): void {
  for (const sealed of chunks) storeChunk(db, sealed);
}

export function storeChunk(db: Database, { series, chunk, minutes }: SealedChunk): void {
  const row = chunk();
  if (insertChunk(db, row)) addToRollups(db, row.series, minutes());
  noteChunk(db, series, row);
}
