import type { Migration } from '../storage/schema.js';

/**
 * Rows are found by their day, counted from the epoch: what is oldest goes together, and what is written now lies
 * together, one after the other. (In the index itself, WITHOUT ROWID, a row above 1 KB takes another page for the rest of
 * it: 4 bytes a reading instead of 1.) Times are engine time.
 */
const VERSION_2 = `
  CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE series (
    -- Made of its name, so that its chunks can be told even if this row is lost.
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The number of the last record whose readings are in a chunk.
    sealed_seq INTEGER NOT NULL,
    -- The longest time between the first and the last reading of a chunk.
    span INTEGER NOT NULL,
    -- The latest day of which it has a reading.
    last_day INTEGER NOT NULL,
    UNIQUE (topic, field, kind)
  ) STRICT;

  CREATE TABLE chunks (
    -- Of its last reading.
    day INTEGER NOT NULL,
    series INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    -- Chunks of one series have rising numbers in the order in which their readings arrived: that of the last record in
    -- it; below 0 what was brought in from elsewhere.
    number INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    count INTEGER NOT NULL,
    min REAL, max REAL, sum REAL, first REAL, last REAL,
    readings BLOB NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (day, series, first_time, number)
  ) STRICT;

  CREATE TABLE rollups (
    day INTEGER NOT NULL,
    series INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    min REAL, max REAL, sum REAL, first REAL, last REAL,
    -- The same for each minute of the hour; NULL: they are not kept so long.
    minutes BLOB,
    crc INTEGER NOT NULL,
    UNIQUE (day, series, hour)
  ) STRICT;

  -- Wall clock − engine clock, in ms, from an engine time on.
  CREATE TABLE offsets (time INTEGER PRIMARY KEY, offset INTEGER NOT NULL) STRICT;
`;

/**
 * In order, without gaps. What was released is not changed any more: a change is a migration of its own. Version 1 was
 * never released; a file of it is set aside, and nothing of it is brought back.
 */
export const HISTORY_MIGRATIONS: readonly Migration[] = [
  { version: 2, apply: (db) => db.execute(VERSION_2) },
];
