import { ARTEFACT_PREFIX } from './artefact-rows.js';
import type { Database } from './database.js';
import { snapshotsIn } from './snapshot-table.js';
import { STATE_PAGE_BYTES } from './state-database.js';

const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;

/** How long things are kept that nobody needs any more but people who look back. */
export interface RetentionLimits {
  readonly journalMs: number;
  readonly journalBytes: number;
  /** Of everything together: beyond it the journal gives way. */
  readonly stateBytes: number;
  /** Events, ended alerts, delivered notices. */
  readonly historyMs: number;
  readonly eventRows: number;
  readonly episodeRows: number;
  readonly deliveredRows: number;
  /** What was given up on, and nobody looked at yet, perhaps. */
  readonly deadLetterMs: number;
  readonly deadLetterRows: number;
}

export const RETENTION: RetentionLimits = {
  journalMs: 7 * DAY_MS,
  journalBytes: 160 * MIB,
  stateBytes: 240 * MIB,
  historyMs: 30 * DAY_MS,
  eventRows: 50_000,
  episodeRows: 20_000,
  deliveredRows: 10_000,
  deadLetterMs: 90 * DAY_MS,
  deadLetterRows: 5_000,
};

export interface Pruning {
  /** Engine time. */
  readonly time: number;
  readonly limits: RetentionLimits;
  /** Rows before this one are in history. */
  readonly released: number;
}

/** So many rows of the journal go with every commit at most: twice what comes, so that it shrinks when it must. */
const JOURNAL_ROWS = 2;
/** So many rows of another table go at a time, so that no commit waits for long. */
const TABLE_ROWS = 500;

interface OldestRow {
  readonly number: number;
  readonly position: number;
  readonly time: number;
}

/**
 * Deletes what is too old, or too much, at the old end of the journal; inside the transaction of a commit, so that it
 * costs no sync of its own and what comes takes the pages of what goes. What the older of the two snapshots does not
 * hold stays in any case; what is not in history yet stays unless the file as a whole grows too large.
 */
export function pruneJournal(db: Database, { time, limits, released }: Pruning): void {
  const oldest = rowAt(db, 'number');
  const newest = rowAt(db, 'number DESC');
  if (oldest === undefined || newest === undefined) return;
  const isOverfull = usedBytes(db) > limits.stateBytes;
  if (oldest.number >= released && !isOverfull) return;
  const isTooMuch = isOverfull || newest.position - oldest.position > limits.journalBytes;
  const before = isTooMuch ? Number.MAX_SAFE_INTEGER : time - limits.journalMs;
  if (oldest.time >= before) return;
  const [, older] = snapshotsIn(db);
  const upTo = Math.min(older?.journal ?? 0, isOverfull ? Number.MAX_SAFE_INTEGER : released);
  if (older !== undefined) deleteRows(db, { upTo, before, rows: JOURNAL_ROWS });
}

/**
 * Makes pages free: deletes what in the journal the newest snapshot and history hold, a part at a time. What is in neither
 * was acknowledged and is nowhere else.
 *
 * @param released rows before this one are in history
 * @returns whether there is more of it
 */
export function sacrificeJournal(db: Database, released: number, rows: number): boolean {
  const snapshot = snapshotsIn(db)[0];
  if (snapshot === undefined) return false;
  const upTo = Math.min(snapshot.journal, released);
  return deleteRows(db, { upTo, before: Number.MAX_SAFE_INTEGER, rows }) === rows;
}

function usedBytes(db: Database): number {
  return (Number(db.pragma('page_count')) - Number(db.pragma('freelist_count'))) * STATE_PAGE_BYTES;
}

interface Deletion {
  /** Only rows before this one. */
  readonly upTo: number;
  /** Only what is older than this. */
  readonly before: number;
  /** At most so many, from the oldest on. */
  readonly rows: number;
}

/** Never the last row: it says how far the numbers have got. */
function deleteRows(db: Database, { upTo, before, rows }: Deletion): number {
  return db.run(
    `DELETE FROM journal WHERE number IN (
       SELECT number FROM journal WHERE number < min(?, (SELECT max(number) FROM journal))
       ORDER BY number LIMIT ?)
     AND last_time < ?`,
    upTo,
    rows,
    before,
  );
}

function rowAt(db: Database, order: 'number' | 'number DESC'): OldestRow | undefined {
  return db.get(`SELECT number, position, last_time AS time FROM journal ORDER BY ${order} LIMIT 1`);
}

