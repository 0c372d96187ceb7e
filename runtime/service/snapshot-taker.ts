import type { Engine, Saving, Snapshot } from '../../rules/engine.js';
import { packContent } from '../replay/snapshot-content.js';
import type { Ledger } from '../storage/ledger.js';
import type { IntakeMemory } from './recover.js';

export interface SnapshotTakerOptions {
  readonly engine: Engine;
  /** Wall clock − engine clock now. */
  readonly offset: () => number;
  readonly memory: Pick<IntakeMemory, 'topics' | 'redeliveries'>;
  readonly ledger: Pick<Ledger, 'snapshot' | 'tail'>;
  /** Ms of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after what has come meanwhile was taken in. */
  readonly soon: (action: () => void) => void;
}

/** So long messages wait, and then have their turn. */
const SLICE_MS = 1;
/** Topics and instances that are worked out between two looks at the clock. */
const PIECES = 4;
/** A restart works so many records off in half a second. */
const TAIL_RECORDS_MAX = 50_000;
/** After one that took long, so many times as long without: messages cost more while it is worked out. */
const PAUSE_FACTOR = 3;

/** Takes snapshots of engine and intake while messages go on, one after the other. */
export class SnapshotTaker {
  readonly #options: SnapshotTakerOptions;
  /** Resolves when none is being worked out. */
  #idle: Promise<void> = Promise.resolve();
  /** Of the last one. */
  #bytes = 0;
  /** When the last one was worked out, and how long that took; ms. */
  #endedAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;
  /** Asked for, and not worked out yet. */
  #underWay = 0;

  constructor(options: SnapshotTakerOptions) {
    this.#options = options;
  }

  /** Of this moment, or of the end of the one before. Resolves when it is stored, and rejects when it could not be. */
  take(): Promise<void> {
    this.#underWay += 1;
    const begun = this.#idle.then(() => this.#begin());
    const isOver = () => {
      this.#underWay -= 1;
    };
    this.#idle = begun.then(({ data }) => data).then(isOver, isOver);
    return begun.then(({ stored }) => stored);
  }

  /**
   * Takes one if a restart would have much to work off by now. Not before the journal has grown by half of what a snapshot
   * takes: the readings in it pack twice as well and better, so that snapshots at most double what is written. And not
   * soon after the last: in a flood of messages one would follow the other.
   */
  keepTailShort(): void {
    if (this.#underWay > 0 || this.#options.now() - this.#endedAt < PAUSE_FACTOR * this.#tookMs) return;
    const { records, bytes } = this.#options.ledger.tail;
    if (records >= TAIL_RECORDS_MAX && 2 * bytes >= this.#bytes) void this.take().catch(() => undefined);
  }

  #begin(): { readonly data: Promise<Uint8Array>; readonly stored: Promise<void> } {
    const { engine, offset, memory, ledger, now } = this.#options;
    const begunAt = now();
    const beside = {
      offset: offset(),
      topics: memory.topics.save(),
      redeliveries: memory.redeliveries.save(),
    };
    const data = this.#workedOut(engine.saveInSlices()).then((saved) => {
      const bytes = packContent({ ...beside, engine: saved });
      this.#bytes = bytes.length;
      this.#endedAt = now();
      this.#tookMs = this.#endedAt - begunAt;
      return bytes;
    });
    return { data, stored: ledger.snapshot(data) };
  }

  #workedOut(saving: Saving): Promise<Snapshot> {
    const { now } = this.#options;
    return new Promise((resolve, reject) => {
      const goOn = () => {
        try {
          const until = now() + SLICE_MS;
          let snapshot: Snapshot | null;
          do snapshot = saving.step(PIECES);
          while (snapshot === null && now() < until);
          if (snapshot === null) this.#options.soon(goOn);
          else resolve(snapshot);
        } catch (error) {
          reject(error);
        }
      };
      goOn();
    });
  }
}
