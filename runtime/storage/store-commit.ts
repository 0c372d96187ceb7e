import { checksum } from './checksum.js';
import type { Commit } from './commit.js';
import type { Database } from './database.js';
import { insertRow, journalEnd, packed, seqOf } from './journal-table.js';
import type { JournalBytes } from './journal-writer.js';
import { pruneJournal, type RetentionLimits } from './retention.js';
import { storeChanges } from './store-changes.js';

export interface StoreCommitOptions {
  /** More is waiting: bytes are kept as they are, to spare the time of packing them. */
  readonly isHurried: boolean;
  readonly retention: RetentionLimits;
  /** Rows of the journal before this one are in history. */
  readonly released: number;
}

/** Stores a commit as one transaction, and does nothing if it is stored already. */
export function storeCommit(
  db: Database,
  commit: Commit,
  { isHurried, retention, released }: StoreCommitOptions,
): void {
  const records = packed(commit.journal?.bytes ?? NO_BYTES, isHurried);
  db.transaction(() => {
    const last = journalEnd(db);
    if (last !== undefined && last.number >= commit.number) {
      if (seqOf(db, commit.number) !== commit.seq) throw new Error('another program has written here');
      return;
    }
    pruneJournal(db, { time: commit.time, limits: retention, released });
    const { number, seq, journal, changes, time } = commit;
    if (journal !== null) storeReferences(db, number, journal);
    const firstTime = journal?.firstTime ?? last?.lastTime ?? 0;
    insertRow(db, {
      number,
      seq,
      count: journal?.count ?? 0,
      firstTime,
      lastTime: journal?.lastTime ?? firstTime,
      position: last?.position ?? 0,
      generation: journal?.generation ?? last?.generation ?? 0,
      topicsEnd:
        journal === null ? (last?.topicsEnd ?? 0) : journal.topics.first + journal.topics.topics.length,
      ...records,
    });
    storeChanges(db, changes, time);
  });
}

const NO_BYTES = new Uint8Array(0);

/** What the records refer to. */
function storeReferences(db: Database, number: number, { topics, plans }: JournalBytes): void {
  for (const [index, topic] of topics.topics.entries()) {
    db.run(
      'INSERT INTO topics (number, topic) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET topic = excluded.topic',
      topics.first + index,
      topic,
    );
  }
  for (const { hash, text } of plans) {
    db.run(
      `INSERT INTO plans (hash, files, crc) VALUES (?, ?, ?)
       ON CONFLICT (hash) DO UPDATE SET files = excluded.files, crc = excluded.crc`,
      hash,
      text,
      checksum(hash, text),
    );
    db.run('INSERT INTO plan_uses (journal, hash) VALUES (?, ?)', number, hash);
  }
}
