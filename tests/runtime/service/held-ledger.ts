import type { DeliveryProgress } from '../../../runtime/delivery/outbox.js';
import type { JournalMessage, JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { Ledger, LedgerEntry } from '../../../runtime/storage/ledger.js';

type Kept = Pick<LedgerEntry, 'records' | 'events' | 'deliveries' | 'episodes' | 'isAwaited'>;

const NOTHING = { events: [], deliveries: [], episodes: [], untold: {}, agenda: [] };

/** A ledger that commits, or fails, when the test says so. */
export class HeldLedger implements Ledger {
  state: 'ok' | 'degraded' = 'ok';
  isFull = false;
  readonly tail = { records: 0, bytes: 0 };
  readonly entries: Kept[] = [];
  readonly delivered: [id: string, progress: DeliveryProgress][] = [];
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  message(record: JournalMessage, isAwaited: boolean): Promise<void> {
    return this.append({ ...NOTHING, records: [record], isAwaited });
  }

  append(entry: LedgerEntry): Promise<void> {
    this.entries.push(entry);
    return this.#wait();
  }

  stored(): Promise<void> {
    return this.#waiting.length === 0 && this.state === 'ok' ? Promise.resolve() : this.#wait();
  }

  progress(id: string, progress: DeliveryProgress): void {
    this.delivered.push([id, progress]);
  }

  async snapshot(): Promise<void> {}
  async files(): Promise<void> {}
  async mark(): Promise<void> {}
  async drained(): Promise<void> {}
  released(): void {}
  async close(): Promise<void> {}

  get seq(): number {
    return this.records.length;
  }

  /** All records so far. */
  get records(): readonly JournalRecord[] {
    return this.entries.flatMap(({ records }) => records);
  }

  async commit(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
    await settled();
  }

  async fail(): Promise<void> {
    this.state = 'degraded';
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the disk takes nothing'));
    await settled();
  }

  #wait(): Promise<void> {
    const stored = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    stored.catch(() => undefined); // nobody has to handle a rejection
    return stored;
  }
}

export const settled = () => new Promise((resolve) => setImmediate(resolve));
