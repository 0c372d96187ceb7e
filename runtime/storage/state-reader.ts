import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceFile } from '../../rules/format/document.js';
import { ARTEFACT_PREFIX } from './artefact-rows.js';
import { checksum } from './checksum.js';
import { Database, databaseFailure } from './database.js';
import { foundSnapshot } from './found.js';
import { JournalPages } from './journal-pages.js';
import type { JournalRecord } from './journal-record.js';
import { PageRecords } from './page-records.js';
import { MIGRATIONS } from './schema.js';
import { type FoundPlace, snapshotsIn } from './snapshot-table.js';
import { STATE_FILE, versionOf } from './state-database.js';
import { StateQueries } from './state-queries.js';

/** `state.db` cannot be read; the message says why, and what to do. */
export class StateUnreadable extends Error {}

/** A part of the journal, with what has to be there before it is played. */
export interface JournalPart {
  /** The state of engine and intake before the first record; `null`: there was none, it is the very beginning. */
  readonly snapshot: { readonly data: Uint8Array; readonly files: readonly SourceFile[] } | null;
  /** What the plans in it cite. */
  readonly artefacts: readonly SourceFile[];
  /** The number of its first record. */
  readonly seq: number;
  /** In order and in batches; read once. Lines about what cannot be read are told meanwhile. */
  records(problem: (text: string) => void): Iterable<readonly JournalRecord[]>;
}

/**
 * Reads what is stored of a site, while its service runs or without it; `null`: nothing was stored there yet.
 *
 * @throws {StateUnreadable}
 */
export function openStateReader(folder: string): StateReader | null {
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) return null;
  try {
    return StateReader.open(path);
  } catch (error) {
    const failure = databaseFailure(error);
    if (failure === null) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const cure = failure === 'damaged' ? '; `tocsin start` sets it aside and recovers what it can' : '';
    throw new StateUnreadable(`cannot read ${path}: ${reason}${cure}`, { cause: error });
  }
}

/** Close it in the end: a reader that stays keeps the log of the service from being cut. */
export class StateReader extends StateQueries {
  static open(path: string): StateReader {
    const db = new Database(path, { isReadonly: true, busyMs: 5_000 });
    try {
      const version = versionOf(db);
      const expected = MIGRATIONS.at(-1)?.version ?? 0;
      if (version > expected) {
        throw new StateUnreadable(`${path} was written by a later version of the program: use that version`);
      }
      if (version < expected) {
        throw new StateUnreadable(
          `${path} was written by an earlier version of the program: \`tocsin start\` converts it`,
        );
      }
      return new StateReader(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  readonly #path: string;

  private constructor(db: Database, path: string) {
    super(db);
    this.#path = path;
  }

  /** The size of the file beside it in which readings are kept. */
  get historyBytes(): number {
    return statSync(join(dirname(this.#path), 'history.db'), { throwIfNoEntry: false })?.size ?? 0;
  }

  /**
   * The journal from a record on, or from a little before it: from where a snapshot was taken, or the beginning. Without
   * a number: as much as there is and can be played.
   */
  journal(from = 0): JournalPart {
    return this.db.read(() => this.#part(from));
  }

  /** The number of a record that was made at this engine time, or not much before; 0: none was. */
  seqAt(time: number): number {
    const row = this.db.get<{ seq: number }>(
      'SELECT seq FROM journal WHERE first_time <= ? ORDER BY number DESC LIMIT 1',
      time,
    );
    return row?.seq ?? 0;
  }

  /** What a file of the site said when it was last right; `null`: it is not known. */
  file(path: string): string | null {
    const row = this.db.get<{ text: string; crc: number }>(
      'SELECT text, crc FROM files WHERE path = ?',
      path,
    );
    return row !== undefined && checksum(path, row.text) === row.crc ? row.text : null;
  }

  close(): void {
    this.db.close();
  }

  #artefacts(): SourceFile[] {
    return this.db
      .all<SourceFile & { crc: number }>(
        'SELECT path, text, crc FROM files WHERE path GLOB ? ORDER BY path',
        `${ARTEFACT_PREFIX}*`,
      )
      .filter(({ path, text, crc }) => checksum(path, text) === crc)
      .map(({ path, text }) => ({ path, text }));
  }

  #part(from: number): JournalPart {
    const place = this.#place(from);
    const snapshot = place === null ? null : foundSnapshot(this.db, place);
    if (place !== null && snapshot === null) {
      throw new StateUnreadable('the saved state at the beginning of the journal is damaged');
    }
    const after = place?.seq ?? 0;
    const pages = new JournalPages((place?.journal ?? 1) - 1);
    return {
      snapshot: snapshot === null ? null : { data: snapshot.data, files: snapshot.files },
      artefacts: this.#artefacts(),
      seq: after + 1,
      records: (problem) => recordsOf(this.db, pages, new PageRecords(after, problem)),
    };
  }

  /** The newest snapshot before a record, unless everything since the beginning is there. */
  #place(from: number): FoundPlace | null {
    const snapshots = snapshotsIn(this.db);
    const before = snapshots.find(({ seq }) => seq < from);
    if (before !== undefined) return before;
    const first = this.db.get<{ seq: number }>('SELECT seq FROM journal ORDER BY number LIMIT 1')?.seq ?? 1;
    return first === 1 ? null : (snapshots.at(-1) ?? null);
  }
}

function* recordsOf(
  db: Database,
  pages: JournalPages,
  records: PageRecords,
): Generator<readonly JournalRecord[]> {
  for (;;) {
    const page = pages.next(db);
    yield* records.records(page);
    if (page.isLast) return;
  }
}
