import type { Scalar } from '../../rules/reading.js';
import type { Aggregate, Window } from '../../rules/rule.js';
import { type Boundaries, boundariesOf } from './boundaries.js';
import { type Closing, lastClosing } from './closings.js';
import { graceChanges } from './graces.js';
import type { Reading } from './series.js';
import { sessionsOf } from './sessions.js';
import type { Source, Span } from './source.js';
import type { WallClock } from './wall-clock.js';
import { alignedFrame, chosenFrame, type Frame, knownAt, passes } from './windows.js';

/** One step as a window sees it. */
export interface Moment {
  readonly now: number;
  readonly source: Source;
  readonly gaps: readonly Span[];
  readonly clock: WallClock;
  /** Works the aggregate out over a window as of a time. */
  readonly evaluate: (frame: Frame | null, asOf: number) => Scalar | null;
}

/** The value of a window that is held from one moment to another; updated once in every step. */
export interface HeldValue {
  readonly value: Scalar | null;
  /** It yielded a value in this step. */
  readonly hasYielded: boolean;
  update(moment: Moment): void;
  /** Times after `after` at which it may change with nothing arriving. */
  deadlines(source: Source, after: { now: number; offset: number }): number[];
}

/** From each boundary to the next. */
export class AlignedValue implements HeldValue {
  value: Scalar | null = null;
  hasYielded = false;
  private readonly boundaries: Boundaries;
  /** How it last closed: `undefined` before it was looked at. */
  private closing: Closing | null | undefined;
  private firstOrder: number | undefined;

  constructor(
    private readonly signal: Aggregate,
    window: Extract<Window, { kind: 'aligned' }>,
  ) {
    this.boundaries = boundariesOf(window);
  }

  update({ now, source, clock, gaps, evaluate }: Moment): void {
    this.hasYielded = false;
    const before = this.closing;
    const first = source.came.find((reading) => passes(reading, this.signal.where));
    // The series began anew.
    if (first?.order !== this.firstOrder) this.value = null;
    this.firstOrder = first?.order;
    const closing =
      first === undefined ? null : lastClosing(this.boundaries, { source, first }, { now, clock, gaps });
    this.closing = closing;
    if (closing === null || (closing.at === before?.at && closing.boundary === before.boundary)) return;
    const { at, boundary, instant } = closing;
    // A derived signal may have given a reading in the very step of the boundary.
    const hadCome = ({ step, turn }: Reading): boolean => step < at || (step === at && turn < closing.turn);
    const known = knownAt(source, hadCome);
    const start = this.boundaries.startOf(boundary) - (boundary - instant);
    const frame = alignedFrame(this.signal, known, { start, boundary: instant });
    this.value = evaluate(frame, at);
    this.hasYielded = before !== undefined;
  }

  deadlines(source: Source, { now, offset }: { now: number; offset: number }): number[] {
    return [0, ...graceChanges(source.came).map(({ grace }) => grace)].map(
      (grace) => this.boundaries.next(now + offset - grace) - offset + grace,
    );
  }
}

/** From the close of each session to the close of the next. */
export class SessionValue implements HeldValue {
  value: Scalar | null = null;
  hasYielded = false;
  private closed: number | null = null;

  constructor(
    private readonly signal: Aggregate,
    private readonly window: Extract<Window, { kind: 'session' }>,
  ) {}

  update({ now, source, evaluate }: Moment): void {
    const closed = sessionsOf(this.signal, this.window, source).filter(({ closesAt }) => closesAt <= now);
    const isFirst = this.closed === null;
    const isMore = closed.length > (this.closed ?? 0);
    // The series began anew.
    if (closed.length < (this.closed ?? 0)) this.value = null;
    this.closed = closed.length;
    this.hasYielded = false;
    const session = closed.at(-1);
    // A series of a pool began anew, and took all that was in it along.
    const isGone = session?.readings.every((reading) => !source.readings.includes(reading)) === true;
    if (!isMore || session === undefined || isGone) return;
    this.hasYielded = !isFirst;
    const { closesAt, closedBy, readings: chosen } = session;
    const times = chosen.map(({ time }) => time);
    const known = knownAt(
      source,
      ({ arrival, turn }) => arrival < closesAt || (arrival === closesAt && turn < closedBy),
    );
    const [from, to] = [Math.min(...times), Math.max(...times)];
    this.value = evaluate(chosenFrame(this.signal, known, { chosen, from, to }), closesAt);
  }

  deadlines(source: Source): number[] {
    return sessionsOf(this.signal, this.window, source).map(({ closesAt }) => closesAt);
  }
}
