import type { Clock, Timer } from '../clock.js';
import { WearBucket } from './wear-bucket.js';

/** How long an acknowledgement may wait so that others share its commit: how much of the card it may cost. */
export type Durability = 'strict' | 'balanced' | 'eco';

export type Urgency =
  /** Nobody waits. */
  | 'lazy'
  /** Somebody waits, as long as `Durability` says. */
  | 'awaited'
  | 'now';

export interface GroupCommitOptions {
  readonly clock: Clock;
  readonly durability: Durability;
  /** Stores what was gathered so far. Never rejects. Not called again before it is done. */
  readonly commit: () => Promise<void>;
}

const AWAITED_MS: Readonly<Record<Durability, number>> = { strict: 10, balanced: 250, eco: 1_000 };
const LAZY_MS = 1_000;
/** More than this is not worth gathering: pages are full, and the disk is busy with bytes, not with syncs. */
export const GROUP_BYTES = 32 * 1024;
/** When nothing new came for so long, all senders wait for their acknowledgements: gathering goes nowhere. */
const QUIET_MS = 2;

/**
 * Decides when what is gathered is committed: every commit wears a flash card, and every wait delays acknowledgements.
 * One commit runs at a time; what comes meanwhile is gathered for the next.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #bucket: WearBucket;
  #added = 0;
  #isDue = false;
  #running: Promise<void> | null = null;
  #awaited: Timer | null = null;
  #lazy: Timer | null = null;
  #quiet: Timer | null = null;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#bucket = new WearBucket(options.clock);
  }

  /** @param bytes gathered by now */
  added(urgency: Urgency, bytes: number): void {
    this.#added += 1;
    if (this.#isDue) return;
    if (urgency === 'now' || bytes >= GROUP_BYTES) this.#setDue();
    else if (urgency === 'awaited') this.#watchAwaited();
    else if (this.#lazy === null) this.#lazy = this.#options.clock.schedule(LAZY_MS, () => this.#setDue());
  }

  /** Resolves when no commit runs. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  #watchAwaited(): void {
    if (this.#awaited !== null) return;
    const { clock, durability } = this.#options;
    this.#awaited = clock.schedule(AWAITED_MS[durability], () => this.#setDue());
    if (this.#running === null) this.#watchQuiet();
  }

  #watchQuiet(): void {
    if (this.#bucket.isEmpty) return;
    const added = this.#added;
    this.#quiet = this.#options.clock.schedule(QUIET_MS, () => {
      this.#quiet = null;
      if (added !== this.#added) this.#watchQuiet();
      else if (this.#bucket.take()) this.#setDue();
    });
  }

  #setDue(): void {
    this.#isDue = true;
    this.#startIfDue();
  }

  #startIfDue(): void {
    if (this.#isDue && this.#running === null) this.#running = this.#run();
  }

  async #run(): Promise<void> {
    this.#isDue = false;
    for (const timer of [this.#awaited, this.#lazy, this.#quiet]) timer?.cancel();
    this.#awaited = null;
    this.#lazy = null;
    this.#quiet = null;
    await this.#options.commit();
    this.#running = null;
    this.#startIfDue();
    if (this.#running === null && this.#awaited !== null) this.#watchQuiet();
  }
}
