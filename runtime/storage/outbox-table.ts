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

export type OutboxChange = DeliveryAdded | DeliveryProgressed;

export interface DeliveryAdded {
  readonly kind: 'added';
  readonly id: string;
  readonly receiver: string;
  readonly lane: string;
  readonly obligations: number;
  /** A `Delivery` as JSON, and how it stands as a `DeliveryProgress`. */
  readonly delivery: string;
  readonly progress: string;
}

export interface DeliveryProgressed {
  readonly kind: 'progress';
  readonly id: string;
  readonly state: DeliveryState;
  readonly progress: string;
}

export function deliveryAdded(delivery: Delivery): DeliveryAdded {
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

export function deliveryProgressed(id: string, progress: DeliveryProgress): DeliveryProgressed {
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

function add(db: Database, change: DeliveryAdded, time: number): void {
  const { id, receiver, lane, obligations, delivery } = change;
  const added = db.run(
    `INSERT INTO outbox (id, receiver, lane, state, obligations, changed_at, progress, progress_crc,
       delivery, crc)
     VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    id,
    receiver,
    lane,
    obligations,
    time,
    change.progress,
    checksum(id, change.progress),
    delivery,
    checksum(id, delivery),
  );
  if (added === 0) return;
  addTo(db, 'raised', obligations);
  addTo(db, 'queued', obligations);
}

function progress(db: Database, change: DeliveryProgressed, time: number): void {
  const before = db.get<Standing>('SELECT number, state, obligations FROM outbox WHERE id = ?', change.id);
  if (before === undefined) return;
  db.run(
    'UPDATE outbox SET state = ?, changed_at = ?, progress = ?, progress_crc = ? WHERE number = ?',
    change.state,
    time,
    change.progress,
    checksum(change.id, change.progress),
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
  readonly progress_crc: number;
  readonly delivery: string;
  readonly crc: number;
}

export const OUTBOX_COLUMNS = 'number, id, progress, progress_crc, delivery, crc';

/** `null`: the row is damaged. If only how it stands cannot be read, it is as if it had never been tried. */
export function outboxEntry(row: OutboxRow): OutboxEntry | null {
  if (!isDeliverySound(row)) return null;
  const delivery: Delivery = JSON.parse(row.delivery);
  const standing: DeliveryProgress = isProgressSound(row) ? JSON.parse(row.progress) : unattempted(delivery);
  return { delivery, ...standing };
}

export function isDeliverySound({ id, delivery, crc }: OutboxRow): boolean {
  return checksum(id, delivery) === crc;
}

/** Whether it can be read how the delivery stands. */
export function isProgressSound({ id, progress: text, progress_crc }: OutboxRow): boolean {
  return checksum(id, text) === progress_crc;
}
