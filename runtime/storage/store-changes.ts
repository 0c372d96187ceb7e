import { addTo } from './accounting.js';
import { checksum } from './checksum.js';
import type { Changes, StoredEpisode, StoredEvent } from './commit.js';
import type { Database } from './database.js';
import { changeMarks } from './mark-table.js';
import { changeOutbox } from './outbox-table.js';

/**
 * Stores what a commit holds beside the journal, inside its transaction.
 *
 * @param time its engine time
 */
export function storeChanges(db: Database, changes: Changes, time: number): void {
  for (const event of changes.events) storeEvent(db, event);
  for (const episode of changes.episodes) storeEpisode(db, episode, time);
  for (const change of changes.outbox) changeOutbox(db, change, time);
  for (const { key, text } of changes.agenda) {
    if (text === null) db.run('DELETE FROM agenda WHERE key = ?', key);
    else storeAgendaItem(db, key, text);
  }
  for (const [state, count] of changes.untold) {
    addTo(db, 'raised', count);
    addTo(db, state, count);
  }
  for (const { path, text } of changes.files) {
    if (text === null) db.run('DELETE FROM files WHERE path = ?', path);
    else storeFile(db, path, text);
  }
  for (const change of changes.marks) changeMarks(db, change);
}

function storeEvent(db: Database, { time, rule, episode, text }: StoredEvent): void {
  db.run(
    'INSERT INTO events (time, rule, episode, event, crc) VALUES (?, ?, ?, ?, ?)',
    time,
    rule,
    episode,
    text,
    checksum(text),
  );
}

function storeEpisode(db: Database, { episode, state, text }: StoredEpisode, time: number): void {
  db.run(
    `INSERT INTO episodes (episode, state, changed_at, data, crc) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (episode) DO UPDATE
     SET state = excluded.state, changed_at = excluded.changed_at, data = excluded.data, crc = excluded.crc`,
    episode,
    state,
    time,
    text,
    checksum(episode, state, text),
  );
}

function storeAgendaItem(db: Database, key: string, text: string): void {
  db.run(
    `INSERT INTO agenda (key, text, crc) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET text = excluded.text, crc = excluded.crc`,
    key,
    text,
    checksum(key, text),
  );
}

function storeFile(db: Database, path: string, text: string): void {
  db.run(
    `INSERT INTO files (path, text, crc) VALUES (?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET text = excluded.text, crc = excluded.crc`,
    path,
    text,
    checksum(path, text),
  );
}
