import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { lengthOutside, Spans } from '../time/spans.js';

/** Why no value holds. */
export type Silence = 'unknown' | 'paused';

/**
 * The times in which no value of a source holds: its signal was unknown, a run was paused, or the engine saw nothing.
 * Values are weighed by time without them. In step times, which gaps do not move.
 */
export class Silences {
  readonly #spans = new Spans();
  readonly #open = new Set<Silence>();

  constructor(private readonly gaps: Spans) {}

  begin(why: Silence, now: number): void {
    this.#open.add(why);
    this.#spans.begin(now);
  }

  end(why: Silence, now: number): void {
    if (this.#open.delete(why) && this.#open.size === 0) this.#spans.end(now);
  }

  /** Is the time from `at` on a silence? */
  covers(at: number): boolean {
    return this.#spans.covers(at) || this.gaps.covers(at);
  }

  /** Length of [from, to) without them. */
  lengthWithout(from: number, to: number): number {
    return to > from ? lengthOutside(this.gaps, this.#spans, from, to) : 0;
  }

  forgetBefore(time: number): void {
    this.#spans.forgetBefore(time);
  }

  save(writer: StateBytes): void {
    this.#spans.save(writer);
    writer.boolean(this.#open.has('unknown')).boolean(this.#open.has('paused'));
  }

  load(reader: StateBytesReader): void {
    this.#spans.load(reader);
    this.#open.clear();
    if (reader.boolean()) this.#open.add('unknown');
    if (reader.boolean()) this.#open.add('paused');
  }
}
