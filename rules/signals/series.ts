import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Pool } from './pool.js';
import { type Incoming, ReadingSource } from './reading-source.js';
import { BOOLEAN, type Kind, NUMBER, SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/** The third value in a row of one other kind changes the kind of a series. */
const MISMATCHES_TO_CHANGE_KIND = 3;

export type Acceptance = 'newest' | 'late' | 'mismatch' | 'retained' | 'ignored';

/** The readings of one field of one topic: its newest value, the one before, and what hangs on them. */
export class Series extends ReadingSource {
  /** Own time of the newest reading. */
  time = Number.NEGATIVE_INFINITY;
  /** Readings accepted since the series began (anew). */
  count = 0;
  /** Has its topic had a message? */
  isHeard = false;
  isSilent = false;
  /** The reading before the newest one. */
  readonly previous = new PreviousReading(this);
  /** Pools this series belongs to, with its number in each. */
  readonly pools: { readonly pool: Pool; readonly member: number }[] = [];

  #seriesKind: Kind = UNKNOWN;
  #newestNum = Number.NaN;
  #newestText = '';
  #mismatchKind: Kind = UNKNOWN;
  #mismatches = 0;

  constructor(
    readonly topic: string,
    readonly field: string,
  ) {
    super();
  }

  isIn(pool: Pool): boolean {
    return this.pools.some((membership) => membership.pool === pool);
  }

  leave(pool: Pool): void {
    const index = this.pools.findIndex((membership) => membership.pool === pool);
    if (index >= 0) this.pools.splice(index, 1);
  }

  /** Takes a value that is no reading of its own: stored state, delivered on subscribing. */
  retain(value: Incoming, moment: Moment): Acceptance {
    if (this.count > 0) return 'ignored';
    this.kind = value.kind;
    this.num = value.num;
    this.text = value.text;
    this.arrival = moment.now;
    this.heardAt = moment.now;
    for (const { pool } of this.pools) pool.retained(this);
    return 'retained';
  }

  accept(reading: Incoming, moment: Moment): Acceptance {
    if (this.count > 0 && reading.kind !== this.#seriesKind && !this.#convert(reading)) {
      if (!this.#mismatch(reading.kind)) {
        this.lapse(moment.now);
        for (const { pool } of this.pools) pool.mismatched(this);
        return 'mismatch';
      }
      this.#beginAnew();
    }
    if (this.#mismatches > 0) this.recover(moment.now);
    this.#mismatches = 0;
    this.lastArrival = moment.now;
    this.heardAt = moment.now;
    const late = this.count > 0 && reading.time < this.time;
    reading.isLate = late;
    if (!late) this.#becomeNewest(reading, moment);
    this.#show();
    this.count++;
    if (this.graceMs !== moment.graceMs) this.#wait(moment.graceMs);
    this.pass(reading);
    for (let i = 0; i < this.pools.length; i++) {
      const membership = this.pools[i];
      if (membership === undefined) break;
      reading.member = membership.member;
      membership.pool.accept(reading, this, late, moment);
    }
    reading.member = 0;
    return late ? 'late' : 'newest';
  }

  override get isLapsed(): boolean {
    return this.count > 0 && this.kind === UNKNOWN;
  }

  /** Takes a reading that a signal gave in the present step: whatever kind it is of, and never late. */
  derive(reading: Incoming, moment: Moment): void {
    if (this.isLapsed) this.recover(moment.now);
    this.lastArrival = moment.now;
    this.heardAt = moment.now;
    reading.isLate = false;
    this.#becomeNewest(reading, moment);
    this.#show();
    this.count++;
    this.pass(reading);
    for (const { pool, member } of this.pools) {
      reading.member = member;
      pool.accept(reading, this, false, moment);
    }
    reading.member = 0;
  }

  /** Takes a value that changed without a reading. True if it is another one. */
  show(value: SignalNode, moment: Moment): boolean {
    const isSame =
      this.kind === value.kind &&
      (value.kind === UNKNOWN || (value.kind === TEXT ? this.text === value.text : this.num === value.num));
    if (isSame) return false;
    const wasLapsed = this.isLapsed;
    this.copy(value);
    if (this.isLapsed) this.lapse(moment.now);
    else if (wasLapsed) this.recover(moment.now);
    for (const { pool } of this.pools) pool.shown(this);
    return true;
  }

  /** True if the newest reading differs from the one before; with fewer than two it does not. */
  get hasChanged(): boolean {
    const before = this.previous;
    if (before.kind === UNKNOWN) return false;
    if (before.kind !== this.#seriesKind) return true;
    return before.kind === TEXT ? before.text !== this.#newestText : before.num !== this.#newestNum;
  }

  #wait(graceMs: number): void {
    this.graceMs = graceMs;
    for (const { pool } of this.pools) pool.wait();
  }

  #becomeNewest(reading: Incoming, moment: Moment): void {
    if (this.count > 0) {
      this.previous.kind = this.#seriesKind;
      this.previous.num = this.#newestNum;
      this.previous.text = this.#newestText;
    }
    this.#seriesKind = reading.kind;
    this.#newestNum = reading.num;
    this.#newestText = reading.text;
    this.time = reading.time;
    this.arrival = moment.now;
    this.readingStep = moment.step;
  }

  #show(): void {
    this.kind = this.#seriesKind;
    this.num = this.#newestNum;
    this.text = this.#newestText;
  }

  /** A boolean in a number series is 1 or 0. */
  #convert(reading: Incoming): boolean {
    if (this.#seriesKind !== NUMBER || reading.kind !== BOOLEAN) return false;
    reading.kind = NUMBER;
    return true;
  }

  /** Counts a value of another kind; true if it is the one that changes the series' kind. */
  #mismatch(kind: Kind): boolean {
    this.#mismatches = kind === this.#mismatchKind ? this.#mismatches + 1 : 1;
    this.#mismatchKind = kind;
    this.kind = UNKNOWN;
    return this.#mismatches >= MISMATCHES_TO_CHANGE_KIND;
  }

  #beginAnew(): void {
    this.count = 0;
    this.time = Number.NEGATIVE_INFINITY;
    this.previous.kind = UNKNOWN;
    for (const sink of this.sinks) sink.beginAnew();
    for (const { pool, member } of this.pools) pool.forget(this, member);
  }

  override save(writer: StateBytes): void {
    this.saveNewest(writer);
    const { previous } = this;
    writer.number(this.time).number(this.count);
    writer.number(this.#seriesKind).number(this.#newestNum).text(this.#newestText);
    writer.number(this.graceMs).number(this.#mismatchKind).number(this.#mismatches);
    writer.number(previous.kind).number(previous.num).text(previous.text);
    this.saveStandstills(writer);
  }

  override load(reader: StateBytesReader): void {
    this.loadNewest(reader);
    this.time = reader.number();
    this.count = reader.number();
    this.#seriesKind = reader.number() as Kind;
    this.#newestNum = reader.number();
    this.#newestText = reader.text();
    this.graceMs = reader.number();
    this.#mismatchKind = reader.number() as Kind;
    this.#mismatches = reader.number();
    this.previous.kind = reader.number() as Kind;
    this.previous.num = reader.number();
    this.previous.text = reader.text();
    this.loadStandstills(reader);
  }
}

/** The value of the reading before the newest one; kept by its series. */
class PreviousReading extends SignalNode {
  constructor(private readonly series: Series) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.series.givesReading(moment);
  }
}
