import type { FieldSlot } from '../../rules/engine/payload-fields.js';
import { BOOLEAN, NUMBER, TEXT } from '../../rules/signals/signal-node.js';

/** How many of the readings that arrived last in a series a new one is compared with (rule reference, section 6). */
const REMEMBERED = 16;

/** The readings that arrived last in one series, by the time the device gave them. */
export class RecentReadings {
  readonly #times = new Float64Array(REMEMBERED).fill(Number.NaN);
  readonly #values: (number | boolean | string)[] = new Array(REMEMBERED).fill(0);
  #next = 0;

  /** Whether this reading came before; one that did not is remembered. */
  isRepeat(time: number, value: number | boolean | string): boolean {
    for (let i = 0; i < REMEMBERED; i++) {
      if (this.#times[i] === time && this.#values[i] === value) return true;
    }
    this.#times[this.#next] = time;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % REMEMBERED;
    return false;
  }
}

/** The value in a slot; `null`: none. */
export function slotValue(slot: FieldSlot): number | boolean | string | null {
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
