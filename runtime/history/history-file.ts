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
    if (this.#salvage === null && existsSync(damagedPath(path))) this.#goOn();
  }

  get db(): Database {
    return this.#db;
  }

  get isSalvaging(): boolean {
    return this.#salvage !== null;
  }

  /** Does some work on it. If it finds damage, it does so again on a new file. */
  sound<T>(work: (db: Database) => T): T {
    try {
      return work(this.#db);
    } catch (error) {
      if (!isHistoryDamage(error)) throw error;
      this.replace(error);
      return work(this.#db);
    }
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
    this.#problems.push(outcomeOf(salvage));
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

  /** The program was killed while a damaged file was set aside, or while what was in it was brought back. */
  #goOn(): void {
    if (this.#floor === undefined) this.#begin();
    else this.#beginSalvage();
  }

  #beginSalvage(): void {
    this.#salvage = new HistorySalvage(this.#path, this.#db, Number(this.#floor ?? 0));
  }

  /** `undefined`: nothing was taken over from the damaged file yet. */
  get #floor(): string | undefined {
    return this.#db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'salvage_floor'")?.value;
  }
}

function outcomeOf({ rows, lost, isUnreadable }: HistorySalvage): string {
  if (isUnreadable)
    return 'nothing of the damaged history.db can be read: what the journal holds is kept anew';
  const rest = lost === 0 ? 'all that was in it' : `${lost} places in it could not be read`;
  return `of the damaged history.db ${rows} rows are back: ${rest}`;
}

export function isHistoryDamage(error: unknown): boolean {
  return error instanceof DamagedDatabase || databaseFailure(error) === 'damaged';
}
