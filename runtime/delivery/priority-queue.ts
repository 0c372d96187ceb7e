/** Binary heap: takes out the least first, in O(log n). Of equal ones any; give the order a tie-break. */
export class PriorityQueue<T> {
  readonly #compare: (a: T, b: T) => number;
  #heap: T[] = [];

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  push(item: T): void {
    this.#heap.push(item);
    this.#up(this.#heap.length - 1);
  }

  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    this.#down(0);
    return first;
  }

  /** Takes out all that the test picks, in no order; O(n). */
  takeIf(test: (item: T) => boolean): T[] {
    const taken: T[] = [];
    const kept: T[] = [];
    for (const item of this.#heap) (test(item) ? taken : kept).push(item);
    if (taken.length === 0) return taken;
    this.#heap = kept;
    for (let at = (kept.length >> 1) - 1; at >= 0; at -= 1) this.#down(at);
    return taken;
  }

  #up(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #down(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  #swapIfBefore(at: number, above: number): boolean {
    if (!this.#isBefore(at, above)) return false;
    const [item, other] = [this.#heap[at], this.#heap[above]];
    if (item === undefined || other === undefined) return false;
    this.#heap[above] = item;
    this.#heap[at] = other;
    return true;
  }

  #isBefore(at: number, other: number): boolean {
    const [a, b] = [this.#heap[at], this.#heap[other]];
    return a !== undefined && b !== undefined && this.#compare(a, b) < 0;
  }
}
