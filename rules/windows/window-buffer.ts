import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming } from '../signals/reading-source.js';
import { BOOLEAN, type Kind, NUMBER, TEXT } from '../signals/signal-node.js';

const SMALLEST_CAPACITY = 8;

const NO_NUMBERS = new Float64Array(0);
const NO_OTHERS: readonly (string | boolean | null)[] = [];

/** A row begins with these. */
const TIME = 0;
const VALUE = 1;
const FIRST_COLUMN = 2;

/**
 * The readings of a window in order of (own time, arrival): a ring of growing capacity (a power of two), split for
 * two-stack aggregation into a front part, whose aggregates are kept per suffix, and a back part, whose aggregate
 * is one running value (Tangwongsan, Hirzel, Schneider: "General incremental sliding-window aggregation", 2015).
 * Nothing is ever subtracted, so nothing drifts: each aggregate is made anew from the readings as the ring turns.
 *
 * Positions are logical, 0 the oldest; `slot(position)` says where in the arrays. What is numbers lies in rows, one
 * for each reading: what one step needs of a window is then in a few lines of memory, next to each other.
 */
export class WindowBuffer {
  /** None until the first reading comes. */
  #rows: Float64Array = NO_NUMBERS;
  /** Numbers in a row. */
  #width = FIRST_COLUMN;
  #freeColumns: number[] | null = null;
  /** Strings and booleans as they were; made when the first one comes. */
  others: (string | boolean | null)[] | null = null;
  /** Which series of a pool each reading is of; made when the first of another series than 0 comes. */
  members: Uint32Array | null = null;
  /** Which readings pass `where`; only where failing ones stay (count windows). */
  passes: Uint8Array | null;
  head = 0;
  size = 0;
  /** How many of the oldest are in the front part. */
  frontSize = 0;
  mask = SMALLEST_CAPACITY - 1;

  constructor(keepsFailing: boolean) {
    this.passes = keepsFailing ? new Uint8Array(SMALLEST_CAPACITY) : null;
  }

  get capacity(): number {
    return this.mask + 1;
  }

  slot(position: number): number {
    return (this.head + position) & this.mask;
  }

  /** Own time. */
  timeAt(slot: number): number {
    return this.#rows[slot * this.#width + TIME] ?? 0;
  }

  /** Numbers, and booleans as 1 or 0; NaN for strings, so that numeric aggregates over strings are unknown. */
  valueAt(slot: number): number {
    return this.#rows[slot * this.#width + VALUE] ?? 0;
  }

  /** What an aggregate keeps with a reading. */
  at(slot: number, column: number): number {
    return this.#rows[slot * this.#width + column] ?? 0;
  }

  keep(slot: number, column: number, value: number): void {
    this.#rows[slot * this.#width + column] = value;
  }

  /** Takes one more number with each reading. What it is at first is not said. */
  addColumn(): number {
    const free = this.#freeColumns?.pop();
    if (free !== undefined) return free;
    const before = this.#rows;
    const width = this.#width++;
    if (before.length === 0) return width;
    this.#rows = new Float64Array(this.capacity * this.#width);
    for (let slot = 0; slot < this.capacity; slot++)
      this.#rows.set(before.subarray(slot * width, (slot + 1) * width), slot * this.#width);
    return width;
  }

  /** Nobody keeps anything there any more. */
  freeColumn(column: number): void {
    this.#freeColumns ??= [];
    this.#freeColumns.push(column);
  }

  passesAt(slot: number): boolean {
    return this.passes === null || this.passes[slot] === 1;
  }

  kindAt(slot: number): Kind {
    const other = this.others?.[slot] ?? null;
    return other === null ? NUMBER : typeof other === 'string' ? TEXT : BOOLEAN;
  }

  textAt(slot: number): string {
    const other = this.others?.[slot] ?? null;
    return typeof other === 'string' ? other : '';
  }

  /** Where a reading of this time belongs: after all that are not newer. */
  positionFor(time: number): number {
    let position = this.size;
    while (position > 0 && this.timeAt(this.slot(position - 1)) > time) position--;
    return position;
  }

