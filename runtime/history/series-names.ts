import { type Database, databaseFailure } from '../storage/database.js';
import type { SeriesName } from './open-series.js';

/** More than any file has: a damaged tree can lead back to where it began. */
const NAMES_MAX = 1_000_000;

interface NumberedName extends SeriesName {
  readonly id: number;
}

/**
 * Takes over the names of series that stand in the index of a damaged file and no longer in the table: there they stand a
 * second time, on pages of their own. Where the index cannot be read either, they are taken from both its ends.
 */
export function takeOverNames(damaged: Database, db: Database): void {
  const names: NumberedName[] = [];
  if (!addNames(names, damaged, 'ASC')) addNames(names, damaged, 'DESC');
  db.transaction(() => {
    for (const name of names) putName(db, name);
  });
}

/** @returns whether there are no others */
function addNames(names: NumberedName[], damaged: Database, order: 'ASC' | 'DESC'): boolean {
  const sql = `SELECT id, topic, field, kind FROM series INDEXED BY sqlite_autoindex_series_1
    ORDER BY topic ${order}, field ${order}, kind ${order} LIMIT ?`;
  try {
    for (const name of damaged.iterate<NumberedName>(sql, NAMES_MAX)) names.push(name);
    return true;
  } catch (error) {
    if (databaseFailure(error) === null) throw error;
    return false;
  }
}

function putName(db: Database, { id, topic, field, kind }: NumberedName): void {
  try {
    db.run(
      `INSERT OR IGNORE INTO series (id, topic, field, kind, sealed_seq, span, last_day)
       VALUES (?, ?, ?, ?, 0, 0, 0)`,
      id,
      topic,
      field,
      kind,
    );
  } catch (error) {
    // What is not what the table takes was damaged.
    if (databaseFailure(error) !== 'refused') throw error;
  }
}
