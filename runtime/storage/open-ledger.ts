import type { Clock } from '../clock.js';
import type { OutboxEntry } from '../delivery/outbox.js';
import { CannotStart } from '../service/cannot-start.js';
import { isReadOnly, READ_ONLY_HINT } from '../site/system-error.js';
import type { Found } from './found.js';
import type { Durability } from './group-commit.js';
import type { JournalRecord } from './journal-record.js';
import type { Ledger, Recovery } from './ledger.js';
import { type LedgerCallbacks, LedgerClient, type LedgerCounters } from './ledger-client.js';
import { PageRecords } from './page-records.js';
import { PAGE_ROWS_MAX } from './state-queries.js';
import { type LedgerQueries, type Store, StoreError } from './store.js';
import { WorkerStore } from './worker-store.js';

export interface OpenLedgerOptions extends LedgerCallbacks {
  /** The data folder; made if it is not there. */
  readonly folder: string;
  readonly durability: Durability;
  readonly clock: Clock;
  /** Not opened yet; its own by default. */
  readonly store?: Store | undefined;
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly recovery: Recovery;
  readonly queries: LedgerQueries;
  readonly counters: Readonly<LedgerCounters>;
}

/**
 * Opens the ledger of a site, for one process at a time.
 *
 * @throws {CannotStart} another process has it, the folder cannot be written to, a later version has written it
 */
export async function openLedger(options: OpenLedgerOptions): Promise<OpenedLedger> {
  const { store = new WorkerStore() } = options;
  const found = await open(store, options.folder);
  const { next, plan, lastTime, isShort, isHoled } = found;
  const ledger = new LedgerClient({ ...options, store, next, plan, lastTime, isShort, isHoled });
  const { counters } = ledger;
  const queries = queriesOf(store);
  const queued = await queuedIn(queries, found.queued);
  return { ledger, recovery: recoveryOf(store, found, queued), queries, counters };
}

async function open(store: Store, folder: string): Promise<Found> {
  try {
    return await store.open(folder);
  } catch (error) {
    await store.close(false);
    throw startError(error, folder);
  }
}

function startError(error: unknown, folder: string): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.kind) {
    case 'locked':
      return new CannotStart(
        `${error.message} has the data folder ${folder} already: stop it, or give this site a data folder of its own`,
      );
    case 'denied':
      return new CannotStart(
        isReadOnly(folder)
          ? `the data folder ${folder} is on a disk that is mounted read-only: ${READ_ONLY_HINT}`
          : `cannot write to the data folder ${folder} (${error.message}): make it writable for this user`,
      );
    case 'newer':
      return new CannotStart(
        `cannot read the data folder ${folder}: ${error.message}; install that version again, or move the folder away`,
      );
    default:
      return new CannotStart(`cannot open the data folder ${folder}: ${error.message}; is its disk sound?`);
  }
}

function queriesOf(store: Store): LedgerQueries {
  return {
    alerts: () => store.query('alerts'),
    deliveries: (query) => store.query('deliveries', query),
    delivery: (id) => store.query('delivery', id),
    events: (query) => store.query('events', query),
    marks: () => store.query('marks'),
    accounting: () => store.query('accounting'),
    outbox: () => store.query('outbox'),
    size: () => store.query('size'),
  };
}

/** Page by page, the newest first, so that the thread never holds all of them. */
async function queuedIn(queries: LedgerQueries, count: number): Promise<OutboxEntry[]> {
  const pages: OutboxEntry[][] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let left = count; left > 0; ) {
    const page = await queries.deliveries({ states: ['queued'], limit: PAGE_ROWS_MAX, before });
    const [oldest] = page;
    if (oldest === undefined) break;
    before = oldest.number;
    left -= page.length;
    pages.unshift(page.map(({ value }) => value));
  }
  return pages.flat();
}

function recoveryOf(store: Store, found: Found, queued: readonly OutboxEntry[]): Recovery {
  const { stop, lastTime, episodes, agenda, files, artefacts, snapshot } = found;
  const problems = [...found.problems];
  return {
    stop,
    lastTime,
    episodes,
    queued,
    agenda,
    files,
    artefacts,
    problems,
    snapshot: snapshot === null ? null : { data: snapshot.data, files: snapshot.files },
    tail: () => tail(store, snapshot?.seq ?? 0, (text) => problems.push(text)),
  };
}

/** While one page is taken apart, the next is read. */
async function* tail(
  store: Store,
  after: number,
  problem: (text: string) => void,
): AsyncGenerator<readonly JournalRecord[]> {
  const records = new PageRecords(after, problem);
  let coming = store.tailPage();
  for (;;) {
    const page = await coming;
    if (!page.isLast) coming = store.tailPage();
    yield* records.records(page);
    if (page.isLast) return;
  }
}
