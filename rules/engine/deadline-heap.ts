import { compareCodePoints } from './code-point-order.js';

/** Something with timers. */
export interface Timed {
  /** When it is next due; `Infinity`: never. */
  deadline: number;
  /** The deadline has come: puts it right if it moved later without a step. */
  reviewDeadline(): void;
  /** Order among equal deadlines: rank of the rule, then key by code point. */
  readonly rank: number;
  readonly key: string;
  /** Its number in the heap; -1: not in it. The heap's own. */
  slot: number;
}

const CAPACITY_AT_FIRST = 64;
/** Children of a node: four lie side by side in one or two cache lines, and the heap is half as deep. */
const ARITY = 4;

/**
 * Heap of deadlines. A deadline that moves later stays filed early and is put right when it comes up.
 * Deadlines and places lie in arrays by slot, so that sifting touches no item unless two deadlines are equal: a few hundred
 * kB for 10,000 items, instead of the items themselves.
 */
export class DeadlineHeap<T extends Timed> {
  readonly #items: (T | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /** The deadline that a slot is filed under: never later than its item's real one. */
  #filed = new Float64Array(CAPACITY_AT_FIRST);
  /** Where in the heap a slot is. */
  #place = new Int32Array(CAPACITY_AT_FIRST);
  /** Slots, the earliest first. */
  #heap = new Int32Array(CAPACITY_AT_FIRST);
  #size = 0;

  /** The earliest time at which something may be due. */
  get next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#filedAt(0);
  }

  /** Takes note of an item's deadline. */
  file(item: T): void {
    const { deadline, slot } = item;
    if (slot >= 0) {
      if (deadline >= (this.#filed[slot] ?? 0)) return;
      this.#filed[slot] = deadline;
      this.#up(this.#place[slot] ?? 0, slot);
    } else if (deadline !== Number.POSITIVE_INFINITY) {
      item.slot = this.#freeSlots.pop() ?? this.#items.length;
      this.#items[item.slot] = item;
      if (this.#size === this.#heap.length) this.#grow();
      this.#filed[item.slot] = deadline;
      this.#up(this.#size++, item.slot);
    }
  }

  /** The first item due by `until`, taken out; `null` if there is none. */
  takeDue(until: number): T | null {
    while (this.#size > 0) {
      const slot = this.#heap[0] ?? 0;
      const filed = this.#filed[slot] ?? 0;
      if (filed > until) return null;
      const first = this.#item(slot);
      first.reviewDeadline();
      if (first.deadline === filed) {
        this.remove(first);
        return first;
      }
      if (first.deadline === Number.POSITIVE_INFINITY) this.remove(first);
      else {
        this.#filed[slot] = first.deadline;
        this.#down(0, slot);
      }
    }
    return null;
  }

  remove(item: T): void {
    const { slot } = item;
    if (slot < 0) return;
    item.slot = -1;
    this.#items[slot] = undefined;
    this.#freeSlots.push(slot);
    const place = this.#place[slot] ?? 0;
    const last = this.#heap[--this.#size] ?? 0;
    if (last === slot) return;
    this.#up(place, last);
    this.#down(this.#place[last] ?? 0, last);
  }

  clear(): void {
    for (let place = 0; place < this.#size; place++) this.#item(this.#heap[place] ?? 0).slot = -1;
    this.#items.length = 0;
    this.#freeSlots.length = 0;
    this.#size = 0;
  }

  #item(slot: number): T {
    const item = this.#items[slot];
    if (item === undefined) throw new Error('the heap of deadlines has lost an item');
    return item;
  }

  #filedAt(place: number): number {
    return this.#filed[this.#heap[place] ?? 0] ?? 0;
  }

  #isBefore(a: number, b: number): boolean {
    const [filedA, filedB] = [this.#filed[a] ?? 0, this.#filed[b] ?? 0];
    if (filedA !== filedB) return filedA < filedB;
    const [itemA, itemB] = [this.#item(a), this.#item(b)];
    if (itemA.rank !== itemB.rank) return itemA.rank < itemB.rank;
    return compareCodePoints(itemA.key, itemB.key) < 0;
  }

  #put(place: number, slot: number): void {
    this.#heap[place] = slot;
    this.#place[slot] = place;
  }

  /** Puts a slot where it belongs, from `place` on towards the top. */
  #up(place: number, slot: number): void {
    let at = place;
    while (at > 0) {
      const parentAt = ((at - 1) / ARITY) | 0;
      const parent = this.#heap[parentAt] ?? 0;
      if (!this.#isBefore(slot, parent)) break;
      this.#put(at, parent);
      at = parentAt;
    }
    this.#put(at, slot);
  }

  #down(place: number, slot: number): void {
    let at = place;
    for (;;) {
      const from = ARITY * at + 1;
      const to = Math.min(from + ARITY, this.#size);
      if (from >= to) break;
      let childAt = from;
      for (let other = from + 1; other < to; other++)
        if (this.#isBefore(this.#heap[other] ?? 0, this.#heap[childAt] ?? 0)) childAt = other;
      const child = this.#heap[childAt] ?? 0;
      if (!this.#isBefore(child, slot)) break;
      this.#put(at, child);
      at = childAt;
    }
    this.#put(at, slot);
  }

  #grow(): void {
    this.#filed = enlarged(this.#filed, new Float64Array(this.#filed.length * 2));
    this.#place = enlarged(this.#place, new Int32Array(this.#place.length * 2));
    this.#heap = enlarged(this.#heap, new Int32Array(this.#heap.length * 2));
  }
}

function enlarged<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
