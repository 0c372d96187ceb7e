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
 * Up to so many numbers lie on the heap, as small lists: a typed array takes 200 bytes more and two more lines of memory
 * to get at, and what is let go where windows grow leaves holes between the others that nobody takes.
 */
const LISTED_MAX = 8192;
/** Numbers that are none yet. Pushed one by one, so that the list is known to hold numbers only, and no holes. */
const BLANK: number[] = [];
while (BLANK.length < LISTED_MAX) BLANK.push(Number.NaN);

type Numbers = number[] | Float64Array;

function blank(size: number): Numbers {
  return size > LISTED_MAX ? new Float64Array(size).fill(Number.NaN) : BLANK.slice(0, size);
}

/**
 * The readings of a window in order of (own time, arrival): a ring of growing capacity (a power of two), split for
 * two-stack aggregation into a front part, whose aggregates are kept per suffix, and a back part, whose aggregate
 * is one running value (Tangwongsan, Hirzel, Schneider: "General incremental sliding-window aggregation", 2015).
 * Nothing is ever subtracted, so nothing drifts: each aggregate is made anew from the readings as the ring turns.
 *
 * Positions are logical, 0 the oldest; `slot(position)` says where in the arrays. What is numbers lies in one array, first
 * the cells, which hold what is of the whole window, then a row for each reading: what one step needs of a window is then
 * in a few lines of memory, next to each other. With a thousand machines that is most of what a window costs.
 */
export class WindowBuffer {
  #numbers: Numbers;
  /** Where the rows begin: so many cells there are. */
  #first: number;
  /** Numbers in a row. */
  #width = FIRST_COLUMN;
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
  /** None before the first reading comes. */
  capacity = 0;
  #freed: Freed | null = null;

  /** @param cells how many there are from the start, NaN each */
  constructor(keepsFailing: boolean, cells: number) {
    this.passes = keepsFailing ? new Uint8Array(0) : null;
    this.#first = cells;
    this.#numbers = blank(cells);
  }

  slot(position: number): number {
    return (this.head + position) & (this.capacity - 1);
  }

  /** The slot before. */
  slotBefore(slot: number): number {
    return (slot - 1) & (this.capacity - 1);
  }

  /** A number of the whole window. */
  cell(cell: number): number {
    return this.#numbers[cell] ?? 0;
  }

  setCell(cell: number, value: number): void {
    this.#numbers[cell] = value;
  }

  /** Own time. */
  timeAt(slot: number): number {
    return this.#numbers[this.#first + slot * this.#width + TIME] ?? 0;
  }

  /** Numbers, and booleans as 1 or 0; NaN for strings, so that numeric aggregates over strings are unknown. */
  valueAt(slot: number): number {
    return this.#numbers[this.#first + slot * this.#width + VALUE] ?? 0;
  }

  /** What an aggregate keeps with a reading. */
  at(slot: number, column: number): number {
    return this.#numbers[this.#first + slot * this.#width + column] ?? 0;
  }

  keep(slot: number, column: number, value: number): void {
    this.#numbers[this.#first + slot * this.#width + column] = value;
  }

  /** Takes so many more numbers for the whole window, one after the other. What they are at first is not said. */
  addCells(count: number): number {
    const free = takeFree(this.#freed?.cells, count);
    if (free !== null) return free;
    this.#layOut(this.capacity, this.#first + count, this.#width);
    return this.#first - count;
  }

  /** Takes so many more numbers with each reading. What they are at first is not said. */
  addColumns(count: number): number {
    const free = takeFree(this.#freed?.columns, count);
    if (free !== null) return free;
    this.#layOut(this.capacity, this.#first, this.#width + count);
    return this.#width - count;
  }

  /** Nobody keeps anything there any more. */
  freeCells(first: number, count: number): void {
    this.#freed ??= { cells: [], columns: [] };
    this.#freed.cells.push({ first, count });
  }

  freeColumns(first: number, count: number): void {
    this.#freed ??= { cells: [], columns: [] };
    this.#freed.columns.push({ first, count });
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
    if (this.size === this.capacity) this.#resize(Math.max(this.capacity * 2, SMALLEST_CAPACITY));
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
    this.head = this.slot(1);
    this.size--;
    this.frontSize--;
  }

  /** Gives memory back when a busy time is over. */
  shrink(): void {
    if (this.capacity > SMALLEST_CAPACITY && this.size * 4 <= this.capacity) this.#resize(this.capacity / 2);
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
    this.#resize(capacity);
  }

  #move(from: number, to: number): void {
    const [numbers, width] = [this.#numbers, this.#width];
    const [source, target] = [this.#first + from * width, this.#first + to * width];
    for (let i = 0; i < width; i++) numbers[target + i] = numbers[source + i] ?? 0;
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

  #resize(capacity: number): void {
    this.#layOut(capacity, this.#first, this.#width);
  }

  /** Into another array, the oldest reading first. */
  #layOut(capacity: number, first: number, width: number): void {
    const { size } = this;
    const [before, firstBefore, widthBefore] = [this.#numbers, this.#first, this.#width];
    const numbers = blank(first + capacity * width);
    for (let cell = 0; cell < firstBefore; cell++) numbers[cell] = before[cell] ?? 0;
    for (let position = 0; position < size; position++) {
      const from = firstBefore + this.slot(position) * widthBefore;
      const to = first + position * width;
      for (let column = 0; column < widthBefore; column++) numbers[to + column] = before[from + column] ?? 0;
    }
    if (capacity > 0) this.#layOutOthers(capacity);
    this.#numbers = numbers;
    this.#first = first;
    this.#width = width;
    this.head = 0;
    this.capacity = capacity;
  }

  #layOutOthers(capacity: number): void {
    if (this.members === null && this.passes === null && this.others === null) return;
    const order = Array.from({ length: this.size }, (_, position) => this.slot(position));
    if (this.members !== null) this.members = laidOut(this.members, new Uint32Array(capacity), order);
    if (this.passes !== null) this.passes = laidOut(this.passes, new Uint8Array(capacity), order);
    if (this.others === null) return;
    const others = new Array<string | boolean | null>(capacity).fill(null);
    for (let i = 0; i < order.length; i++) others[i] = this.others[order[i] ?? 0] ?? null;
    this.others = others;
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
    const [numbers, width, size] = [this.#numbers, this.#width, this.size];
    const upToEnd = Math.min(size, this.capacity - this.head);
    let at = this.#first + this.head * width + column;
    for (let i = 0; i < size; i++) {
      if (i === upToEnd) at = this.#first + column;
      line[i] = numbers[at] ?? 0;
      at += width;
    }
    return line;
  }

  #takeColumn(column: number, line: Float64Array, size: number): void {
    const [numbers, width] = [this.#numbers, this.#width];
    for (let i = 0; i < size; i++) numbers[this.#first + i * width + column] = line[i] ?? 0;
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

/** Where nobody keeps anything any more. */
interface Freed {
  readonly cells: Block[];
  readonly columns: Block[];
}

interface Block {
  readonly first: number;
  readonly count: number;
}

function takeFree(blocks: Block[] | undefined, count: number): number | null {
  const index = blocks?.findIndex((block) => block.count === count) ?? -1;
  return index < 0 ? null : (blocks?.splice(index, 1)[0]?.first ?? null);
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
