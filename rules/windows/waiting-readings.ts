import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming } from '../signals/reading-source.js';
import type { Kind } from '../signals/signal-node.js';

/**
 * Readings that came while a window was waiting for late ones and that belong to a later window, in the order in which
 * they came. None where the source has no grace.
 */
export class WaitingReadings {
  #readings: Incoming[] = [];

  get isEmpty(): boolean {
    return this.#readings.length === 0;
  }

  add(reading: Incoming): void {
    this.#readings.push({ ...reading });
  }

  /** All of them, which are gone by this. */
  take(): readonly Incoming[] {
    const taken = this.#readings;
    this.#readings = [];
    return taken;
  }

  removeMember(member: number): void {
    this.#readings = this.#readings.filter((reading) => reading.member !== member);
  }

  /** A gap: when they came moves, when they were measured does not. */
  shift(deltaMs: number): void {
    for (const reading of this.#readings) reading.arrival += deltaMs;
  }

  save(writer: StateBytes): void {
    writer.number(this.#readings.length);
    for (const { kind, num, text, time, arrival, isLate, member } of this.#readings) {
      writer.number(kind).number(num).text(text).number(time);
      writer.number(arrival).boolean(isLate).number(member);
    }
  }

  load(reader: StateBytesReader): void {
    this.#readings = Array.from({ length: reader.number() }, () => ({
      kind: reader.number() as Kind,
      num: reader.number(),
      text: reader.text(),
      time: reader.number(),
      arrival: reader.number(),
      isLate: reader.boolean(),
      member: reader.number(),
    }));
  }
}
