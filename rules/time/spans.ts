import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';

/** Of restarts, or losses of a connection: more than any window looks back over. */
export const SPANS_MAX = 1000;

/** Times of some sort, apart from each other and in order; the last one may go on. In engine time. */
export class Spans {
  #from: number[] = [];
  #to: number[] = [];

  /** Half of the oldest go when there are more. */
  constructor(private readonly max = Number.POSITIVE_INFINITY) {}

  get isOpen(): boolean {
    return this.#to.at(-1) === Number.POSITIVE_INFINITY;
  }

  add(from: number, to: number): void {
    if (to <= from) return;
    this.#from.push(from);
    this.#to.push(to);
    if (this.#from.length > this.max) this.#drop(this.max / 2);
  }

  begin(now: number): void {
    if (!this.isOpen) this.add(now, Number.POSITIVE_INFINITY);
  }

  /** The open one ends. One that was empty never was. */
  end(now: number): void {
    const last = this.#to.length - 1;
    if (!this.isOpen) return;
    if ((this.#from[last] ?? 0) < now) this.#to[last] = now;
    else {
      this.#from.pop();
      this.#to.pop();
    }
  }

  /** The first that ends after a time, as `from` and `to` know it. */
  firstEndingAfter(time: number): number {
    let low = 0;
    let high = this.#to.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#to[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** `Infinity` beyond the last. */
  from(index: number): number {
    return this.#from[index] ?? Number.POSITIVE_INFINITY;
  }

  to(index: number): number {
    return this.#to[index] ?? Number.POSITIVE_INFINITY;
  }

  /** Is the time from `at` on in one? */
  covers(at: number): boolean {
    return this.from(this.firstEndingAfter(at)) <= at;
  }

  /** The end of the one in which a time is; the time itself if it is in none, or at an edge. */
  endAround(time: number): number {
    const index = this.firstEndingAfter(time);
    return this.from(index) < time ? this.to(index) : time;
  }

  /** Nobody asks about times before this one any more. */
  forgetBefore(time: number): void {
    const count = this.firstEndingAfter(time);
    // In bunches: moving the rest costs as much as the rest is long.
    if (count > 0 && count * 2 >= this.#from.length) this.#drop(count);
  }

  #drop(count: number): void {
    this.#from = this.#from.slice(count);
    this.#to = this.#to.slice(count);
  }

  save(writer: StateBytes): void {
    writer.numbers(Float64Array.from(this.#from)).numbers(Float64Array.from(this.#to));
  }

  load(reader: StateBytesReader): void {
    this.#from = [...reader.numbers()];
    this.#to = [...reader.numbers()];
  }
}

/** Length of [from, to) without what is in one or the other. */
export function lengthOutside(a: Spans, b: Spans, from: number, to: number): number {
  let length = 0;
  let at = from;
  let i = a.firstEndingAfter(at);
  let j = b.firstEndingAfter(at);
  while (at < to) {
    const start = Math.min(a.from(i), b.from(j), to);
    if (start > at) length += start - at;
    if (start === to) break;
    at = a.from(i) === start ? a.to(i++) : b.to(j++);
    if (at >= to) break;
    while (a.to(i) <= at) i++;
    while (b.to(j) <= at) j++;
  }
  return length;
}

/** When a time of `lengthMs` from `from` on is over that does not go on in one or the other; `Infinity`: not yet. */
export function endOutside(a: Spans, b: Spans, from: number, lengthMs: number): number {
  let at = from;
  let left = lengthMs;
  let i = a.firstEndingAfter(at);
  let j = b.firstEndingAfter(at);
  for (;;) {
    const start = Math.max(Math.min(a.from(i), b.from(j)), at);
    if (start - at >= left) return at + left;
    left -= start - at;
    at = a.from(i) <= start ? a.to(i++) : b.to(j++);
    if (at === Number.POSITIVE_INFINITY) return at;
    while (a.to(i) <= at) i++;
    while (b.to(j) <= at) j++;
  }
}
