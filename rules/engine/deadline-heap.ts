import { compareCodePoints } from './code-point-order.js';

/** Something with timers. */
export interface Timed {
  /** When it is next due; `Infinity`: never. */
  deadline: number;
  /** Order among equal deadlines: rank of the rule, then key by code point. */
  readonly rank: number;
  readonly key: string;
  /** The deadline it is filed under: never later than its real one. The heap's own. */
  filed: number;
  /** Its place in the heap; -1: not in it. The heap's own. */
  place: number;
}

/** Binary heap of deadlines. A deadline that moves later stays filed early and is put right when it comes up. */
export class DeadlineHeap<T extends Timed> {
  readonly #heap: T[] = [];

  /** The earliest time at which something may be due. */
  get next(): number {
    return this.#heap[0]?.filed ?? Number.POSITIVE_INFINITY;
  }

  /** Takes note of an item's deadline. */
  file(item: T): void {
    if (item.place >= 0) {
      if (item.deadline >= item.filed) return;
      item.filed = item.deadline;
      this.#up(item.place);
    } else if (item.deadline !== Number.POSITIVE_INFINITY) {
      item.filed = item.deadline;
      item.place = this.#heap.length;
      this.#heap.push(item);
      this.#up(item.place);
    }
  }

  /** The first item due by `until`, taken out; `null` if there is none. */
  takeDue(until: number): T | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.filed > until) return null;
      const isDue = first.deadline === first.filed;
      this.remove(first);
      if (isDue) return first;
      this.file(first);
    }
  }

  remove(item: T): void {
    const { place } = item;
    if (place < 0) return;
    item.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === item) return;
    this.#heap[place] = last;
    last.place = place;
    this.#up(place);
    this.#down(last.place);
  }

  clear(): void {
    for (const item of this.#heap) item.place = -1;
    this.#heap.length = 0;
  }

  #up(place: number): void {
    const item = this.#heap[place];
    if (item === undefined) return;
    let at = place;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = this.#heap[parentAt];
      if (parent === undefined || !isBefore(item, parent)) break;
      this.#heap[at] = parent;
      parent.place = at;
      at = parentAt;
    }
    this.#heap[at] = item;
    item.place = at;
  }

  #down(place: number): void {
    const item = this.#heap[place];
    if (item === undefined) return;
    let at = place;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = this.#heap[childAt];
      if (child === undefined) break;
      const other = this.#heap[childAt + 1];
      if (other !== undefined && isBefore(other, child)) {
        child = other;
        childAt++;
      }
      if (!isBefore(child, item)) break;
      this.#heap[at] = child;
      child.place = at;
      at = childAt;
    }
    this.#heap[at] = item;
    item.place = at;
  }
}

function isBefore(a: Timed, b: Timed): boolean {
  if (a.filed !== b.filed) return a.filed < b.filed;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return compareCodePoints(a.key, b.key) < 0;
}
