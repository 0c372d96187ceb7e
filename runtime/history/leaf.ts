import type { Scalar } from '../../rules/reading.js';
import type { OpenSeries, SeriesName } from './open-series.js';
import type { SeriesKind } from './readings.js';

/** A field of a topic: a series for each kind of value that it has sent. */
export class Leaf {
  readonly #name: Omit<SeriesName, 'kind'>;
  readonly #series: (name: SeriesName) => OpenSeries | null;
  readonly #byKind = new Map<SeriesKind, OpenSeries>();

  constructor(name: Omit<SeriesName, 'kind'>, series: (name: SeriesName) => OpenSeries | null) {
    this.#name = name;
    this.#series = series;
  }

  /** `null`: there is no room for another series. */
  of(value: Scalar): OpenSeries | null {
    const kind = kindOf(value);
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    const made = this.#series({ ...this.#name, kind });
    if (made !== null) this.#byKind.set(kind, made);
    return made;
  }
}

function kindOf(value: Scalar): SeriesKind {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'text';
  }
}
