import type { Scalar } from '../../rules/reading.js';
import type { TimeRange } from './history-reader.js';
import type { OpenSeries } from './open-series.js';
import type { Readings } from './readings.js';
import type { StoredHistory } from './stored-history.js';

/** Readings of one topic that have one time. A lone field `value` is the payload itself, as it mostly was. */
export interface KeptMessage {
  /** Engine time. */
  readonly time: number;
  readonly topic: string;
  readonly payload: Scalar | { readonly [field: string]: Scalar };
}

/**
 * The readings of many series as messages: in order of time, those of one time in order of topics, those of one topic and
 * time together unless a field has several. Holds a chunk of each series.
 */
export function* mergedMessages(
  history: StoredHistory,
  series: readonly OpenSeries[],
  range: TimeRange,
): Generator<KeptMessage> {
  const heap = new CursorHeap();
  for (const [place, one] of series.entries()) {
    const cursor = new Cursor(one, place, history.readings(one, range));
    if (!cursor.isDone) heap.push(cursor);
  }
  for (let first = heap.pop(); first !== undefined; first = heap.pop()) {
    const { time, topic } = first;
    const together = [first];
    while (heap.first?.time === time && heap.first.topic === topic) {
      const next = heap.pop();
      if (next !== undefined) together.push(next);
    }
    yield { time, topic, payload: payloadOf(together) };
    for (const cursor of together) {
      cursor.next();
      if (!cursor.isDone) heap.push(cursor);
    }
  }
}

function payloadOf(cursors: readonly Cursor[]): KeptMessage['payload'] {
  const [only] = cursors;
  if (only !== undefined && cursors.length === 1 && only.field === 'value') return only.value;
  // Fields are named by devices: one may be called `__proto__`.
  const payload: Record<string, Scalar> = Object.create(null);
  for (const cursor of cursors) payload[cursor.field] = cursor.value;
  return payload;
}

/** Where one series stands. */
class Cursor {
  readonly topic: string;
  readonly field: string;
  /** In the order of series. */
  readonly place: number;
  readonly #parts: Generator<Readings>;
  #part: Readings | null = null;
  #index = -1;
  time = 0;

  constructor({ topic, field }: OpenSeries, place: number, parts: Generator<Readings>) {
    this.topic = topic;
    this.field = field;
    this.place = place;
    this.#parts = parts;
    this.next();
  }

  get isDone(): boolean {
    return this.#part === null;
  }

  get value(): Scalar {
    const value = this.#part?.values[this.#index] ?? 0;
    return this.#part?.kind === 'boolean' ? value === 1 : value;
  }

  next(): void {
    this.#index += 1;
    if (this.#part === null || this.#index >= this.#part.times.length) {
      const next = this.#parts.next();
      this.#part = next.done === true ? null : next.value;
      this.#index = 0;
    }
    this.time = this.#part?.times[this.#index] ?? Number.POSITIVE_INFINITY;
  }

  isBefore(other: Cursor): boolean {
    return this.time < other.time || (this.time === other.time && this.place < other.place);
  }
}

/** A binary heap, the earliest first. */
class CursorHeap {
  readonly #cursors: Cursor[] = [];

  get first(): Cursor | undefined {
    return this.#cursors[0];
  }

  push(cursor: Cursor): void {
    const cursors = this.#cursors;
    let at = cursors.length;
    cursors.push(cursor);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = cursors[parent];
      if (above === undefined || !cursor.isBefore(above)) break;
      cursors[at] = above;
      at = parent;
    }
    cursors[at] = cursor;
  }

  pop(): Cursor | undefined {
    const cursors = this.#cursors;
    const [first] = cursors;
    const last = cursors.pop();
    if (first === undefined || last === undefined || cursors.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [cursors[child], cursors[child + 1]];
      if (left === undefined) break;
      if (right?.isBefore(left) === true) child += 1;
      const smaller = cursors[child];
      if (smaller === undefined || !smaller.isBefore(last)) break;
      cursors[at] = smaller;
      at = child;
    }
    cursors[at] = last;
    return first;
  }
}
