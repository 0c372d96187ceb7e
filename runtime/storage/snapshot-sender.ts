import type { SnapshotPlace } from './snapshot-table.js';
import type { Store } from './store.js';

const PART_BYTES = 256 * 1024;

/** Sends snapshots to the store part by part, so that commits get in between; one after the other. */
export class SnapshotSender {
  readonly #store: Store;
  #next: number;
  #last: Promise<void> = Promise.resolve();

  /** @param next the number of the next snapshot */
  constructor(store: Store, next: number) {
    this.#store = store;
    this.#next = next;
  }

  /**
   * @param before what has to be stored first
   * @returns resolves when it is stored
   */
  send(
    place: Omit<SnapshotPlace, 'number'>,
    data: Uint8Array | Promise<Uint8Array>,
    before: Promise<void>,
  ): Promise<void> {
    const number = this.#next++;
    const sent = Promise.all([data, before, this.#last]).then(([whole]) =>
      this.#parts({ ...place, number }, whole),
    );
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async idle(): Promise<void> {
    await this.#last;
  }

  async #parts(place: SnapshotPlace, data: Uint8Array): Promise<void> {
    for (let index = 0; index === 0 || index * PART_BYTES < data.length; index++) {
      const start = index * PART_BYTES;
      const part = new Uint8Array(data.subarray(start, start + PART_BYTES));
      const isLast = start + PART_BYTES >= data.length;
      await this.#store.snapshotPart({ ...place, index, isLast, data: part });
    }
  }
}
