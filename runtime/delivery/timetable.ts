import { PriorityQueue } from './priority-queue.js';

interface Entry {
  readonly at: number;
  readonly key: string;
}

/** What is due when, each thing once. Equal times in order of the keys, so that the order is the same every time. */
export class Timetable {
  readonly #times = new Map<string, number>();
  /** Also entries that were moved or dropped since; they are passed over. */
  readonly #order = new PriorityQueue<Entry>((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));

  /** `Infinity`: never. */
  set(key: string, at: number): void {
    if (this.#times.get(key) === at) return;
    if (at === Number.POSITIVE_INFINITY) {
      this.#times.delete(key);
      return;
    }
    this.#times.set(key, at);
    this.#order.push({ at, key });
  }

  /** When something is due next; `Infinity`: never. */
  next(): number {
    return this.#first()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The first that is due by then, taken out; `null`: nothing is. */
  takeDue(until: number): string | null {
    const first = this.#first();
    if (first === undefined || first.at > until) return null;
    this.#order.pop();
    this.#times.delete(first.key);
    return first.key;
  }

  #first(): Entry | undefined {
    for (;;) {
      const first = this.#order.peek();
      if (first === undefined || this.#times.get(first.key) === first.at) return first;
      this.#order.pop();
    }
  }
}
