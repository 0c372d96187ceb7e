import type { AlarmLog, Stretch, Track } from './alarm-log.js';

/** What a setting of a rule makes of a recording, beside the rule as it is written. Durations are ms. */
export interface SettingResult {
  readonly firings: number;
  readonly alarmMs: number;
  /** `null`: nothing fired. */
  readonly shortestMs: number | null;
  readonly longestMs: number | null;
  /** Alarms that were over before anybody could have looked. */
  readonly short: number;
  /** Firings that were the third, or a later one, within a minute. */
  readonly chattering: number;
  /** Alarms that are short, chatter, or come where the rule as written says nothing: the fewer, the better. */
  readonly nuisance: number;
  /** Long alarms of the rule as written that this setting does not raise. */
  readonly lost: number;
  /** Those that it raises too. */
  readonly kept: number;
  /** Alarms at times at which the rule as written says nothing. */
  readonly added: number;
  /** Of the alarms that are kept: by how much later the one that comes latest is raised. */
  readonly delayMsMax: number;
  /** It fired more often than is kept; the numbers are those of its beginning. */
  readonly isOverfull: boolean;
}

/** When something was wrong, as the rule as written sees it: its alarms, short pauses between them left out. */
export interface Reference {
  readonly incidents: ReadonlyMap<string, readonly Stretch[]>;
  readonly shortMs: number;
}

/**
 * Joins the alarms of the rule as written: one that comes and goes forty times in ten minutes is one thing that is wrong for
 * ten minutes.
 */
export function referenceOf(written: AlarmLog, shortMs: number): Reference {
  const incidents = new Map<string, readonly Stretch[]>();
  for (const [key, { stretches }] of written.tracks) incidents.set(key, joined(stretches, shortMs));
  return { incidents, shortMs };
}

function joined(stretches: readonly Stretch[], pauseMs: number): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last !== undefined && stretch.from - last.to < pauseMs) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, stretch.to) };
    } else result.push(stretch);
  }
  return result;
}

/** How long something was wrong, as the rule as written sees it. */
export function incidentMs({ incidents }: Reference): number {
  let sum = 0;
  for (const stretches of incidents.values()) for (const { from, to } of stretches) sum += to - from;
  return sum;
}

/** @param end where the recording ends: what lasts until then may not be short */
export function resultOf(log: AlarmLog, reference: Reference, end: number): SettingResult {
  const { shortMs } = reference;
  const lengths = new Lengths(shortMs, end);
  let added = 0;
  for (const [key, { stretches }] of log.tracks) {
    const known = reference.incidents.get(key) ?? [];
    const alone = new Alone(known);
    for (const stretch of stretches) {
      const isAdded = alone.is(stretch);
      if (isAdded) added += 1;
      lengths.add(stretch, isAdded);
    }
  }
  const { kept, lost, delayMsMax } = comparedWith(reference, log.tracks);
  const { alarmMs, shortestMs, longestMs, short, unwanted } = lengths;
  return {
    firings: log.firings,
    alarmMs,
    shortestMs,
    longestMs,
    short,
    chattering: log.chattering,
    nuisance: Math.max(unwanted, log.chattering),
    lost,
    kept,
    added,
    delayMsMax,
    isOverfull: log.isOverfull,
  };
}

class Lengths {
  alarmMs = 0;
  shortestMs: number | null = null;
  longestMs: number | null = null;
  short = 0;
  /** Short ones, and those that were added. */
  unwanted = 0;

  constructor(
    readonly shortMs: number,
    readonly end: number,
  ) {}

  add({ from, to }: Stretch, isAdded: boolean): void {
    const length = to - from;
    const isShort = length < this.shortMs && to < this.end;
    this.alarmMs += length;
    this.shortestMs = Math.min(this.shortestMs ?? length, length);
    this.longestMs = Math.max(this.longestMs ?? length, length);
    if (isShort) this.short += 1;
    if (isShort || isAdded) this.unwanted += 1;
  }
}

/** Tells stretches, in order, that overlap none of some others, in order. */
class Alone {
  #at = 0;

  constructor(readonly others: readonly Stretch[]) {}

  is(stretch: Stretch): boolean {
    this.#at = firstNotBefore(this.others, this.#at, stretch);
    return !meets(this.others[this.#at], stretch);
  }
}

/** The index, from `at` on, of the first that does not end before another one begins. */
function firstNotBefore(stretches: readonly Stretch[], at: number, { from }: Stretch): number {
  let index = at;
  for (
    let one = stretches[index];
    one !== undefined && one.to <= from && one.from < from;
    one = stretches[index]
  )
    index += 1;
  return index;
}

/** Whether two have an instant in common. An alarm may begin and end in the same one. */
function meets(one: Stretch | undefined, other: Stretch): boolean {
  return one !== undefined && (one.from < other.to || one.from === other.from);
}

/** Which of the long incidents are raised too, and how late. */
function comparedWith(
  { incidents, shortMs }: Reference,
  tracks: ReadonlyMap<string, Track>,
): Pick<SettingResult, 'kept' | 'lost' | 'delayMsMax'> {
  let [kept, lost, delayMsMax] = [0, 0, 0];
  for (const [key, known] of incidents) {
    const stretches = tracks.get(key)?.stretches ?? [];
    let at = 0;
    for (const incident of known) {
      if (incident.to - incident.from < shortMs) continue;
      at = firstNotBefore(stretches, at, incident);
      const first = stretches[at];
      if (first !== undefined && meets(first, incident)) {
        kept += 1;
        delayMsMax = Math.max(delayMsMax, first.from - incident.from);
      } else lost += 1;
    }
  }
  return { kept, lost, delayMsMax };
}
