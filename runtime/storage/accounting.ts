import type { Database } from './database.js';
import type { ObligationState } from './ledger.js';

/** How many obligations there were ever, and what has become of them; `raised` is the sum of the others. */
export type Accounting = Readonly<Record<ObligationState | 'raised', number>>;

export const OBLIGATION_STATES: readonly ObligationState[] = [
  'queued',
  'delivered',
  'merged',
  'expired',
  'dead',
  'suppressed',
  'unrouted',
  'held',
];

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