/** Deletes a part of what else is too old or too much, in a transaction of its own; none if there is nothing. */
export function pruneTables(db: Database, limits: RetentionLimits): void {
  const time = rowAt(db, 'number DESC')?.time ?? 0;
  const due = [...expired(db, time, limits), ...unused(db)].filter(
    ({ rows }) => db.get(`SELECT 1 WHERE EXISTS (${rows})`) !== undefined,
  );
  if (due.length === 0) return;
  db.transaction(() => {
    for (const { table, rows } of due) db.run(`DELETE FROM ${table} WHERE rowid IN (${rows})`);
  });
}

/** Rows of a table that may go, at most `TABLE_ROWS` of them: a query for their rowids. Numbers in it are ours. */
interface Prunable {
  readonly table: string;
  readonly rows: string;
}

function expired(db: Database, time: number, limits: RetentionLimits): Prunable[] {
  const { historyMs, deadLetterMs, eventRows, episodeRows, deliveredRows, deadLetterRows } = limits;
  const delivered = { ms: historyMs, rows: deliveredRows };
  const deadLetters = { ms: deadLetterMs, rows: deadLetterRows };
  return [
    oldEvents(db, time, { ms: historyMs, rows: eventRows }),
    oldInState(db, time, { table: 'episodes', state: 'ended', ms: historyMs, rows: episodeRows }),
    oldInState(db, time, { table: 'outbox', state: 'delivered', ...delivered }),
    oldInState(db, time, { table: 'outbox', state: 'merged', ...delivered }),
    oldInState(db, time, { table: 'outbox', state: 'dead', ...deadLetters }),
    oldInState(db, time, { table: 'outbox', state: 'expired', ...deadLetters }),
  ];
}

interface Kept {
  readonly ms: number;
  readonly rows: number;
}

/** Events go in order, so that their numbers have no gaps. */
function oldEvents(db: Database, time: number, { ms, rows }: Kept): Prunable {
  const last = db.get<{ number: number | null }>('SELECT max(number) AS number FROM events')?.number ?? 0;
  return among('events', 'TRUE', 'time', `time < ${Math.floor(time - ms)} OR number <= ${last - rows}`);
}

function oldInState(
  db: Database,
  time: number,
  { table, state, ms, rows }: Kept & { readonly table: string; readonly state: string },
): Prunable {
  const where = `state = '${state}'`;
  const first = db.get<{ number: number }>(
    `SELECT number FROM ${table} WHERE ${where} ORDER BY number DESC LIMIT 1 OFFSET ?`,
    rows - 1,
  );
  const isOld = `time < ${Math.floor(time - ms)} OR number < ${first?.number ?? 0}`;
  return among(table, where, 'changed_at', isOld);
}

/** Only the rows with the lowest numbers are looked at: nearly always they are the oldest, and a look at all is dear. */
function among(table: string, where: string, time: string, isOld: string): Prunable {
  const first = `SELECT number, ${time} AS time FROM ${table} WHERE ${where} ORDER BY number LIMIT ${TABLE_ROWS}`;
  return { table, rows: `SELECT number FROM (${first}) WHERE ${isOld}` };
}

/** What the journal referred to before it was cut. The rule files in force stay. */
function unused(db: Database): Prunable[] {
  const first = db.get<{ number: number; generation: number }>(
    'SELECT number, generation FROM journal ORDER BY number LIMIT 1',
  );
  if (first === undefined) return [];
  const rows = [
    { table: 'topics', rows: `SELECT number FROM topics WHERE number < ${first.generation}` },
    {
      table: 'plan_uses',
      rows: `SELECT rowid FROM plan_uses
             WHERE journal < ${first.number} AND rowid < (SELECT max(rowid) FROM plan_uses)`,
    },
    {
      table: 'plans',
      rows: `SELECT rowid FROM plans WHERE hash NOT IN (SELECT hash FROM plan_uses)
             AND hash NOT IN (SELECT plan FROM snapshots WHERE plan IS NOT NULL)`,
    },
    {
      // Plans cite artefacts by their hashes, which stand in them as they are.
      table: 'files',
      rows: `SELECT rowid FROM files AS artefact WHERE path GLOB '${ARTEFACT_PREFIX}*'
             AND NOT EXISTS (SELECT 1 FROM plans
               WHERE instr(files, substr(artefact.path, ${ARTEFACT_PREFIX.length + 1})) > 0)
             AND NOT EXISTS (SELECT 1 FROM files WHERE path NOT GLOB '${ARTEFACT_PREFIX}*'
               AND instr(text, substr(artefact.path, ${ARTEFACT_PREFIX.length + 1})) > 0)`,
    },
  ];
  return rows.map(({ table, rows: query }) => ({ table, rows: `${query} LIMIT ${TABLE_ROWS}` }));
}
