import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming } from '../signals/reading-source.js';
import type { HoldAccumulator } from './hold-accumulator.js';
import { ReadingBefore } from './reading-before.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';
import type { RecentReadings } from './recent-readings.js';

/** Where values are weighed by time, a run is looked at this often. */
const TICK_MS = 1000;

/**
 * The readings of the last run of a condition. Readings of a step wait until the condition of that step is known;
 * `DuringRun` then says what becomes of them.
 */
export class DuringWindow extends ReadingWindow {
  #waiting: Incoming[] = [];
  /** Own time from which on readings belong to the run. */
  #start = Number.POSITIVE_INFINITY;
  #isRunning = false;
  /** Since when the condition has been true; `Infinity` while it is not. */
  #liveSince = Number.POSITIVE_INFINITY;
  /** The newest reading since the run was over. */
  readonly #later = new ReadingBefore();
  /** Something changed in a pause: it is looked at when the run goes on. */
  #isStale = false;

  constructor(moment: Moment, where: ReadingFilter | null) {
    super(moment, where, true);
  }

  /** Takes over what came before the instance began, and the reading that began it. */
  seed(recent: RecentReadings): void {
    const { last, before } = recent;
    if (before.exists) this.#seedBefore(before);
    if (recent.isPresent) this.enter({ ...last, arrival: this.moment.now, isLate: false });
    else if (last.exists) this.#seedBefore(last);
  }

  #seedBefore({ kind, num, text, time, member }: ReadingBefore): void {
    if (this.where === null || this.where({ kind, num, text, time, member, arrival: time, isLate: false })) {
      this.takeBefore(kind, num, text, time, member, true);
    }
  }

  override enter(reading: Incoming): void {
    if (this.where === null || this.where(reading)) this.#waiting.push({ ...reading });
  }

  /** A new run begins, with the readings of this step. */
  begin(): void {
    const { before, buffer } = this;
    while (buffer.size > 0) this.#leaveToBefore();
    if (this.#later.exists) before.takeOver(this.#later);
    this.#later.clear();
    this.#start = this.moment.now;
    for (const { time } of this.#waiting) this.#start = Math.min(this.#start, time);
    this.firstTime = this.#start;
    this.#isRunning = true;
    this.#isStale = false;
    this.#liveSince = this.moment.now;
    // Measured later than what begins the run, it is the value in between.
    if (before.exists && before.time >= this.#start) this.insert(before.asIncoming(), false);
    this.contentChanged();
  }

  /** The condition is true: the readings of this step are let in. */
  admit(): void {
    if (this.#liveSince === Number.POSITIVE_INFINITY) this.#resume();
    for (const reading of this.#waiting) {
      if (reading.time >= this.#start) this.put(reading, true);
      else this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
    }
    this.#waiting.length = 0;
  }

  /** The condition is unknown: the run stands still. What comes is not of it, but is the value when it goes on. */
  pause(): void {
    if (!this.#isRunning) {
      this.#keepForLater();
      return;
    }
    if (this.#liveSince !== Number.POSITIVE_INFINITY) this.aggregates.beginSilence('paused', this.moment.now);
    this.#liveSince = Number.POSITIVE_INFINITY;
    for (const reading of this.#waiting) {
      if (reading.time >= this.#start) this.insert(reading, false);
      else if (this.before.takeOver(reading)) this.#isStale = true;
    }
    this.#waiting.length = 0;
  }

  /** The condition is false: the run is over, and the readings of this step are outside. */
  end(): void {
    if (this.#isRunning) {
      this.#isRunning = false;
      this.#liveSince = Number.POSITIVE_INFINITY;
      this.aggregates.endSilence('paused', this.moment.now);
      this.turned();
    }
    this.#keepForLater();
  }

  #resume(): void {
    this.#liveSince = this.moment.now;
    this.aggregates.endSilence('paused', this.moment.now);
    if (this.#isStale) this.beforeChanged();
    this.#isStale = false;
  }

  #keepForLater(): void {
    for (const reading of this.#waiting) this.#later.takeOver(reading);
    this.#waiting.length = 0;
  }

  /** Those of a pause too: they came, if not in the run. */
  #leaveToBefore(): void {
    const { buffer } = this;
    const { head } = buffer;
    if (!buffer.passesAt(head)) {
      const [time, member] = [buffer.timeAt(head), buffer.members?.[head] ?? 0];
      this.before.take(buffer.kindAt(head), buffer.valueAt(head), buffer.textAt(head), time, member);
    }
    this.dropOldest();
  }

  /** A run that is over has no value any more. */
  override beginAnew(): void {
    this.#later.clear();
    if (!this.#isRunning) this.#start = Number.POSITIVE_INFINITY;
    this.removeMember(0);
    this.contentChanged();
  }

  /** Of a pool: a run that is over stays as it is. */
  override forgetMember(member: number): void {
    this.removeMember(member);
    if (this.#liveSince !== Number.POSITIVE_INFINITY) this.contentChanged();
    else this.#isStale = true;
  }

  override get exists(): boolean {
    return this.#start !== Number.POSITIVE_INFINITY;
  }

  override advance(): void {}

  override get tickMs(): number {
    return TICK_MS;
  }

  override get liveSince(): number {
    return this.#liveSince;
  }

  override from(): number {
    return this.#start;
  }

  override isVarying(holds: HoldAccumulator, at: number): boolean {
    return this.#liveSince !== Number.POSITIVE_INFINITY && holds.isHeldAt(at);
  }

  override isFull(): boolean {
    return true;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.number(this.#start).boolean(this.#isRunning).number(this.#liveSince).boolean(this.#isStale);
    this.#later.save(writer);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.#start = reader.number();
    this.#isRunning = reader.boolean();
    this.#liveSince = reader.number();
    this.#isStale = reader.boolean();
    this.#later.load(reader);
    this.#waiting.length = 0;
  }
}
