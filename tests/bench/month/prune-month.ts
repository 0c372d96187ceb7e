import { openHistoryDatabase } from '../../../runtime/history/history-database.js';
import { pruneHistory } from '../../../runtime/history/history-retention.js';

/** As the history worker has it. */
const LOG_PAGES_MAX = 512;
const DAY_MS = 86_400_000;

export interface Pruned {
  readonly seconds: number;
  /** How long the longest piece took, during which the thread did nothing else. */
  readonly stallMs: number;
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
  let stallMs = 0;
  const timed = <T>(work: () => T): T => {
    const start = performance.now();
    const result = work();
    stallMs = Math.max(stallMs, performance.now() - start);
    return result;
  };
  while (timed(() => pruneHistory(db, retention))) {
    const { log, checkpointed } = db.get<{ log: number; checkpointed: number }>(
      'PRAGMA wal_checkpoint(NOOP)',
    ) ?? { log: 0, checkpointed: 0 };
    if (log - checkpointed >= LOG_PAGES_MAX) timed(() => db.get('PRAGMA wal_checkpoint(PASSIVE)'));
  }
  db.close();
  return { seconds: (performance.now() - begin) / 1_000, stallMs };
}
