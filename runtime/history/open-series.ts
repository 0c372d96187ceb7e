import type { Readings, SeriesKind } from './readings.js';

/** A series by what people know it by. */
export interface SeriesName {
  readonly topic: string;
  readonly field: string;
  readonly kind: SeriesKind;
}

/** A series as it stands in the database. */
export interface StoredSeries extends SeriesName {
  readonly id: number;
  /** The number of the last record whose readings are in a chunk; 0: none is. */
  readonly sealedSeq: number;
  /** The longest time between the first and the last reading of a chunk. */
  readonly span: number;
}

/** Where a reading stands in the journal. */
export interface RecordPlace {
  readonly seq: number;
  /** The number of the row that has the record. */
  readonly row: number;
  readonly arrival: number;
}

const CAPACITY_FIRST = 16;
const MINUTE_MS = 60_000;
const NO_TIMES = new Float64Array(0);

/** The readings of a series that are in no chunk yet, in the order in which they arrived. */
export class OpenSeries implements StoredSeries {
  readonly id: number;
  readonly topic: string;
  readonly field: string;
  readonly kind: SeriesKind;
  sealedSeq: number;
  span: number;
  /** The row of the journal that has the first of the readings. */
  firstRow = 0;
  /** The records with the first and the last of the readings; 0: there are none. */
  firstSeq = 0;
  lastSeq = 0;
  /** Engine time at which the first arrived. */
  openedAt = 0;
  /** The latest minute of which there is a reading, counted from the epoch. */
  minute = Number.NEGATIVE_INFINITY;
  /** Characters of texts. */
  characters = 0;
  count = 0;
  #times = NO_TIMES;
  #values = NO_TIMES;
  #texts: string[] = [];

  constructor({ id, topic, field, kind, sealedSeq, span }: StoredSeries) {
    this.id = id;
    this.topic = topic;
    this.field = field;
    this.kind = kind;
    this.sealedSeq = sealedSeq;
    this.span = span;
  }

  /** @param value a text for a series of texts, else a number; booleans are 0 and 1 */
  add(time: number, value: number | string, at: RecordPlace): void {
    if (this.count === 0) {
      this.firstSeq = at.seq;
      this.firstRow = at.row;
      this.openedAt = at.arrival;
    }
    // Of two leaves of one message with one name the last counts, as for rules.
    const place = this.count > 0 && this.lastSeq === at.seq ? this.count - 1 : this.count;
    if (place === this.#times.length) this.#grow();
    this.#times[place] = time;
    if (typeof value === 'string') {
      this.#texts[place] = value;
      this.characters += value.length;
    } else this.#values[place] = value;
    this.count = place + 1;
    this.lastSeq = at.seq;
    this.minute = Math.max(this.minute, Math.floor(time / MINUTE_MS));
  }

  /** A view: good until the next `add`. */
  get readings(): Readings {
    const times = this.#times.subarray(0, this.count);
    return this.kind === 'text'
      ? { kind: 'text', times, values: this.#texts }
      : { kind: this.kind, times, values: this.#values.subarray(0, this.count) };
  }

  /** They are in a chunk. Memory goes too: most series that send a lot do so evenly, and fill it again slowly. */
  clear(): void {
    this.sealedSeq = this.lastSeq;
    this.count = 0;
    this.firstSeq = 0;
    this.lastSeq = 0;
    this.characters = 0;
    this.minute = Number.NEGATIVE_INFINITY;
    this.#times = NO_TIMES;
    this.#values = NO_TIMES;
    this.#texts = [];
  }

  #grow(): void {
    const capacity = Math.max(CAPACITY_FIRST, 2 * this.#times.length);
    this.#times = grown(this.#times, capacity);
    if (this.kind !== 'text') this.#values = grown(this.#values, capacity);
  }
}

function grown(numbers: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(numbers);
  return larger;
}
