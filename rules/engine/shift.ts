import type { Schedule } from '../time/schedule.js';
import type { Alert } from './alert.js';
import type { Moment } from './moment.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';

/** Whether an instance's rule is active now (`active`), asked anew only where the schedule can change. */
export class Shift {
  /** Engine time of the next start or end. */
  deadline = Number.NEGATIVE_INFINITY;
  /** `null`: not asked yet. */
  #isOn: boolean | null = null;

  constructor(private readonly schedule: Schedule) {}

  /** Is the rule active? Where that changes, its conditions forget their state. */
  isOn(moment: Moment, alert: Alert): boolean {
    if (this.#isOn !== null && moment.now < this.deadline) return this.#isOn;
    const wall = moment.now + moment.offset;
    const since = this.schedule.activeSince(wall);
    const isFirst = this.#isOn === null;
    const wasOn = this.#isOn === true;
    this.#isOn = since !== null;
    this.deadline = this.schedule.nextChange(wall) - moment.offset;
    if (since === null) alert.forget(moment.now);
    else if (!wasOn) alert.forget(isFirst ? since - moment.offset : moment.now);
    return this.#isOn;
  }

  /** Another version of the rule had this schedule before (`null`: none, it was always on), or another one. */
  follow(before: Shift | null, { now }: Moment): void {
    this.#isOn = before === null ? true : before.#isOn;
    this.deadline = now;
  }

  get isOff(): boolean {
    return this.#isOn === false;
  }

  /** The wall clock was set: it is looked at anew, in a step of its own. */
  offsetChanged({ now }: Moment): void {
    this.deadline = now;
  }

  save(writer: StateBytes): void {
    writer
      .number(this.deadline)
      .boolean(this.#isOn === true)
      .boolean(this.#isOn === null);
  }

  load(reader: StateBytesReader): void {
    this.deadline = reader.number();
    const isOn = reader.boolean();
    this.#isOn = reader.boolean() ? null : isOn;
  }
}
