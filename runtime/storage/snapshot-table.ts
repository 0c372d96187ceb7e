import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { checksum } from './checksum.js';
import type { Database } from './database.js';
import { closeHole } from './hole.js';

/** Where in the journal a snapshot belongs. */
export interface SnapshotPlace {
  readonly number: number;
  /** The number of the journal row, and of the record, after which it was taken. */
  readonly journal: number;
  readonly seq: number;
  /** The hash of the rule files in force; `null`: there were none yet. */
  readonly plan: string | null;
  /** Engine time of the last record before it. */
  readonly time: number;
}

/** Snapshots are stored part by part, so that commits need not wait for a large one. */
export interface SnapshotPart extends SnapshotPlace {
  /** From 0. */
  readonly index: number;
  readonly isLast: boolean;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The newest is restored; the one before it, if that turns out to be damaged. */
const KEPT = 2;

export function storeSnapshotPart(db: Database, part: SnapshotPart): void {
  db.transaction(() => {
    if (part.index === 0) begin(db, part);
    const data = deflateRawSync(part.data, { level: 1 });
    db.run(
      'INSERT INTO snapshot_parts (snapshot, data, crc) VALUES (?, ?, ?)',
      part.number,
      data,
      checksum(part.number, data),
    );
    if (part.isLast) finish(db, part);
  });
}

function begin(db: Database, place: SnapshotPlace): void {
  const { number, journal, seq, plan, time } = place;
  // Of one that was broken off.
  db.run('DELETE FROM snapshots WHERE parts = 0 OR number >= ?', number);
  db.run('DELETE FROM snapshot_parts WHERE snapshot NOT IN (SELECT number FROM snapshots)');
  db.run(
    'INSERT INTO snapshots (number, journal, seq, plan, time, parts, crc) VALUES (?, ?, ?, ?, ?, 0, ?)',
    number,
    journal,
    seq,
    plan,
    time,
    checksumOf(place),
  );
}

function finish(db: Database, { number, index }: SnapshotPart): void {
  db.run('UPDATE snapshots SET parts = ? WHERE number = ?', index + 1, number);
  db.run(
    'DELETE FROM snapshots WHERE number NOT IN (SELECT number FROM snapshots ORDER BY number DESC LIMIT ?)',
    KEPT,
  );
  db.run('DELETE FROM snapshot_parts WHERE snapshot NOT IN (SELECT number FROM snapshots)');
  closeHole(db);
}

/** A finished snapshot. */
export interface FoundPlace extends SnapshotPlace {
  readonly parts: number;
}

/** Newest first. */
export function snapshotsIn(db: Database): FoundPlace[] {
  return db
    .all<FoundPlace & { crc: number }>(
      `SELECT number, journal, seq, plan, time, parts, crc FROM snapshots
       WHERE parts > 0 ORDER BY number DESC`,
    )
    .filter((place) => checksumOf(place) === place.crc);
}

function checksumOf({ number, journal, seq, plan, time }: SnapshotPlace): number {
  return checksum(number, journal, seq, plan, time);
}

/** `null`: it is damaged. */
export function snapshotData(
  db: Database,
  { number, parts }: { readonly number: number; readonly parts: number },
): Uint8Array<ArrayBuffer> | null {
  const rows = db.all<{ data: Uint8Array; crc: number }>(
    'SELECT data, crc FROM snapshot_parts WHERE snapshot = ? ORDER BY number',
    number,
  );
  if (rows.length !== parts || rows.some(({ data, crc }) => checksum(number, data) !== crc)) return null;
  const chunks = rows.map(({ data }) => inflateRawSync(data));
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
