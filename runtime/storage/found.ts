import type { SourceFile } from '../../rules/format/document.js';
import { unattempted } from '../delivery/outbox.js';
import { partArtefacts } from './artefact-rows.js';
import { checksum } from './checksum.js';
import { type Damage, DamageFinder, damageLines, NO_DAMAGE } from './damage.js';
import type { Database } from './database.js';
import { holeIn } from './hole.js';
import { planIn } from './journal-pages.js';
import { journalEnd, lastSoundRow } from './journal-table.js';
import type { Recovery } from './ledger.js';
import {
  deliveryProgressed,
  isDeliverySound,
  isProgressSound,
  OUTBOX_COLUMNS,
  type OutboxRow,
} from './outbox-table.js';
import { type FoundPlace, snapshotData, snapshotsIn } from './snapshot-table.js';

/** What the database holds at the start, in a form that crosses between threads. */
export interface Found
  extends Pick<Recovery, 'stop' | 'lastTime' | 'episodes' | 'agenda' | 'files' | 'artefacts'> {
  /** How many notices are owed. */
  readonly queued: number;
  readonly snapshot: FoundSnapshot | null;
  /** The hash of the rule files in force at the end of the journal; `null`: there were none, or they are lost. */
  readonly plan: string | null;
  /** Something that a restart builds on is lost: it needs the plan in force and a snapshot anew. */
  readonly isHoled: boolean;
  readonly next: NextNumbers;
  /** The disk is full: nothing was stored at this start. */
  readonly isShort: boolean;
  readonly problems: readonly string[];
  readonly damage: Damage;
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
  queued: 0,
  agenda: [],
  files: [],
  artefacts: [],
  snapshot: null,
  plan: null,
  isHoled: false,
  next: { commit: 1, seq: 1, topic: 0, snapshot: 1 },
  isShort: false,
  problems: [],
  damage: NO_DAMAGE,
};

export function findIn(db: Database): Found {
  const finder = new DamageFinder();
  const plan = planInForce(db, finder);
  const found: Omit<Found, 'damage' | 'isHoled' | 'problems'> = {
    stop: stopIn(db),
    lastTime: lastTimeIn(db),
    episodes: episodesIn(db, finder),
    queued: countQueued(db, finder),
    agenda: agendaIn(db, finder),
    ...partArtefacts(filesIn(db, finder)),
    snapshot: snapshotIn(db, finder),
    plan,
    next: nextIn(db),
    isShort: false,
  };
  const damage = finder.found(db);
  return {
    ...found,
    damage,
    isHoled: damage.rows.length > 0 || holeIn(db) !== null,
    problems: damageLines(damage),
  };
}

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
  const last = lastSoundRow(db);
  const times = snapshotsIn(db).map(({ time }) => time);
  // A row that follows none, and has no records, has no time either.
  if (last !== undefined && last.lastTime !== 0) times.push(last.lastTime);
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

function episodesIn(db: Database, finder: DamageFinder): Recovery['episodes'] {
  return db
    .all<{ rowid: number; episode: string; state: string; data: string; crc: number }>(
      `SELECT rowid AS rowid, episode, state, data, crc FROM episodes
       WHERE state NOT IN ('ended') ORDER BY number`,
    )
    .flatMap(({ rowid, episode, state, data, crc }) => {
      if (checksum(episode, state, data) === crc) return [JSON.parse(data)];
      finder.row('episodes', rowid, `the alert ${episode}`);
      return [];
    });
}

/** Looks through all, one by one: they can be many, and large. */
function countQueued(db: Database, finder: DamageFinder): number {
  let count = 0;
  for (const row of db.iterate<OutboxRow>(
    `SELECT ${OUTBOX_COLUMNS} FROM outbox
     WHERE state NOT IN ('delivered', 'merged', 'dead', 'expired') ORDER BY number`,
  )) {
    if (!isDeliverySound(row)) finder.row('outbox', row.number, `the notice ${row.id}`);
    else {
      count += 1;
      if (!isProgressSound(row)) {
        finder.untried(deliveryProgressed(row.id, unattempted(JSON.parse(row.delivery))));
      }
    }
  }
  return count;
}

function agendaIn(db: Database, finder: DamageFinder): Recovery['agenda'] {
  return db
    .all<{ rowid: number; key: string; text: string; crc: number }>(
      'SELECT rowid AS rowid, key, text, crc FROM agenda ORDER BY number',
    )
    .flatMap(({ rowid, key, text, crc }) => {
      if (checksum(key, text) === crc) return [{ key, text }];
      finder.row('agenda', rowid, `what was planned for ${key}`);
      return [];
    });
}

function filesIn(db: Database, finder: DamageFinder): readonly SourceFile[] {
  return db
    .all<SourceFile & { rowid: number; crc: number }>(
      'SELECT rowid AS rowid, path, text, crc FROM files ORDER BY path',
    )
    .flatMap(({ rowid, path, text, crc }) => {
      if (checksum(path, text) === crc) return [{ path, text }];
      finder.row('files', rowid, `the stored version of ${path}`);
      return [];
    });
}

/** The newest that is whole. */
function snapshotIn(db: Database, finder: DamageFinder): FoundSnapshot | null {
  for (const snapshot of snapshotsIn(db)) {
    const found = foundSnapshot(db, snapshot);
    if (found !== null) return found;
    finder.row('snapshots', snapshot.number, `the saved state ${snapshot.number}`);
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

function planInForce(db: Database, finder: DamageFinder): string | null {
  const plans = db.all<{ rowid: number; hash: string }>('SELECT rowid AS rowid, hash FROM plans');
  const lost = plans.filter(({ hash }) => planIn(db, hash) === null);
  for (const { rowid } of lost) finder.row('plans', rowid, 'a version of the rule files');
  const used = db.get<{ hash: string }>(
    'SELECT hash FROM plan_uses ORDER BY journal DESC, rowid DESC LIMIT 1',
  );
  const hash = used?.hash ?? snapshotsIn(db)[0]?.plan ?? null;
  return hash === null || planIn(db, hash) === null ? null : hash;
}

/** Above all that was given out, whatever of it was lost: what a number names must not change. */
function nextIn(db: Database): NextNumbers {
  const snapshots = snapshotsIn(db);
  const sound = lastSoundRow(db);
  const topic = db.get<{ number: number | null }>('SELECT max(number) AS number FROM topics')?.number ?? -1;
  const above = (...numbers: readonly number[]) => Math.max(0, ...numbers) + 1;
  return {
    commit: above(journalEnd(db)?.number ?? 0, ...snapshots.map(({ journal }) => journal)),
    seq: above((sound?.seq ?? 1) + (sound?.count ?? 0) - 1, ...snapshots.map(({ seq }) => seq)),
    topic: Math.max(topic + 1, sound?.topicsEnd ?? 0),
    snapshot: above(...snapshots.map(({ number }) => number)),
  };
}
