import type { SourceFile } from '../../rules/format/document.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';
import { planIn } from './journal-pages.js';
import type { AgendaItem, Recovery } from './ledger.js';
import { type OutboxRow, outboxEntry } from './outbox-table.js';
import { type FoundPlace, snapshotData, snapshotsIn } from './snapshot-table.js';

/** What the database holds at the start, in a form that crosses between threads. */
export interface Found
  extends Pick<Recovery, 'stop' | 'lastTime' | 'episodes' | 'queued' | 'agenda' | 'files'> {
  readonly snapshot: FoundSnapshot | null;
  /** The hash of the rule files in force at the end of the journal. */
  readonly plan: string | null;
  readonly next: NextNumbers;
  readonly problems: readonly string[];
}

export interface FoundSnapshot {
  readonly journal: number;
  readonly seq: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly files: readonly SourceFile[];
}

/** What was not given out yet. */
export interface NextNumbers {
  readonly commit: number;
  readonly seq: number;
  readonly topic: number;
  readonly snapshot: number;
}

/** What a program finds that never ran here. */
export const NOTHING_FOUND: Found = {
  stop: 'first',
  lastTime: Number.NEGATIVE_INFINITY,
  episodes: [],
  queued: [],
  agenda: [],
  files: [],
  snapshot: null,
  plan: null,
  next: { commit: 1, seq: 1, topic: 0, snapshot: 1 },
  problems: [],
};

export function findIn(db: Database): Found {
  const problems: string[] = [];
  const damaged = (what: string) => problems.push(`${what} cannot be read and is left out`);
  return {
    stop: stopIn(db),
    lastTime: lastTimeIn(db),
    episodes: episodesIn(db, damaged),
    queued: queuedIn(db, damaged),
    agenda: agendaIn(db, damaged),
    files: filesIn(db, damaged),
    snapshot: snapshotIn(db, damaged),
    plan: planInForce(db),
    next: nextIn(db),
    problems,
  };
}

type Damaged = (what: string) => void;

export function stopIn(db: Database): Recovery['stop'] {
  switch (db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'stop'")?.value) {
    case undefined:
      return 'first';
    case 'clean':
      return 'clean';
    default:
      return 'unclean';
  }
}

function lastTimeIn(db: Database): number {
  const row = db.get<{ time: number }>(
    'SELECT last_time AS time FROM journal WHERE count > 0 ORDER BY number DESC LIMIT 1',
  );
  return row?.time ?? Number.NEGATIVE_INFINITY;
}

function episodesIn(db: Database, damaged: Damaged): Recovery['episodes'] {
  return db
    .all<{ episode: string; state: string; data: string; crc: number }>(
      "SELECT episode, state, data, crc FROM episodes WHERE state <> 'ended' ORDER BY number",
    )
    .flatMap(({ episode, state, data, crc }) => {
      if (checksum(episode, state, data) === crc) return [JSON.parse(data)];
      damaged(`the alert ${episode}`);
      return [];
    });
}

function queuedIn(db: Database, damaged: Damaged): Recovery['queued'] {
  return db
    .all<OutboxRow>(
      "SELECT number, id, progress, delivery, crc FROM outbox WHERE state = 'queued' ORDER BY number",
    )
    .flatMap((row) => {
      const entry = outboxEntry(row);
      if (entry !== null) return [entry];
      damaged(`the notice ${row.id}`);
      return [];
    });
}

function agendaIn(db: Database, damaged: Damaged): Recovery['agenda'] {
  return db
    .all<AgendaItem & { crc: number }>('SELECT key, text, crc FROM agenda ORDER BY number')
    .flatMap(({ key, text, crc }) => {
      if (checksum(key, text) === crc) return [{ key, text }];
      damaged(`what was planned for ${key}`);
      return [];
    });
}

function filesIn(db: Database, damaged: Damaged): Recovery['files'] {
  return db
    .all<SourceFile & { crc: number }>('SELECT path, text, crc FROM files ORDER BY path')
    .flatMap(({ path, text, crc }) => {
      if (checksum(path, text) === crc) return [{ path, text }];
      damaged(`the stored version of ${path}`);
      return [];
    });
}

/** The newest that is whole. */
function snapshotIn(db: Database, damaged: Damaged): FoundSnapshot | null {
  for (const snapshot of snapshotsIn(db)) {
    const found = foundSnapshot(db, snapshot);
    if (found !== null) return found;
    damaged(`the saved state ${snapshot.number}`);
  }
  return null;
}

/** `null`: it is damaged. */
export function foundSnapshot(db: Database, place: FoundPlace): FoundSnapshot | null {
  const { journal, seq, plan } = place;
  const data = snapshotData(db, place);
  const files = plan === null ? [] : planIn(db, plan);
  return data === null || files === null ? null : { journal, seq, data, files };
}

function planInForce(db: Database): string | null {
  const used = db.get<{ hash: string }>(
    'SELECT hash FROM plan_uses ORDER BY journal DESC, rowid DESC LIMIT 1',
  );
  return used?.hash ?? snapshotsIn(db)[0]?.plan ?? null;
}

function nextIn(db: Database): NextNumbers {
  const last = db.get<{ number: number; end: number; topicsEnd: number }>(
    `SELECT number, seq + count AS "end", topics_end AS topicsEnd
     FROM journal ORDER BY number DESC LIMIT 1`,
  );
  const topic = db.get<{ number: number }>('SELECT max(number) AS number FROM topics')?.number;
  const snapshot = db.get<{ number: number }>('SELECT max(number) AS number FROM snapshots')?.number;
  return {
    commit: (last?.number ?? 0) + 1,
    seq: last?.end ?? 1,
    topic: Math.max((topic ?? -1) + 1, last?.topicsEnd ?? 0),
    snapshot: (snapshot ?? 0) + 1,
  };
}
