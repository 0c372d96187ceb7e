import type { AlertEvent } from '../../rules/alert-event.js';
import { SEVERITIES, type Severity } from '../../rules/rule.js';

/** Which stretches of an alert are looked at: those in which it is at least so severe. */
export interface Watched {
  readonly rule: string;
  readonly severity: Severity;
}

/** A stretch of time, epoch ms as printed. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The alarms of one machine, in order; none overlap. */
export interface Track {
  readonly stretches: Stretch[];
  /** Since when it is in alarm; `null`: it is not. */
  since: number | null;
  /** When it last fired, and the time before. */
  fired: [number, number];
}

/** More alarms than this of one setting are counted, and not kept: nobody would want it. */
const STRETCHES_MAX = 50_000;

/** An alarm that comes for the third time within this is said to chatter (ISA-18.2). */
const CHATTERING_MS = 60_000;

/** Collects when alerts were on, by instance, from the events of a replay. */
export class AlarmLog {
  /** By rule, severity and labels. */
  readonly tracks = new Map<string, Track>();
  firings = 0;
  /** Firings that were the third, or a later one, within a minute. */
  chattering = 0;
  #stretches = 0;
  readonly #watched: readonly Watched[];

  constructor(watched: readonly Watched[]) {
    this.#watched = watched;
  }

  /** There were more alarms than are kept. */
  get isOverfull(): boolean {
    return this.#stretches > STRETCHES_MAX;
  }

  take(event: AlertEvent): void {
    if (event.episode === null) return;
    for (const { rule, severity } of this.#watched) {
      if (rule !== event.rule) continue;
      const isOn = event.event !== 'resolved' && rank(event.severity) >= rank(severity);
      this.#set(`${rule} ${severity} ${JSON.stringify(event.labels)}`, isOn, event.time);
    }
  }

  /** What is still on has no end: it is taken to last until here. */
  finish(end: number): void {
    for (const track of this.tracks.values()) this.#end(track, end);
  }

  #set(key: string, isOn: boolean, time: number): void {
    let track = this.tracks.get(key);
    if (track === undefined) {
      if (!isOn) return;
      track = { stretches: [], since: null, fired: NEVER };
      this.tracks.set(key, track);
    }
    if (!isOn) this.#end(track, time);
    else if (track.since === null) this.#begin(track, time);
  }

  #begin(track: Track, time: number): void {
    const [last, beforeLast] = track.fired;
    this.firings += 1;
    if (time - beforeLast < CHATTERING_MS) this.chattering += 1;
    track.since = time;
    track.fired = [time, last];
  }

  #end(track: Track, to: number): void {
    const { since } = track;
    if (since === null) return;
    track.since = null;
    this.#stretches += 1;
    if (!this.isOverfull) track.stretches.push({ from: since, to });
  }
}

const NEVER: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
