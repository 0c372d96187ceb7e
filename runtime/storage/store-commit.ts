import { deflateRawSync } from 'node:zlib';
import { checksum } from './checksum.js';
import type { Commit } from './commit.js';
import type { Database } from './database.js';
import type { JournalBytes } from './journal-writer.js';
import { storeChanges } from './store-changes.js';

/** How the bytes of a journal row are kept. */
export const PACKING = { plain: 0, deflated: 1 } as const;

/** Fewer bytes than this stay as they are: they fit into a page either way. */
const DEFLATE_BYTES_MIN = 512;
/** Beside its records: the row's own columns, and its share of the page. */
const ROW_BYTES = 64;

interface LastRow {
  readonly number: number;
  readonly lastTime: number;
  readonly end: number;
  readonly generation: number;
  readonly topicsEnd: number;
}

/**
 * Stores a commit as one transaction, and does nothing if it is stored already.
 *
 * @param isHurried more is waiting: bytes are kept as they are, to spare the time of packing them
 */
export function storeCommit(db: Database, commit: Commit, isHurried: boolean): void {
  db.transaction(() => {
    const last = lastRow(db);
    if (last !== null && last.number >= commit.number) return;
    storeJournal(db, commit, { last, isHurried });
    storeChanges(db, commit.changes, commit.time);
  });
}

function storeJournal(
  db: Database,
  { number, seq, journal }: Commit,
  { last, isHurried }: { last: LastRow | null; isHurried: boolean },
): void {
  if (journal !== null) storeReferences(db, number, journal);
  const bytes = journal?.bytes ?? new Uint8Array(0);
  const isDeflated = !isHurried && bytes.length >= DEFLATE_BYTES_MIN;
  const packing = isDeflated ? PACKING.deflated : PACKING.plain;
  const packed = isDeflated ? deflateRawSync(bytes, { level: 1 }) : bytes;
  const count = journal?.count ?? 0;
  const firstTime = journal?.firstTime ?? last?.lastTime ?? 0;
  const lastTime = journal?.lastTime ?? firstTime;
  const generation = journal?.generation ?? last?.generation ?? 0;
  const topicsEnd =
    journal === null ? (last?.topicsEnd ?? 0) : journal.topics.first + journal.topics.topics.length;
  db.run(
    `INSERT INTO journal
       (number, seq, count, first_time, last_time, position, generation, topics_end, packing, records, crc)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    number,
    seq,
    count,
    firstTime,
    lastTime,
    last?.end ?? 0,
    generation,
    topicsEnd,
    packing,
    packed,
    checksum(number, seq, count, firstTime, generation, packing, packed),
  );
}

function lastRow(db: Database): LastRow | null {
  const row = db.get<LastRow>(
    `SELECT number, last_time AS lastTime, position + length(records) + ${ROW_BYTES} AS "end", generation,
       topics_end AS topicsEnd
     FROM journal ORDER BY number DESC LIMIT 1`,
  );
  return row ?? null;
}

/** What the records refer to. */
function storeReferences(db: Database, number: number, { topics, plans }: JournalBytes): void {
  for (const [index, topic] of topics.topics.entries()) {
    db.run('INSERT INTO topics (number, topic) VALUES (?, ?)', topics.first + index, topic);
  }
  for (const { hash, text } of plans) {
    db.run(
      'INSERT INTO plans (hash, files, crc) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING',
      hash,
      text,
      checksum(hash, text),
    );
    db.run('INSERT INTO plan_uses (journal, hash) VALUES (?, ?)', number, hash);
  }
}
