import type { FieldSlot } from '../../rules/engine/payload-fields.js';
import { BOOLEAN, NUMBER, TEXT } from '../../rules/signals/signal-node.js';

/** How many of the readings that arrived last in a series a new one is compared with (rule reference, section 6). */
const REMEMBERED = 16;

type Value = number | boolean | string;

/** Times and values, oldest first. */
export type RecentReadingsState = readonly (readonly [time: number, value: Value])[];

/** The readings that arrived last in one series, by the time the device gave them. */
export class RecentReadings {
  readonly #times = new Float64Array(REMEMBERED).fill(Number.NaN);
  readonly #values: Value[] = new Array(REMEMBERED).fill(0);
  #next = 0;

  /** Whether this reading came before; one that did not is remembered. */
  isRepeat(time: number, value: Value): boolean {
    for (let i = 0; i < REMEMBERED; i++) {
      if (this.#times[i] === time && this.#values[i] === value) return true;
    }
    this.#times[this.#next] = time;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % REMEMBERED;
    return false;
  }

  save(): RecentReadingsState {
    const saved: [number, Value][] = [];
    for (let i = 0; i < REMEMBERED; i++) {
      const place = (this.#next + i) % REMEMBERED;
      const time = this.#times[place] ?? Number.NaN;
      if (!Number.isNaN(time)) saved.push([time, this.#values[place] ?? 0]);
    }
    return saved;
  }

  load(state: RecentReadingsState): void {
    for (const [time, value] of state) this.isRepeat(time, value);
  }
}

/** The value in a slot; `null`: none. */
export function slotValue(slot: FieldSlot): Value | null {
  switch (slot.kind) {
    case NUMBER:
      return slot.num;
    case BOOLEAN:
      return slot.num === 1;
    case TEXT:
      return slot.text;
    default:
      return null;
  }
}
