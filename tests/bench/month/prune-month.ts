import { openHistoryDatabase } from '../../../runtime/history/history-database.js';
import { pruneHistory } from '../../../runtime/history/history-retention.js';
import { beginPiece, LOG_PAGES_MAX } from '../../../runtime/history/history-store.js';

const DAY_MS = 86_400_000;

/** How long pieces of work took, in ms, during each of which the thread did nothing else. */
export interface Pieces {
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
}

export interface Pruned {
  readonly seconds: number;
  readonly deleting: Pieces;
  /** Bringing what was changed into the file, and onto the disk. */
  readonly checkpoints: Pieces;
}

/** Deletes all but the last day of the readings, piece by piece as the history worker does. */
export function pruneMonth(path: string, now: number): Pruned {
  const db = openHistoryDatabase(path);
  const retention = {
    keepMs: DAY_MS,
    rollupMs: { minute: Number.POSITIVE_INFINITY, hour: Number.POSITIVE_INFINITY },
    bytesMax: Number.POSITIVE_INFINITY,
    now,
    freeBytes: Number.MAX_SAFE_INTEGER,
  };
  const begin = performance.now();
  const [deleting, checkpoints]: [number[], number[]] = [[], []];
  while (timed(deleting, () => pruneHistory(db, { ...retention, isOver: beginPiece() }))) {
    const { log, checkpointed } = db.get<{ log: number; checkpointed: number }>(
      'PRAGMA wal_checkpoint(NOOP)',
    ) ?? { log: 0, checkpointed: 0 };
    if (log - checkpointed < LOG_PAGES_MAX) continue;
    timed(checkpoints, () => db.get('PRAGMA wal_checkpoint(PASSIVE)'));
  }
  db.close();
  const seconds = (performance.now() - begin) / 1_000;
  return { seconds, deleting: piecesOf(deleting), checkpoints: piecesOf(checkpoints) };
}

function timed<T>(took: number[], work: () => T): T {
  const start = performance.now();
  const result = work();
  took.push(performance.now() - start);
  return result;
}

function piecesOf(took: readonly number[]): Pieces {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), p99: at(0.99), longest: at(1) };
}
