import type { Database } from '../storage/database.js';

/** Wall clock − engine clock, in ms, from an engine time on. */
export interface ClockOffset {
  readonly time: number;
  readonly offset: number;
}

/** What people read on the wall and what the engine counts, as they went together over time. */
export class Offsets {
  readonly #offsets: ClockOffset[];

  constructor(stored: readonly ClockOffset[]) {
    this.#offsets = [...stored];
  }

  get isEmpty(): boolean {
    return this.#offsets.length === 0;
  }

  /** @returns whether it differs from the one before */
  add(time: number, offset: number): boolean {
    const last = this.#offsets.at(-1);
    if (last !== undefined && (last.offset === offset || last.time > time)) return false;
    this.#offsets.push({ time, offset });
    return true;
  }

  /** What to add to an engine time to get the time on the wall; before the first that is known, that one counts. */
  at(time: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle]?.time ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return this.#offsets[Math.max(0, low - 1)]?.offset ?? 0;
  }

  /** Spans of engine time in which it was the same, in order; they cover all times. */
  spans(): { readonly from: number; readonly to: number; readonly offset: number }[] {
    const known = this.#offsets.length === 0 ? [{ time: 0, offset: 0 }] : this.#offsets;
    return known.map(({ time, offset }, index) => ({
      from: index === 0 ? Number.NEGATIVE_INFINITY : time,
      to: (known[index + 1]?.time ?? Number.POSITIVE_INFINITY) - 1,
      offset,
    }));
  }

  /** Whether the wall showed it once, and nothing earlier after it: what is before it on the wall was before it. */
  isUnambiguous(wall: number): boolean {
    for (let i = 1; i < this.#offsets.length; i++) {
      const { time, offset } = this.#offsets[i] ?? { time: 0, offset: 0 };
      const before = time + (this.#offsets[i - 1]?.offset ?? 0);
      const after = time + offset;
      if (wall >= Math.min(before, after) && wall <= Math.max(before, after)) return false;
    }
    return true;
  }

  /** The engine time at which the wall showed this; where it did so twice, the later one. */
  engineTime(wall: number): number {
    for (let i = this.#offsets.length - 1; i >= 0; i--) {
      const known = this.#offsets[i];
      if (known !== undefined && wall - known.offset >= known.time) return wall - known.offset;
    }
    return wall - (this.#offsets[0]?.offset ?? 0);
  }
}

export function storedOffsets(db: Database): ClockOffset[] {
  return db.all('SELECT time, offset FROM offsets ORDER BY time');
}

export function putOffset(db: Database, { time, offset }: ClockOffset): void {
  db.run('INSERT OR REPLACE INTO offsets (time, offset) VALUES (?, ?)', time, offset);
}
