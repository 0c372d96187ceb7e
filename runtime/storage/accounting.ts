import type { Database } from './database.js';
import type { ObligationState } from './ledger.js';

/** How many obligations there were ever, and what has become of them; `raised` is the sum of the others. */
export type Accounting = Readonly<Record<ObligationState | 'raised', number>>;

const OBLIGATION_STATES: readonly ObligationState[] = [
  'queued',
  'delivered',
  'merged',
  'expired',
  'dead',
  'suppressed',
  'unrouted',
  'held',
];

export const NOTHING_RAISED: Accounting = {
  raised: 0,
  queued: 0,
  delivered: 0,
  merged: 0,
  expired: 0,
  dead: 0,
  suppressed: 0,
  unrouted: 0,
  held: 0,
};

export function addTo(db: Database, state: string, count: number): void {
  if (count === 0) return;
  db.run(
    `INSERT INTO accounting (state, count) VALUES (?, ?)
     ON CONFLICT (state) DO UPDATE SET count = count + excluded.count`,
    state,
    count,
  );
}

export function accountingIn(db: Database): Accounting {
  const counts = new Map(
    db
      .all<{ state: string; count: number }>('SELECT state, count FROM accounting')
      .map(({ state, count }) => [state, count]),
  );
  const entries = (['raised', ...OBLIGATION_STATES] as const).map((state) => [state, counts.get(state) ?? 0]);
  return Object.fromEntries(entries) as Accounting;
}

/**
 * What is queued and what is counted as queued are stored together, and so are what was raised and what became of it: if
 * they differ, one of them is damaged.
 */
export function isCountRight(db: Database): boolean {
  const { raised, queued, ...others } = accountingIn(db);
  const sum = Object.values(others).reduce((total, count) => total + count, queued);
  return raised === sum && queued === obligationsQueued(db);
}

/** What is queued is what there is in the outbox; what was raised is the sum. */
export function recount(db: Database): void {
  db.run("DELETE FROM accounting WHERE state IN ('queued', 'raised')");
  addTo(db, 'queued', obligationsQueued(db));
  const { raised: _, ...others } = accountingIn(db);
  addTo(
    db,
    'raised',
    Object.values(others).reduce((total, count) => total + count, 0),
  );
}

function obligationsQueued(db: Database): number {
  const row = db.get<{ sum: number | null }>(
    "SELECT sum(obligations) AS sum FROM outbox WHERE state = 'queued'",
  );
  return row?.sum ?? 0;
}
