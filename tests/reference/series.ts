import type { Scalar } from '../../rules/reading.js';
import { noteUnknown, type Span } from './source.js';

/** One value of one series, as it was accepted. */
export interface Reading {
  /** Own time. */
  readonly time: number;
  /** When its step was, moved along by gaps: for `maxAge` and `absent`. */
  arrival: number;
  /** When its step was, never moved. */
  readonly step: number;
  /** What the wall clock showed in its step. */
  readonly wall: number;
  /** Its place among all the readings that ever came: breaks ties of time. */
  readonly order: number;
  readonly value: Scalar;
  /** How many messages had come and how often the wall clock had been set by then. */
  readonly turn: number;
  /** Of its source: how long windows wait, in ms. */
  readonly grace: number;
  readonly topic: string;
  /** Was older than the newest of its series when it came. */
  readonly late: boolean;
}

export type Offer = Omit<Reading, 'late' | 'step' | 'topic'>;

type Kind = 'number' | 'boolean' | 'string';

/** The third value in a row of another kind changes a series' kind. */
const MISMATCHES_TO_CHANGE = 3;

/** Everything that came on one field of one topic. */
export class Series {
  /** Accepted since the series last began (its kind changed), in order of arrival. */
  readings: Reading[] = [];
  /** Accepted ever. */
  readonly all: Reading[] = [];
  /** Delivered as stored state while there was no reading. */
  retained: { value: Scalar; arrival: number; order: number } | null = null;
  /** When its value was of another kind. */
  readonly unknownSpans: Span[] = [];
  /** The row of values of another kind that came last. */
  private mismatch: { kind: Kind; count: number } | null = null;

  constructor(
    readonly topic: string,
    readonly labels: ReadonlyMap<string, string>,
  ) {}

  /** The newest reading that was not late: the one whose value the series has. */
  get newest(): Reading | undefined {
    return this.onTime.at(-1);
  }

  /** The readings that were not late when they came. */
  get onTime(): Reading[] {
    return this.readings.filter((reading) => !reading.late);
  }

  /** A value of another kind came since the last accepted one. */
  get isMismatched(): boolean {
    return this.mismatch !== null;
  }

  /** Takes a value. `null`: it was of another kind and gave no reading. */
  accept(offer: Offer): Reading | null {
    const newest = this.newest;
    if (newest === undefined) return this.begin(offer);
    const wanted = typeof newest.value;
    const value = wanted === 'number' && typeof offer.value === 'boolean' ? Number(offer.value) : offer.value;
    if (typeof value !== wanted) return this.reject(offer);
    return this.append({
      ...offer,
      value,
      step: offer.arrival,
      late: offer.time < newest.time,
      topic: this.topic,
    });
  }

  /** Takes stored state: it sets the value of a series without readings, and is ignored otherwise. */
  retain(offer: Offer): boolean {
    if (this.readings.length > 0) return false;
    this.retained = offer;
    return true;
  }

  private reject(offer: Offer): Reading | null {
    const kind = kindOf(offer.value);
    const count = this.mismatch?.kind === kind ? this.mismatch.count + 1 : 1;
    this.mismatch = { kind, count };
    noteUnknown(this.unknownSpans, true, offer.arrival);
    return count === MISMATCHES_TO_CHANGE ? this.begin(offer) : null;
  }

  private begin(offer: Offer): Reading {
    this.readings = [];
    return this.append({ ...offer, step: offer.arrival, late: false, topic: this.topic });
  }

  private append(reading: Reading): Reading {
    this.mismatch = null;
    noteUnknown(this.unknownSpans, false, reading.step);
    this.readings.push(reading);
    this.all.push(reading);
    return reading;
  }
}

/** Orders readings by (own time, arrival). */
export function inOrder(readings: readonly Reading[]): Reading[] {
  return readings.toSorted((a, b) => a.time - b.time || a.order - b.order);
}

function kindOf(value: Scalar): Kind {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
