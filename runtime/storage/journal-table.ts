import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { checksum } from './checksum.js';
import type { Database } from './database.js';

/** One row of the journal as it stands in the database: the records of one commit. */
export interface JournalTableRow {
  /** Of the commit. */
  readonly number: number;
  /** Of its first record; that of the next row if it has none. */
  readonly seq: number;
  readonly count: number;
  /** Engine time of its first and last record; of the row before if it has none. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** The sum of the bytes of all rows before it, those that are gone too. */
  readonly position: number;
  /** The number of the first topic of its generation, and the one after the last topic so far. */
  readonly generation: number;
  readonly topicsEnd: number;
  readonly packing: number;
  readonly records: Uint8Array;
}

interface StoredRow extends JournalTableRow {
  readonly crc: number;
}

/** How the bytes of a row are kept. */
const PACKING = { plain: 0, deflated: 1 } as const;
/** Fewer bytes than this stay as they are: they fit into a page either way. */
const DEFLATE_BYTES_MIN = 512;
/** Beside its records: the row's own columns, and its share of the page. */
const ROW_BYTES = 64;

const COLUMNS = `number, seq, count, first_time AS firstTime, last_time AS lastTime, position, generation,
  topics_end AS topicsEnd, packing, records, crc`;

/** @param isHurried they stay as they are, to spare the time of packing them */
export function packed(bytes: Uint8Array, isHurried: boolean): Pick<JournalTableRow, 'packing' | 'records'> {
  return isHurried || bytes.length < DEFLATE_BYTES_MIN
    ? { packing: PACKING.plain, records: bytes }
    : { packing: PACKING.deflated, records: deflateRawSync(bytes, { level: 1 }) };
}

export function insertRow(db: Database, row: JournalTableRow): void {
  const { number, seq, count, firstTime, lastTime, position, generation, topicsEnd, packing, records } = row;
  db.run(
    `INSERT INTO journal (number, seq, count, first_time, last_time, position, generation, topics_end, packing,
       records, crc)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    number,
    seq,
    count,
    firstTime,
    lastTime,
    position,
    generation,
    topicsEnd,
    packing,
    records,
    checksumOf(row),
  );
}

/** In order. While they are gone through, nothing else may use the connection. */
export function rowsAfter(db: Database, number: number): IterableIterator<JournalTableRow> {
  return db.iterate<StoredRow>(`SELECT ${COLUMNS} FROM journal WHERE number > ? ORDER BY number`, number);
}

/** The first seq of a commit; `undefined`: it is not there. */
export function seqOf(db: Database, number: number): number | undefined {
  return db.get<{ seq: number }>('SELECT seq FROM journal WHERE number = ?', number)?.seq;
}

/** Where the journal ends by now. */
export interface JournalEnd
  extends Pick<JournalTableRow, 'number' | 'lastTime' | 'generation' | 'topicsEnd'> {
  /** Where the next row begins. */
  readonly position: number;
}

export function journalEnd(db: Database): JournalEnd | undefined {
  return db.get(
    `SELECT number, last_time AS lastTime, generation, topics_end AS topicsEnd,
       position + length(records) + ${ROW_BYTES} AS position
     FROM journal ORDER BY number DESC LIMIT 1`,
  );
}

/** The newest row that is not damaged. */
export function lastSoundRow(db: Database): JournalTableRow | undefined {
  for (const row of db.iterate<StoredRow>(`SELECT ${COLUMNS} FROM journal ORDER BY number DESC`)) {
    if (isSound(row)) return row;
  }
  return undefined;
}

/** Its records as they were written; `null`: the row is damaged. */
export function unpacked(row: JournalTableRow): Uint8Array | null {
  if (!isSound(row)) return null;
  return row.packing === PACKING.deflated ? inflateRawSync(row.records) : row.records;
}

function isSound(row: JournalTableRow): boolean {
  return 'crc' in row && row.crc === checksumOf(row);
}

function checksumOf(row: JournalTableRow): number {
  const { number, seq, count, firstTime, lastTime, generation, topicsEnd, packing, records } = row;
  return checksum(number, seq, count, firstTime, lastTime, generation, topicsEnd, packing, records);
}
