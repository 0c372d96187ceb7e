import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming, ReadingSink } from '../signals/reading-source.js';
import { ReadingBefore } from './reading-before.js';

/**
 * The last reading of a source, and the newest of those before it: what an instance that begins with that reading,
 * or later, must know of the time when it was not there.
 */
export class RecentReadings implements ReadingSink {
  readonly last = new ReadingBefore();
  readonly before = new ReadingBefore();
  /** The step in which the last one came. */
  #step = 0;

  constructor(private readonly moment: Moment) {}

  /** Did the last one come in the present step? */
  get isPresent(): boolean {
    return this.last.exists && this.#step === this.moment.step;
  }

  enter({ kind, num, text, time, member }: Incoming): void {
    const { last } = this;
    if (last.exists) this.before.take(last.kind, last.num, last.text, last.time, last.member);
    last.clear();
    last.take(kind, num, text, time, member);
    this.#step = this.moment.step;
  }

  beginAnew(): void {
    this.last.clear();
    this.before.clear();
  }

  /** Of pools only the last reading is asked for, and that comes after. */
  forgetMember(): void {}

  lapse(): void {}
  recover(): void {}

  save(writer: StateBytes): void {
    this.last.save(writer);
    this.before.save(writer);
    writer.number(this.#step);
  }

  load(reader: StateBytesReader): void {
    this.last.load(reader);
    this.before.load(reader);
    this.#step = reader.number();
  }
}
