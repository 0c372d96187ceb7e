import { addTo, isCountRight, recount } from './accounting.js';
import type { Database } from './database.js';
import { changeOutbox, type DeliveryProgressed } from './outbox-table.js';

/** A row that is not what was written. */
export interface DamagedRow {
  readonly table: 'episodes' | 'outbox' | 'agenda' | 'files' | 'snapshots' | 'plans';
  readonly rowid: number;
  /** For people. */
  readonly name: string;
}

/** What was found damaged in a database whose structure is sound. */
export interface Damage {
  readonly rows: readonly DamagedRow[];
  /** Notices of which it cannot be read what became of them: as if they had never been tried. */
  readonly untried: readonly DeliveryProgressed[];
  readonly isMiscounted: boolean;
}

export const NO_DAMAGE: Damage = { rows: [], untried: [], isMiscounted: false };

/** Gathers what is damaged while it is looked through. */
export class DamageFinder {
  readonly #rows: DamagedRow[] = [];
  readonly #untried: DeliveryProgressed[] = [];

  row(table: DamagedRow['table'], rowid: number, name: string): void {
    this.#rows.push({ table, rowid, name });
  }

  untried(progress: DeliveryProgressed): void {
    this.#untried.push(progress);
  }

  found(db: Database): Damage {
    // That a damaged notice is counted is no second damage.
    const hasNotices = this.#rows.some(({ table }) => table === 'outbox');
    return { rows: this.#rows, untried: this.#untried, isMiscounted: !hasNotices && !isCountRight(db) };
  }
}

/** For people. */
export function damageLines({ rows, untried, isMiscounted }: Damage): string[] {
  const lines = rows.map(({ name }) => `${name} cannot be read and is left out`);
  for (const { id } of untried) lines.push(`what became of the notice ${id} cannot be read: it is sent anew`);
  if (isMiscounted) lines.push('the counters of notices did not agree with the notices, and were put right');
  return lines;
}

/** Takes out what cannot be read, so that it is complained about once. Notices among it are given up on. */
export function repair(db: Database, damage: Damage, time: number): void {
  const { rows, untried, isMiscounted } = damage;
  if (damageLines(damage).length === 0) return;
  db.transaction(() => {
    for (const { table, rowid } of rows) {
      if (table === 'outbox') giveUp(db, rowid);
      db.run(`DELETE FROM ${table} WHERE rowid = ?`, rowid);
    }
    for (const progress of untried) changeOutbox(db, progress, time);
    if (isMiscounted) recount(db);
  });
}

function giveUp(db: Database, rowid: number): void {
  const row = db.get<{ obligations: number }>('SELECT obligations FROM outbox WHERE rowid = ?', rowid);
  addTo(db, 'queued', -(row?.obligations ?? 0));
  addTo(db, 'dead', row?.obligations ?? 0);
}
