import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlite } from '../../../runtime/storage/sqlite-driver.js';
import type { Evidence } from './evidence.js';
import { exportedJournal } from './exported-journal.js';
import { lines, tocsin } from './tocsin-command.js';
import { uninterruptedEvents } from './uninterrupted-run.js';

export type StoredEvidence = Omit<Evidence, 'sent' | 'receivers' | 'requests'>;

/** What a gateway that does not run any more has left on its disk. */
export async function storedEvidence(site: string, data: string): Promise<StoredEvidence> {
  const file = join(site, 'journal.ndjson');
  const journal = await tocsin('export', '--site', site, '--journal');
  writeFileSync(file, journal);
  const replayed = await tocsin('replay', '--journal', file, '--pending', '--json');
  const records = exportedJournal(journal);
  return {
    records,
    replayed: lines(replayed),
    uninterrupted: uninterruptedEvents(records),
    ...storedTables(join(data, 'state.db')),
  };
}

/** Read by SQLite itself, not by the program. */
function storedTables(file: string): Pick<Evidence, 'events' | 'accounting'> {
  const db = new sqlite(file, { readonly: true });
  try {
    const events = db.prepare<[], { event: string }>(
      "SELECT event FROM events WHERE rule NOT LIKE 'tocsin/%' ORDER BY number",
    );
    const accounting = db.prepare<[], { state: string; count: number }>(
      'SELECT state, count FROM accounting',
    );
    return {
      events: events.all().map(({ event }) => event),
      accounting: Object.fromEntries(accounting.all().map(({ state, count }) => [state, count])),
    };
  } finally {
    db.close();
  }
}
