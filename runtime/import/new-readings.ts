import type { Scalar } from '../../rules/reading.js';
import { inTimeOrder, type Readings } from '../history/readings.js';

/**
 * Of readings those that are not known: one is known if a reading of the same time has the same value. What is left is in
 * order of time, and has no reading twice.
 *
 * @param known of the same series, from the first time to the last, in order of time
 */
export function newReadings(readings: Readings, known: Iterable<Readings>): Readings {
  const ordered = inTimeOrder(readings);
  const stored = new Known(known);
  const places: number[] = [];
  let time = Number.NaN;
  let seen: (Scalar | undefined)[] = [];
  for (let at = 0; at < ordered.times.length; at++) {
    const [now = 0, value] = [ordered.times[at], ordered.values[at]];
    if (now !== time) {
      time = now;
      seen = stored.valuesAt(time);
    }
    if (seen.some((one) => Object.is(one, value))) continue;
    seen.push(value);
    places.push(at);
  }
  return places.length === ordered.times.length ? ordered : chosen(ordered, places);
}

/** Goes through readings in order of time. */
class Known {
  readonly #parts: Iterator<Readings>;
  #part: Readings | null = null;
  #at = 0;

  constructor(parts: Iterable<Readings>) {
    this.#parts = parts[Symbol.iterator]();
    this.#advance();
  }

  /** @param time later than the time before */
  valuesAt(time: number): (Scalar | undefined)[] {
    const values: (Scalar | undefined)[] = [];
    for (; this.#time <= time; this.#next()) {
      if (this.#time === time) values.push(this.#part?.values[this.#at]);
    }
    return values;
  }

  get #time(): number {
    return this.#part?.times[this.#at] ?? Number.POSITIVE_INFINITY;
  }

  #next(): void {
    this.#at += 1;
    if (this.#part !== null && this.#at >= this.#part.times.length) this.#advance();
  }

  #advance(): void {
    const next = this.#parts.next();
    this.#part = next.done === true ? null : next.value;
    this.#at = 0;
  }
}

function chosen(readings: Readings, places: readonly number[]): Readings {
  const times = Float64Array.from(places, (place) => readings.times[place] ?? 0);
  if (readings.kind === 'text') {
    return { kind: 'text', times, values: places.map((place) => readings.values[place] ?? '') };
  }
  const { kind, values } = readings;
  return { kind, times, values: Float64Array.from(places, (place) => values[place] ?? 0) };
}
