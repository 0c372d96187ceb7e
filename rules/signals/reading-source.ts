import type { Moment } from '../engine/moment.js';
import type { Scalar } from '../reading.js';
import { BOOLEAN, type Kind, NUMBER, SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/** The reading on its way in: one mutable record per engine, filled anew for each. */
export interface Incoming {
  kind: Kind;
  num: number;
  text: string;
  /** Own time. */
  time: number;
  arrival: number;
  /** Older than the newest of its series. */
  isLate: boolean;
  /** Which series of a pool it belongs to; 0 outside pools. */
  member: number;
}

/** Takes the readings of a series or a pool, late ones included, in arrival order. */
export interface ReadingSink {
  enter(reading: Incoming): void;
  /** The series began anew (its kind changed): all readings are gone. */
  beginAnew(): void;
  /** A series of the pool began anew: its readings are gone, the pool goes on. */
  forgetMember(member: number): void;
}

/**
 * What an input reads: a series, or a pool of series. The signal's value is that of the newest reading,
 * or unknown while the last value that came was of another kind.
 */
export abstract class ReadingSource extends SignalNode {
  /** Arrival of the newest reading, or of the retained value if there is none: where `maxAge` counts from. */
  arrival = Number.NEGATIVE_INFINITY;
  /** Arrival of the last reading, late ones included; -Infinity: none. `absent` counts from here. */
  lastArrival = Number.NEGATIVE_INFINITY;
  /** The step in which the newest reading came. */
  readingStep = 0;
  readonly sinks: ReadingSink[] = [];

  override givesReading(moment: Moment): boolean {
    return this.readingStep === moment.step;
  }

  override shift(deltaMs: number): void {
    this.arrival += deltaMs;
    this.lastArrival += deltaMs;
  }

  protected pass(reading: Incoming): void {
    for (let i = 0; i < this.sinks.length; i++) this.sinks[i]?.enter(reading);
  }
}

export function kindOfScalar(value: Scalar): Kind {
  switch (typeof value) {
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'string':
      return TEXT;
    default:
      return UNKNOWN;
  }
}
