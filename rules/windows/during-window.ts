import type { Moment } from '../engine/moment.js';
import type { StateReader, StateWriter } from '../engine/state.js';
import type { Incoming } from '../signals/reading-source.js';
import type { ReadingBefore } from './reading-before.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';
import type { RecentReadings } from './recent-readings.js';

/**
 * The readings of the last run of a condition. Readings of a step wait until the condition of that step is known;
 * `DuringRun` then says what becomes of them.
 */
export class DuringWindow extends ReadingWindow {
  #waiting: Incoming[] = [];
  /** Own time from which on readings belong to the run. */
  #start = Number.POSITIVE_INFINITY;

  constructor(moment: Moment, where: ReadingFilter | null) {
    super(moment, where, false);
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
    while (this.buffer.size > 0) this.dropOldest();
    this.#start = this.moment.now;
    for (const { time } of this.#waiting) this.#start = Math.min(this.#start, time);
    this.firstTime = this.#start;
    this.contentChanged();
  }

  /** Lets the readings of this step in. */
  admit(): void {
    for (const reading of this.#waiting) {
      if (reading.time >= this.#start) this.put(reading, true);
      else this.takeBefore(reading.kind, reading.num, reading.text, reading.time, reading.member, false);
    }
    this.#waiting.length = 0;
  }

  /** The readings of this step stay outside; the newest becomes the one before the next run. */
  refuse(): void {
    for (const { kind, num, text, time, member } of this.#waiting) {
      this.takeBefore(kind, num, text, time, member, true);
    }
    this.#waiting.length = 0;
  }

  override get exists(): boolean {
    return this.#start !== Number.POSITIVE_INFINITY;
  }

  override advance(): void {}

  override isFull(): boolean {
    return true;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }

  override save(writer: StateWriter): void {
    super.save(writer);
    writer.put(this.#start);
  }

  override load(reader: StateReader): void {
    super.load(reader);
    this.#start = reader.number();
    this.#waiting.length = 0;
  }
}
