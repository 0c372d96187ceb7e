import type { MarkEvent } from '../../rules/supply.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';

/** What somebody noted of a machine. */
export interface NotedMark {
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly time: number;
  readonly event: MarkEvent;
}

/** Example: `{ number: 7, labels: { machine: 'm1' }, time: 1767592800000, event: 'failure' }` */
export interface StoredMark extends NotedMark {
  /** Names it. */
  readonly number: number;
}

export type MarkChange =
  | { readonly kind: 'add'; readonly mark: NotedMark }
  | { readonly kind: 'remove'; readonly number: number };

/** Inside a transaction. */
export function changeMarks(db: Database, change: MarkChange): void {
  if (change.kind === 'remove') {
    db.run('DELETE FROM marks WHERE number = ?', change.number);
    return;
  }
  const { labels, time, event } = change.mark;
  const text = JSON.stringify(labels);
  db.run(
    'INSERT INTO marks (labels, time, event, crc) VALUES (?, ?, ?, ?)',
    text,
    time,
    event,
    checksum(text, time, event),
  );
}

/** In order of time. Those that are damaged are left out. */
export function marksIn(db: Database): StoredMark[] {
  return db
    .all<{ number: number; labels: string; time: number; event: MarkEvent; crc: number }>(
      'SELECT number, labels, time, event, crc FROM marks ORDER BY time, number',
    )
    .filter(({ labels, time, event, crc }) => checksum(labels, time, event) === crc)
    .map(({ number, labels, time, event }) => ({ number, labels: JSON.parse(labels), time, event }));
}