  /** Makes room at a position and fills it. What aggregates keep moves along with its reading. */
  insert(
    position: number,
    kind: Kind,
    num: number,
    text: string,
    time: number,
    member: number,
    pass: boolean,
  ): void {
    if (this.#rows.length === 0) this.#rows = new Float64Array(this.capacity * this.#width);
    else if (this.size === this.capacity) this.#relayout(this.capacity * 2);
    for (let at = this.size; at > position; at--) this.#move(this.slot(at - 1), this.slot(at));
    const slot = this.slot(position);
    this.keep(slot, TIME, time);
    this.keep(slot, VALUE, kind === TEXT ? Number.NaN : num);
    if (this.others !== null || kind !== NUMBER) this.#setOther(slot, kind, num, text);
    if (this.members !== null || member !== 0) this.#setMember(slot, member);
    if (this.passes !== null) this.passes[slot] = pass ? 1 : 0;
    this.size++;
  }

  dropOldest(): void {
    if (this.others !== null) this.others[this.head] = null;
    this.head = (this.head + 1) & this.mask;
    this.size--;
    this.frontSize--;
  }

  /** Gives memory back when a busy time is over. */
  shrink(): void {
    if (this.capacity > SMALLEST_CAPACITY && this.size * 4 <= this.capacity)
      this.#relayout(this.capacity / 2);
  }

  /** Keeps only the readings of other members. */
  removeMember(member: number): void {
    let kept = 0;
    for (let position = 0; position < this.size; position++) {
      const slot = this.slot(position);
      if ((this.members?.[slot] ?? 0) === member) continue;
      if (kept !== position) this.#move(slot, this.slot(kept));
      kept++;
    }
    this.size = kept;
    this.frontSize = 0;
  }

  /** Takes out the readings of this time and later, oldest first. */
  takeNewest(time: number): Incoming[] {
    const taken: Incoming[] = [];
    while (this.size > 0) {
      const slot = this.slot(this.size - 1);
      const readingTime = this.timeAt(slot);
      if (readingTime < time) break;
      const member = this.members?.[slot] ?? 0;
      const num = this.valueAt(slot);
      taken.unshift({
        kind: this.kindAt(slot),
        num,
        text: this.textAt(slot),
        time: readingTime,
        arrival: readingTime,
        isLate: false,
        member,
      });
      this.size--;
    }
    if (taken.length > 0) this.frontSize = 0;
    return taken;
  }

  /** Makes room for so many in an empty buffer. */
  #allocate(size: number): void {
    let capacity = SMALLEST_CAPACITY;
    while (capacity < size) capacity *= 2;
    this.head = 0;
    this.mask = capacity - 1;
    this.#rows = new Float64Array(capacity * this.#width);
    if (this.passes !== null) this.passes = new Uint8Array(capacity);
  }

