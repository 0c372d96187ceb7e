import type { Delivery } from '../delivery/notice.js';
import {
  type DeliveryProgress,
  type DeliveryState,
  type OutboxEntry,
  unattempted,
} from '../delivery/outbox.js';
import { addTo } from './accounting.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';

export type OutboxChange =
  | {
      readonly kind: 'added';
      readonly id: string;
      readonly receiver: string;
      readonly lane: string;
      readonly obligations: number;
      /** A `Delivery` as JSON, and how it stands as a `DeliveryProgress`. */
      readonly delivery: string;
      readonly progress: string;
    }
  | {
      readonly kind: 'progress';
      readonly id: string;
      readonly state: DeliveryState;
      readonly progress: string;
    };

export function deliveryAdded(delivery: Delivery): OutboxChange {
  const { id, receiver } = delivery.notice;
  return {
    kind: 'added',
    id,
    receiver,
    lane: delivery.lane,
    obligations: delivery.obligations,
    delivery: JSON.stringify(delivery),
    progress: JSON.stringify(unattempted(delivery)),
  };
}

export function deliveryProgressed(id: string, progress: DeliveryProgress): OutboxChange {
  return { kind: 'progress', id, state: progress.state, progress: JSON.stringify(progress) };
}

interface Standing {
  readonly number: number;
  readonly state: DeliveryState;
  readonly obligations: number;
}

/** @param time engine time of the change */
export function changeOutbox(db: Database, change: OutboxChange, time: number): void {
  if (change.kind === 'added') add(db, change, time);
  else progress(db, change, time);
}

function add(db: Database, change: Extract<OutboxChange, { kind: 'added' }>, time: number): void {
  const { id, receiver, lane, obligations, delivery } = change;
  const added = db.run(
    `INSERT INTO outbox (id, receiver, lane, state, obligations, changed_at, progress, delivery, crc)
     VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    id,
    receiver,
    lane,
    obligations,
    time,
    change.progress,
    delivery,
    checksum(id, delivery),
  );
  if (added === 0) return;
  addTo(db, 'raised', obligations);
  addTo(db, 'queued', obligations);
}

function progress(db: Database, change: Extract<OutboxChange, { kind: 'progress' }>, time: number): void {
  const before = db.get<Standing>('SELECT number, state, obligations FROM outbox WHERE id = ?', change.id);
  if (before === undefined) return;
  db.run(
    'UPDATE outbox SET state = ?, changed_at = ?, progress = ? WHERE number = ?',
    change.state,
    time,
    change.progress,
    before.number,
  );
  if (before.state === change.state) return;
  addTo(db, before.state, -before.obligations);
  addTo(db, change.state, before.obligations);
}

/** What a row of the outbox says. */
export interface OutboxRow {
  readonly number: number;
  readonly id: string;
  readonly progress: string;
  readonly delivery: string;
  readonly crc: number;
}

/** `null`: the row is damaged. */
export function outboxEntry({ id, progress: text, delivery, crc }: OutboxRow): OutboxEntry | null {
  if (checksum(id, delivery) !== crc) return null;
  try {
    const standing: DeliveryProgress = JSON.parse(text);
    return { delivery: JSON.parse(delivery), ...standing };
  } catch {
    return null;
  }
}
