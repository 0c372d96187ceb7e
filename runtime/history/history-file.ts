import { existsSync } from 'node:fs';
import { type Database, databaseFailure } from '../storage/database.js';
import { DamagedDatabase } from '../storage/state-database.js';
import { openHistoryDatabase } from './history-database.js';
import { damagedPath, HistorySalvage, setHistoryAside, takeOverPlace } from './history-salvage.js';

/** The connection to `history.db`: opened, set aside if it is damaged, and what can be read of it brought back. */
export class HistoryFile {
  readonly #path: string;
  /** The number of the first record that the journal still has. */
  readonly #journalStart: () => number;
  #db: Database;
  #salvage: HistorySalvage | null = null;
  #problems: string[] = [];

  constructor(path: string, journalStart: () => number) {
    this.#path = path;
    this.#journalStart = journalStart;
    this.#db = this.#open();
    if (this.#salvage === null && existsSync(damagedPath(path))) this.#beginSalvage();
  }

  get db(): Database {
    return this.#db;
  }

  get isSalvaging(): boolean {
    return this.#salvage !== null;
  }

  /** The file is damaged: begins a new one. */
  replace(error: unknown): void {
    this.close();
    this.#setAside(error);
    this.#db = openHistoryDatabase(this.#path);
    this.#begin();
  }

  /** Brings back a part of what a damaged file held. */
  salvage(): void {
    const salvage = this.#salvage;
    if (salvage === null || salvage.step(this.#db)) return;
    this.#salvage = null;
    this.#db.run("DELETE FROM meta WHERE key = 'salvage_floor'");
    const lost = salvage.lost === 0 ? 'all that was in it' : `${salvage.lost} places in it could not be read`;
    this.#problems.push(`of the damaged history.db ${salvage.rows} rows are back: ${lost}`);
  }

  /** Lines for people, since the last call. */
  news(): readonly string[] {
    const problems = this.#problems;
    this.#problems = [];
    return problems;
  }

  close(): void {
    this.#salvage?.close();
    this.#salvage = null;
    this.#db.close();
  }

  #open(): Database {
    try {
      return openHistoryDatabase(this.#path);
    } catch (error) {
      if (!isHistoryDamage(error)) throw error;
      this.#setAside(error);
      this.#db = openHistoryDatabase(this.#path);
      this.#begin();
      return this.#db;
    }
  }

  #setAside(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    setHistoryAside(this.#path);
    this.#problems.push(
      `history.db is damaged (${reason}): a new one is begun, and what can be read is brought back`,
    );
  }

  #begin(): void {
    const isPlaceKnown = takeOverPlace(this.#path, this.#db);
    const floor = isPlaceKnown ? Number.MAX_SAFE_INTEGER : this.#journalStart();
    this.#db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('salvage_floor', ?)", String(floor));
    this.#beginSalvage();
  }

  #beginSalvage(): void {
    const floor = this.#db.get<{ value: string }>(
      "SELECT value FROM meta WHERE key = 'salvage_floor'",
    )?.value;
    this.#salvage = new HistorySalvage(this.#path, this.#db, Number(floor ?? 0));
  }
}

export function isHistoryDamage(error: unknown): boolean {
  return error instanceof DamagedDatabase || databaseFailure(error) === 'damaged';
}
