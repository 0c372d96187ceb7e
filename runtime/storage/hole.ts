import type { Database } from './database.js';

/**
 * Something that a restart builds on was lost: noted in the database, with what people should know of it, until a snapshot
 * is stored that a restart can begin with, however often the program is killed before.
 *
 * @param lines for people
 */
export function noteHole(db: Database, lines: readonly string[]): void {
  db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('hole', ?)", lines.join('\n'));
}

/** What was noted; `null`: there is no hole. */
export function holeIn(db: Database): readonly string[] | null {
  const lines = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'hole'")?.value;
  return lines?.split('\n') ?? null;
}

export function closeHole(db: Database): void {
  db.run("DELETE FROM meta WHERE key = 'hole'");
}