  #move(from: number, to: number): void {
    const width = this.#width;
    this.#rows.copyWithin(to * width, from * width, (from + 1) * width);
    if (this.others !== null) this.others[to] = this.others[from] ?? null;
    if (this.members !== null) this.members[to] = this.members[from] ?? 0;
    if (this.passes !== null) this.passes[to] = this.passes[from] ?? 0;
  }

  #setOther(slot: number, kind: Kind, num: number, text: string): void {
    this.others ??= new Array<string | boolean | null>(this.capacity).fill(null);
    this.others[slot] = kind === TEXT ? text : kind === BOOLEAN ? num === 1 : null;
  }

  #setMember(slot: number, member: number): void {
    this.members ??= new Uint32Array(this.capacity);
    this.members[slot] = member;
  }

  #relayout(capacity: number): void {
    const order = Array.from({ length: this.size }, (_, position) => this.slot(position));
    const [rows, width] = [this.#rows, this.#width];
    this.#rows = new Float64Array(capacity * width);
    order.forEach((slot, position) => {
      this.#rows.set(rows.subarray(slot * width, (slot + 1) * width), position * width);
    });
    if (this.members !== null) this.members = laidOut(this.members, new Uint32Array(capacity), order);
    if (this.passes !== null) this.passes = laidOut(this.passes, new Uint8Array(capacity), order);
    if (this.others !== null) {
      const others = new Array<string | boolean | null>(capacity).fill(null);
      for (let i = 0; i < order.length; i++) others[i] = this.others[order[i] ?? 0] ?? null;
      this.others = others;
    }
    this.head = 0;
    this.mask = capacity - 1;
  }

  /** Members and others are left out where all are 0 or numbers, whether there once was one that is not or not. */
  save(writer: StateBytes): void {
    const { size } = this;
    const line = lineFor(size);
    writer.numbers(this.#columnInOrder(TIME, line), size);
    writer.numbers(this.#columnInOrder(VALUE, line), size);
    const members = this.members === null ? NO_NUMBERS : this.#inOrder(this.members);
    const others = this.others === null ? NO_OTHERS : this.#othersInOrder(this.others);
    writer.numbers(members.some((member) => member !== 0) ? members : NO_NUMBERS);
    writer.numbers(this.passes === null ? NO_NUMBERS : this.#inOrder(this.passes));
    writer.list(others.some((other) => other !== null) ? others : NO_OTHERS);
    writer.number(this.frontSize);
  }

  /** The ring as a line, oldest first. */
  #inOrder(ring: Uint32Array | Uint8Array): Float64Array {
    const line = new Float64Array(this.size);
    const upToEnd = Math.min(this.size, this.capacity - this.head);
    line.set(ring.subarray(this.head, this.head + upToEnd));
    line.set(ring.subarray(0, this.size - upToEnd), upToEnd);
    return line;
  }

  #columnInOrder(column: number, line: Float64Array): Float64Array {
    const [rows, width, size] = [this.#rows, this.#width, this.size];
    const upToEnd = Math.min(size, this.capacity - this.head);
    let at = this.head * width + column;
    for (let i = 0; i < size; i++) {
      if (i === upToEnd) at = column;
      line[i] = rows[at] ?? 0;
      at += width;
    }
    return line;
  }

  #takeColumn(column: number, line: Float64Array, size: number): void {
    const [rows, width] = [this.#rows, this.#width];
    for (let i = 0; i < size; i++) rows[i * width + column] = line[i] ?? 0;
  }

  #othersInOrder(ring: readonly (string | boolean | null)[]): (string | boolean | null)[] {
    return Array.from({ length: this.size }, (_, position) => ring[this.slot(position)] ?? null);
  }

  /** Into an empty buffer. */
  load(reader: StateBytesReader): void {
    const size = reader.readNumbers();
    if (size > 0) this.#allocate(size);
    this.#takeColumn(TIME, reader.newest, size);
    if (reader.readNumbers() !== size) throw new RangeError('snapshot: a reading has no value');
    this.#takeColumn(VALUE, reader.newest, size);
    const members = reader.numbers();
    const passes = reader.numbers();
    const others = reader.list();
    this.passes?.set(passes);
    for (let i = 0; i < size; i++) {
      const member = reader.memberOf(members[i] ?? 0);
      if (member !== 0) this.#setMember(i, member);
    }
    for (let i = 0; i < others.length; i++) {
      const other = others[i];
      if (typeof other === 'string') this.#setOther(i, TEXT, 0, other);
      else if (typeof other === 'boolean') this.#setOther(i, BOOLEAN, other ? 1 : 0, '');
    }
    this.size = size;
    this.frontSize = reader.number();
  }
}

const LINE_MAX = 1 << 16;
/** Where columns lie on their way into a snapshot: saving makes no garbage. */
let aside = new Float64Array(1 << 10);

/** A line with room for so many numbers. */
function lineFor(size: number): Float64Array {
  if (size > LINE_MAX) return new Float64Array(size);
  if (size > aside.length) aside = new Float64Array(LINE_MAX);
  return aside;
}

function laidOut<T extends Uint32Array | Uint8Array>(from: T, to: T, order: readonly number[]): T {
  for (let i = 0; i < order.length; i++) to[i] = from[order[i] ?? 0] ?? 0;
  return to;
}
