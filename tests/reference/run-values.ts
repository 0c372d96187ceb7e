import type { Scalar } from '../../rules/reading.js';
import type { Aggregate } from '../../rules/rule.js';
import type { ConditionLog } from './condition-log.js';
import type { HeldValue, Moment } from './held-values.js';
import {
  afterGap,
  holdEnds,
  isTimeWeighted,
  lastTick,
  nextRunTick,
  variesBetweenReadings,
} from './moments.js';
import { inOrder, type Reading } from './series.js';
import type { Source, Span } from './source.js';
import { chosenFrame, type Frame, passes } from './windows.js';

/** One run of the condition, from its rise to when it is next false. */
interface Run {
  /** Own time from which on readings belong to it. */
  readonly since: number;
  /** Those that came while the condition was true. */
  readonly chosen: Reading[];
  /** Those that came while it was unknown: their values hold, but they are not of the run. */
  readonly aside: Reading[];
  /** Those from before it, in order. */
  readonly earlier: readonly Reading[];
  /** When it was unknown. */
  readonly pauses: Span[];
  /** Since when the condition has been true without a pause; `null` in one. */
  liveSince: number | null;
}

/** Live in a run of a condition, and held from its end until it next becomes true. */
export class DuringValue implements HeldValue {
  value: Scalar | null = null;
  hasYielded = false;
  private run: Run | null = null;
  private firstOrder: number | undefined;
  private workedOutAt = Number.NEGATIVE_INFINITY;
  private workedOutBefore: Reading | null = null;

  constructor(
    private readonly signal: Aggregate,
    private readonly log: () => ConditionLog,
    /** The newest reading from before the instance, by its place in the order of arrival: no run has those. */
    private seen: number,
  ) {}

  update(moment: Moment): void {
    const { now, source } = moment;
    const log = this.log();
    const isRise = log.rises.at(-1)?.index === log.entries.length - 1;
    const passing = source.came.filter((reading) => passes(reading, this.signal.where));
    const entered = passing.filter(({ order }) => order > this.seen);
    const state = log.latest?.state ?? null;
    if (isRise) this.begin(entered, inOrder(passing.filter(({ order }) => order <= this.seen)), now);
    const { run } = this;
    // Values hold up to the end; the readings that bring it are outside.
    if (run !== null && state === false) {
      if (isTimeWeighted(this.signal)) this.workOut(run, moment, true);
      this.run = null;
    }
    this.seen = Math.max(this.seen, ...entered.map(({ order }) => order));
    this.noteAnew(run, moment);
    if (run === null) return;
    const inTime = entered.filter(({ time }) => time >= run.since);
    if (state === true) {
      this.resume(run, now);
      run.chosen.push(...inTime);
      this.workOut(run, moment, isRise || inTime.length > 0);
    } else if (state === null) {
      this.pause(run, now);
      run.aside.push(...inTime);
    }
  }

  /** Where the series began anew, its windows are empty. A run that is over has no value any more. */
  private noteAnew(run: Run | null, moment: Moment): void {
    const first = moment.source.came.at(0)?.order;
    const isAnew = this.firstOrder !== undefined && first !== this.firstOrder;
    this.firstOrder = first;
    if (!isAnew) return;
    if (this.run === null || run === null) this.value = null;
    else this.workOut(run, moment, true);
  }

  deadlines(_source: Source, { now }: { now: number }): number[] {
    const isLive = this.run !== null && this.run.liveSince !== null;
    return isLive && isTimeWeighted(this.signal) ? [nextRunTick(now)] : [];
  }

  private begin(entered: readonly Reading[], earlier: readonly Reading[], now: number): void {
    const since = Math.min(now, ...entered.map(({ time }) => time));
    this.run = { since, chosen: [], aside: [], earlier, pauses: [], liveSince: now };
  }

  private resume(run: Run, now: number): void {
    run.liveSince ??= now;
    const pause = run.pauses.at(-1);
    if (pause !== undefined) pause.to ??= now;
  }

  private pause(run: Run, now: number): void {
    if (run.liveSince !== null) run.pauses.push({ from: now, to: null });
    run.liveSince = null;
  }

  private workOut(run: Run, moment: Moment, isDue: boolean): void {
    const { now, evaluate } = moment;
    const frame = this.frameOf(run, moment);
    const isAlwaysDue = !variesBetweenReadings(this.signal);
    if (!isAlwaysDue && !isDue && !(isTimeWeighted(this.signal) && this.isMomentPast(run, frame, moment))) {
      return;
    }
    this.workedOutAt = now;
    this.workedOutBefore = frame?.before ?? null;
    this.value = evaluate(frame, now);
  }

  /** Was there a tick, or the end of a hold, since it was last worked out, while the condition was true? */
  private isMomentPast(run: Run, frame: Frame | null, { now, source, gaps }: Moment): boolean {
    if ((frame?.before ?? null) !== this.workedOutBefore) return true;
    const liveSince = run.liveSince ?? now;
    const newest = frame?.timeline.at(-1) ?? frame?.before ?? null;
    const ends = holdEnds(newest, { source, gaps, pauses: run.pauses });
    return [lastTick(this.signal, now), ...ends]
      .map((time) => afterGap(time, gaps))
      .some((time) => time > this.workedOutAt && time >= liveSince && time <= now);
  }

  private frameOf(run: Run, { now, source }: Moment): Frame | null {
    const { chosen, since } = run;
    const frame = chosenFrame(this.signal, source, { chosen, from: since, to: now });
    if (frame === null || !isTimeWeighted(this.signal)) return frame;
    // Of the time before the run only the value it began with is known.
    const last = run.earlier.filter((reading) => source.readings.includes(reading)).at(-1);
    const late = source.came.filter((reading) => {
      const isNew = reading.order > Math.max(-1, ...run.earlier.map(({ order }) => order));
      return (
        isNew && reading.time < since && passes(reading, this.signal.where) && reading.order <= this.seen
      );
    });
    const timeline = [...chosen, ...run.aside, ...(last !== undefined && last.time >= since ? [last] : [])];
    const older = [...late, ...(last !== undefined && last.time < since ? [last] : [])];
    return {
      ...frame,
      timeline: inOrder(timeline.filter((reading) => source.readings.includes(reading))),
      before: inOrder(older.filter((reading) => source.readings.includes(reading))).at(-1) ?? null,
      pauses: run.pauses,
    };
  }
}
