import type { Database } from './database.js';

/** Marks our files for `file` and for ourselves: "Tocs". */
export const APPLICATION_ID = 0x546f6373;

/** Takes a database from the version before it to its own. */
export interface Migration {
  readonly version: number;
  readonly apply: (db: Database) => void;
}

/**
 * Rows that hold what is nowhere else carry a CRC-32 of it (`crc`): SQLite notices damage of its own structure only.
 * Keys are given out in order, so that what is new goes to the end of the file's tables.
 */
const VERSION_1 = `
  CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- One row per commit, without records too. It stands for the whole commit: who finds it need not store it again.
  CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    -- Of its first record; that of the next row if it has none.
    seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    -- Engine time of its first and last record; of the row before if it has none.
    first_time INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    -- The sum of the bytes of all rows before it, those that are gone too.
    position INTEGER NOT NULL,
    -- The number of the first topic of its generation, and the one after the last topic so far.
    generation INTEGER NOT NULL,
    topics_end INTEGER NOT NULL,
    -- 0: as they are, 1: deflated.
    packing INTEGER NOT NULL,
    records BLOB NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE topics (number INTEGER PRIMARY KEY, topic TEXT NOT NULL) STRICT;

  CREATE TABLE plans (hash TEXT NOT NULL PRIMARY KEY, files TEXT NOT NULL, crc INTEGER NOT NULL) STRICT;
  CREATE TABLE plan_uses (journal INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE INDEX plan_uses_journal ON plan_uses (journal);

  CREATE TABLE snapshots (
    number INTEGER PRIMARY KEY,
    -- The number of the journal row, and of the record, after which it was taken.
    journal INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- The rule files in force then.
    plan TEXT,
    -- Engine time of the last record before it.
    time INTEGER NOT NULL,
    -- Of its parts; 0: it was not finished.
    parts INTEGER NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE snapshot_parts (
    number INTEGER PRIMARY KEY,
    snapshot INTEGER NOT NULL,
    -- Deflated.
    data BLOB NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX snapshot_parts_of ON snapshot_parts (snapshot);

  CREATE TABLE episodes (
    number INTEGER PRIMARY KEY,
    episode TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    -- Engine time of the last change.
    changed_at INTEGER NOT NULL,
    data TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX episodes_state ON episodes (state, number);

  CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    -- Epoch ms, as printed.
    time INTEGER NOT NULL,
    rule TEXT NOT NULL,
    episode TEXT,
    event TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX events_time ON events (time);
  CREATE INDEX events_rule ON events (rule, time);
  CREATE INDEX events_episode ON events (episode) WHERE episode IS NOT NULL;

  CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    receiver TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    obligations INTEGER NOT NULL,
    -- Engine time of the last change.
    changed_at INTEGER NOT NULL,
    progress TEXT NOT NULL,
    progress_crc INTEGER NOT NULL,
    delivery TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outbox_state ON outbox (state, number);
  CREATE INDEX outbox_lane ON outbox (lane, number);

  -- What the notifier is going to do.
  CREATE TABLE agenda (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE accounting (state TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) STRICT;

  CREATE TABLE files (path TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, crc INTEGER NOT NULL) STRICT;
`;

const VERSION_2 = `
  -- What people noted of machines, for models.
  CREATE TABLE marks (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Of the machine, as JSON.
    labels TEXT NOT NULL,
    -- Epoch ms.
    time INTEGER NOT NULL,
    event TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
`;

/** In order, without gaps. What was released is not changed any more: a change is a migration of its own. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, apply: (db) => db.execute(VERSION_1) },
  { version: 2, apply: (db) => db.execute(VERSION_2) },
];
