import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 1024 * 1024;
export const RESERVE_BYTES = 16 * MIB;
/** So much is left to others, and to the journal: with less the disk counts as full. */
const MARGIN_BYTES = 8 * MIB;
const STEP_BYTES = MIB;
/** Little enough to be forgotten: it is held in memory for longer than it is used. */
const CHUNK_BYTES = 64 * 1024;

/**
 * A file that is there to be deleted: when the disk is full, its place is what alerts and notices are stored in until
 * there is room again.
 */
export class Reserve {
  readonly #folder: string;
  readonly #path: string;
  readonly #bytesMax: number;
  #bytes: number;
  /** What it was when its place was given to the disk: that place is no room for messages. */
  #bytesGivenUp = 0;

  constructor(folder: string, bytesMax = RESERVE_BYTES) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
    this.#path = join(folder, 'reserve');
    this.#bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** It is not whole, and there is room to make it so. */
  get canGrow(): boolean {
    return this.#bytes < this.#bytesMax && this.#freeBytes() >= STEP_BYTES + MARGIN_BYTES;
  }

  /** Gives its place to the disk. */
  giveUp(): void {
    rmSync(this.#path, { force: true });
    this.#bytesGivenUp = Math.max(this.#bytesGivenUp, this.#bytes);
    this.#bytes = 0;
  }

  /**
   * Makes all of it that there is room for: at a start, when no commit waits for it. Its place is taken, though not yet
   * written to the disk: what a power cut takes of it is made again.
   */
  prepare(): void {
    while (this.canGrow) this.#grow(() => undefined);
  }

  /** Makes a part of it, if there is room: commits wait meanwhile. */
  grow(): void {
    if (this.canGrow) this.#grow(fsyncSync);
  }

  #grow(sync: (file: number) => void): void {
    this.#bytesGivenUp = 0;
    const file = openSync(this.#path, 'a', 0o600);
    try {
      // Of zeros some file systems keep none.
      const chunk = randomFillSync(new Uint8Array(CHUNK_BYTES));
      for (let step = 0; step < STEP_BYTES; step += CHUNK_BYTES) this.#bytes += writeSync(file, chunk);
      sync(file);
    } finally {
      closeSync(file);
    }
  }

  /** Enough for the small files that SQLite makes beside its own. */
  get hasAnyRoom(): boolean {
    return this.#freeBytes() >= MIB;
  }

  /** The disk is not full any more, beside the place that the reserve left to it. */
  get hasRoom(): boolean {
    return this.#freeBytes() >= MARGIN_BYTES + this.#bytesGivenUp;
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }
}
