import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Silences } from '../signals/silences.js';
import { endOutside, Spans } from '../time/spans.js';
import { MeasuredAccumulator } from './measured-accumulator.js';
import type { ReadingBefore } from './reading-before.js';
import { WeightedSum } from './weighted-sum.js';
import type { WindowBuffer } from './window-buffer.js';

export interface HoldParts {
  readonly buffer: WindowBuffer;
  readonly before: ReadingBefore;
  readonly gaps: Spans;
  /** `Infinity`: a value holds for good. */
  readonly maxAgeMs: number;
  readonly source: Pick<ReadingSource, 'standstills'>;
}

const NO_SPANS = new Spans();

/** What is kept with each reading of the front part. */
const HIGH = 0;
const LOW = 1;
const MS = 2;
const ON_MS = 3;
const FRONT_COLUMNS = 4;

/**
 * The values of a window by how long they held: each until the next reading, at most `maxAge`, and not in silences.
 * What a reading ended is settled when it comes; the hold of the newest one, and what reaches into the window from
 * before, are worked out when asked for.
 */
export class HoldAccumulator extends MeasuredAccumulator {
  readonly name: string;
  readonly silences: Silences;
  readonly #before: ReadingBefore;
  readonly #gaps: Spans;
  readonly maxAgeMs: number;
  readonly #source: Pick<ReadingSource, 'standstills'>;
  /** When a hold last ended because its signal became unknown. */
  lapsedAt = Number.NEGATIVE_INFINITY;
  /** For how long the value before each reading held until that reading. */
  readonly #held = this.buffer.addColumns(1);
  /** Of each suffix of the front part, without what its first reading ended. */
  readonly #front = this.buffer.addColumns(FRONT_COLUMNS);
  /** Of the back part, without what its first reading ended. */
  readonly #running = new WeightedSum();
  readonly #total = new WeightedSum();

  constructor({ buffer, before, gaps, maxAgeMs, source }: HoldParts) {
    super(buffer);
    this.name = `holds ${maxAgeMs}`;
    this.silences = new Silences(gaps);
    this.#before = before;
    this.#gaps = gaps;
    this.maxAgeMs = maxAgeMs;
    this.#source = source;
  }

