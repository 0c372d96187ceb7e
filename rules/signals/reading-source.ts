import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { fitted, withOne } from '../exact-lists.js';
import { SPANS_MAX, Spans } from '../time/spans.js';
import { type Kind, SignalNode } from './signal-node.js';

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
  /** The value of the source is unknown from now on. */
  lapse(now: number): void;
  /** It is known again. */
  recover(now: number): void;
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
  /** How long windows that close wait for readings that are late, in ms: as the last reading's source says. */
  graceMs = 0;
  /** When a reading or a retained value last came, in times that only gaps move: `forgetAfter` counts from here. */
  heardAt = Number.NEGATIVE_INFINITY;
  /** The step in which the newest reading came. */
  readingStep = 0;
  /** Since when `absent` and `maxAge` stand still, as the connection it arrives by is down; `Infinity`: they run. */
  stillSince = Number.POSITIVE_INFINITY;
  /** When they did, in times that gaps do not move; `null`: never yet. */
  standstills: Spans | null = null;
  sinks: readonly ReadingSink[] = fitted([]);

  /** Did the host say that one of its topics is silent? */
  abstract readonly isSilent: boolean;

  override givesReading(moment: Moment): boolean {
    return this.readingStep === moment.step;
  }

  /** From now on it takes the readings. */
  plug(sink: ReadingSink): void {
    this.sinks = withOne(this.sinks, sink);
  }

  unplug(sink: ReadingSink): void {
    this.sinks = fitted(this.sinks.filter((other) => other !== sink));
  }

  /** Is the value unknown though there were readings? */
  get isLapsed(): boolean {
    return false;
  }

  protected lapse(now: number): void {
    for (const sink of this.sinks) sink.lapse(now);
  }

  protected recover(now: number): void {
    for (const sink of this.sinks) sink.recover(now);
  }

  override shift(deltaMs: number): void {
    this.arrival += deltaMs;
    this.lastArrival += deltaMs;
    this.heardAt += deltaMs;
    this.stillSince += deltaMs;
  }

  get isStill(): boolean {
    return this.stillSince !== Number.POSITIVE_INFINITY;
  }

  /** The time by which `absent` and `maxAge` of this source are judged. */
  clock(moment: Moment): number {
    return Math.min(moment.now, this.stillSince);
  }

  /** @param since when that was, gaps not counted @param step and the step in which it was */
  stop(since: number, step: number): void {
    this.stillSince = since;
    this.standstills ??= new Spans(SPANS_MAX);
    this.standstills.begin(step);
  }

  /** Goes on after standing still: the time in between does not count. */
  resume({ from, to }: Standstill): void {
    this.standstills?.end(to);
    this.stillSince = Number.POSITIVE_INFINITY;
    this.arrival = afterStandstill(this.arrival, { from, to });
    this.lastArrival = afterStandstill(this.lastArrival, { from, to });
  }

  /** The value that it shows, and when readings came. */
  protected saveNewest(writer: StateBytes): void {
    writer.number(this.kind).number(this.num).text(this.text);
    writer.number(this.arrival).number(this.lastArrival).number(this.heardAt).number(this.readingStep);
  }

  protected loadNewest(reader: StateBytesReader): void {
    this.kind = reader.number() as Kind;
    this.num = reader.number();
    this.text = reader.text();
    this.arrival = reader.number();
    this.lastArrival = reader.number();
    this.heardAt = reader.number();
    this.readingStep = reader.number();
  }

  protected saveStandstills(writer: StateBytes): void {
    const standstills = this.standstills ?? NONE;
    writer.number(this.stillSince);
    standstills.save(writer);
  }

  protected loadStandstills(reader: StateBytesReader): void {
    this.stillSince = reader.number();
    const standstills = new Spans(SPANS_MAX);
    standstills.load(reader);
    this.standstills = standstills;
  }

  protected pass(reading: Incoming): void {
    for (let i = 0; i < this.sinks.length; i++) this.sinks[i]?.enter(reading);
  }
}

const NONE = new Spans();

/** A time that does not count. While it lasts, it is empty: from now to now. */
export interface Standstill {
  readonly from: number;
  readonly to: number;
}

/** Where a time stands so that as much has passed since as without the standstill; one within it moves to its end. */
export function afterStandstill(time: number, { from, to }: Standstill): number {
  // A standstill may have begun before the first step: of what never was, nothing moves.
  return time === Number.NEGATIVE_INFINITY ? time : Math.min(time + (to - from), to);
}