  /** Over [from, to), to which all readings of the window belong; good until the next call. */
  total(from: number, to: number): WeightedSum {
    const { buffer } = this;
    const before = this.#before;
    const total = this.#total;
    total.reset();
    if (before.exists) {
      const end = buffer.size === 0 ? to : Math.min(this.#timeAt(0), to);
      total.add(before.isText ? Number.NaN : before.num, this.#heldFrom(before.time, from, end));
    }
    if (buffer.size === 0) return total;
    const { frontSize, head } = buffer;
    if (frontSize > 0) {
      const front = this.#front;
      total.addSum(
        buffer.at(head, front + HIGH),
        buffer.at(head, front + LOW),
        buffer.at(head, front + MS),
        buffer.at(head, front + ON_MS),
      );
      if (buffer.size > frontSize) total.add(this.#valueAt(frontSize - 1), this.#heldUntil(frontSize));
    }
    total.addSum(this.#running.high, this.#running.low, this.#running.ms, this.#running.onMs);
    const newest = buffer.size - 1;
    const since = this.#timeAt(newest);
    total.add(this.#valueAt(newest), this.#heldFrom(since, since, to));
    return total;
  }

  /** The value that holds at a time; NaN: none does. Of a string too. */
  valueHeldAt(time: number): number {
    if (!this.isHeldAt(time)) return Number.NaN;
    return this.#newestValue();
  }

  /** Does a value hold from this time on? */
  isHeldAt(time: number): boolean {
    return time < this.#newestEnd() && !this.silences.covers(time);
  }

  /** The newest reading in the window. */
  get newestValue(): number {
    return this.#valueAt(this.buffer.size - 1);
  }

  /** When the value that holds is too old; `Infinity`: never, or none does. */
  endAfter(now: number): number {
    const end = this.#newestEnd();
    return end > now && this.isHeldAt(now) ? end : Number.POSITIVE_INFINITY;
  }

  /** When the newest value stopped to hold, up to `now`. */
  lastEnd(now: number): number {
    const end = this.#newestEnd();
    const isEnd = end <= now && !this.silences.covers(end - 1);
    return isEnd ? Math.max(end, this.lapsedAt) : this.lapsedAt;
  }

  /** Does a window that ends at `to` show something else when it is a little later? */
  isVaryingOver(from: number, to: number): boolean {
    if (this.buffer.size > 0) return true;
    if (!this.#before.exists) return false;
    const end = this.#endOf(this.#before.time);
    if (end <= to) return end > from;
    return this.silences.lengthWithout(from, to) !== (this.silences.covers(to) ? 0 : to - from);
  }

  lapse(now: number): void {
    if (now <= this.#newestEnd() && !this.silences.covers(now - 1)) this.lapsedAt = now;
    this.silences.begin('unknown', now);
  }

  override measureNewest(): void {
    this.#measureAt(this.buffer.size - 1);
    if (this.#before.exists) this.silences.forgetBefore(this.#before.time);
  }

  /** The first reading ends what reaches in from before, which is worked out when asked for. */
  override beforeChanged(): void {}

  override measureAll(): void {
    for (let position = 1; position < this.buffer.size; position++) this.#measureAt(position);
  }

  #measureAt(position: number): void {
    if (position === 0) return;
    const since = this.#timeAt(position - 1);
    const heldMs = this.#heldFrom(since, since, this.#timeAt(position));
    this.buffer.keep(this.buffer.slot(position), this.#held, heldMs);
  }

  /** How long the value of a time held within [from, to). */
  #heldFrom(since: number, from: number, to: number): number {
    return this.silences.lengthWithout(Math.max(since, from), Math.min(to, this.#endOf(since)));
  }

  /** Neither in gaps nor while its connection is down does a value get older. */
  #endOf(time: number): number {
    if (this.maxAgeMs === Number.POSITIVE_INFINITY) return this.maxAgeMs;
    return endOutside(this.#gaps, this.#source.standstills ?? NO_SPANS, time, this.maxAgeMs);
  }

  #newestEnd(): number {
    if (this.buffer.size > 0) return this.#endOf(this.#timeAt(this.buffer.size - 1));
    return this.#before.exists ? this.#endOf(this.#before.time) : Number.NEGATIVE_INFINITY;
  }

  #newestValue(): number {
    if (this.buffer.size > 0) return this.newestValue;
    return this.#before.isText ? Number.NaN : this.#before.num;
  }

  #timeAt(position: number): number {
    return this.buffer.timeAt(this.buffer.slot(position));
  }

  #valueAt(position: number): number {
    return this.buffer.valueAt(this.buffer.slot(position));
  }

  #heldUntil(position: number): number {
    return this.buffer.at(this.buffer.slot(position), this.#held);
  }

  override add(slot: number): void {
    const { buffer } = this;
    if (slot === buffer.slot(buffer.frontSize)) return;
    this.#running.add(buffer.valueAt(buffer.slotBefore(slot)), buffer.at(slot, this.#held));
  }

  override flip(): void {
    this.rebuildFront();
    this.reset();
  }

  override rebuildFront(): void {
    const sum = this.#total;
    sum.reset();
    for (let position = this.buffer.frontSize - 1; position >= 0; position--) {
      this.keepSuffix(this.buffer.slot(position));
      if (position > 0) sum.add(this.#valueAt(position - 1), this.#heldUntil(position));
    }
  }

  override release(): void {
    this.buffer.freeColumns(this.#held, 1);
    this.buffer.freeColumns(this.#front, FRONT_COLUMNS);
  }

  protected override reset(): void {
    this.#running.reset();
  }

  protected override keepSuffix(slot: number): void {
    const front = this.#front;
    this.buffer.keep(slot, front + HIGH, this.#total.high);
    this.buffer.keep(slot, front + LOW, this.#total.low);
    this.buffer.keep(slot, front + MS, this.#total.ms);
    this.buffer.keep(slot, front + ON_MS, this.#total.onMs);
  }

  override save(writer: StateBytes): void {
    this.#running.save(writer);
    this.silences.save(writer);
    writer.number(this.lapsedAt);
  }

  override load(reader: StateBytesReader): void {
    this.#running.load(reader);
    this.silences.load(reader);
    this.lapsedAt = reader.number();
    this.measureAll();
  }
}
