import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { withOne } from '../exact-lists.js';
import type { Aggregate } from '../rule.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { type Kind, SignalNode, UNKNOWN } from '../signals/signal-node.js';
import type { HoldAccumulator } from './hold-accumulator.js';
import type { ReadingWindow } from './reading-window.js';

const NEVER = -1;

/**
 * `timeAvg`, `integral` or `duty` over one window. It varies between readings, and is worked out when one enters or
 * leaves, at ticks, when a hold ends, and when the window closes; in between it holds, so that it does not matter which
 * other timers there are.
 */
export class TimeWeightNode extends SignalNode {
  readonly #holds: HoldAccumulator;
  readonly #minCount: number;
  /** As of when it was last worked out, and how often the window's content had changed by then. */
  #asOf = Number.NEGATIVE_INFINITY;
  #turns = NEVER;
  #tickDue = Number.POSITIVE_INFINITY;

  constructor(
    readonly source: ReadingSource,
    readonly window: ReadingWindow,
    private readonly aggregate: Aggregate,
    maxAgeMs: number | null,
    private readonly isOfInstance: boolean,
  ) {
    super();
    this.#holds = window.aggregates.holds(maxAgeMs ?? Number.POSITIVE_INFINITY, source);
    this.#minCount = aggregate.minCount ?? 0;
    if (window.isClosing) window.closing = withOne(window.closing, this);
  }

  /** Is the window the instance's own? */
  override get isOwn(): boolean {
    return this.isOfInstance;
  }

  /** Where the window is live: one that closes gives what `ClosedValue` sees. */
  override givesReading(moment: Moment): boolean {
    return this.kind !== UNKNOWN && this.source.givesReading(moment);
  }

  override settle({ now }: Moment): void {
    const { window } = this;
    window.advance();
    if (!window.isClosing) {
      const asOf = this.#lastMoment(now);
      // While nothing varies it stays as of when it last did, whoever looks.
      if (window.turns !== this.#turns || (asOf > this.#asOf && this.#varies(now))) this.#compute(asOf);
      this.#tickDue = this.#nextTick(now);
    }
    this.#findDeadline(now);
  }

  override refreshDeadline(): void {
    const { window } = this;
    const { now } = window.moment;
    if (!window.isClosing) this.#tickDue = this.#nextTick(now);
    this.#findDeadline(now);
    if (!window.isClosing && this.#lastMoment(now) > this.#asOf && this.#varies(now)) this.deadline = now;
  }

  override stoodStill(): void {
    this.refreshDeadline();
  }

  /** What the window keeps for it. */
  kept(): unknown {
    return this.#holds;
  }

  /** The window closes: the value now holds until it closes again. */
  capture(): void {
    this.#compute(this.window.changedAt);
  }

  /** The last time at which something happened that it must be worked out for, while the window was live. */
  #lastMoment(now: number): number {
    const { window } = this;
    const { tickMs, liveSince } = window;
    const tick = window.moment.gaps.endAround(Math.floor(now / tickMs) * tickMs);
    const end = this.#holds.lastEnd(now);
    let last = window.turnedAt;
    if (tick >= liveSince && tick > last) last = tick;
    if (end >= liveSince && end > last) last = end;
    return last;
  }

  /** Ticks are left out while nothing varies: a sensor that speaks once an hour costs nothing in between. */
  #nextTick(now: number): number {
    const { tickMs, liveSince } = this.window;
    return now >= liveSince && this.#varies(now)
      ? (Math.floor(now / tickMs) + 1) * tickMs
      : Number.POSITIVE_INFINITY;
  }

  /** It does a little later than now, or has since it was last worked out. */
  #varies(now: number): boolean {
    const { window } = this;
    return window.isVarying(this.#holds, now) || window.isVarying(this.#holds, this.#asOf);
  }

  #findDeadline(now: number): void {
    const { window } = this;
    this.deadline = Math.min(window.deadline, this.#tickDue);
    if (window.isClosing || now < window.liveSince) return;
    this.deadline = Math.min(this.deadline, this.#holds.endAfter(now));
  }

  #compute(asOf: number): void {
    const { window, aggregate } = this;
    this.#asOf = asOf;
    this.#turns = window.turns;
    const isThere = window.exists && window.passing >= this.#minCount;
    if (!isThere || (aggregate.full && !window.isFull())) this.setUnknown();
    else this.setNumber(this.#weighed(window.from(asOf), window.to(asOf)));
  }

  /** NaN: unknown. */
  #weighed(from: number, to: number): number {
    const { aggregate } = this;
    const total = this.#holds.total(from, to);
    if (Number.isNaN(total.high)) return Number.NaN;
    if (aggregate.function === 'integral') return total.weight / aggregate.perMs;
    if (total.ms > 0) return aggregate.function === 'duty' ? total.onMs / total.ms : total.mean;
    // No held time yet: the value itself.
    const value = this.window.buffer.size > 0 ? this.#holds.newestValue : this.#holds.valueHeldAt(to);
    if (aggregate.function === 'timeAvg' || Number.isNaN(value)) return value;
    return value === 0 ? 0 : 1;
  }

  override save(writer: StateBytes): void {
    writer
      .number(this.kind)
      .number(this.num)
      .number(this.#asOf)
      .boolean(this.#turns === this.window.turns);
  }

  /** The window is there already. */
  override load(reader: StateBytesReader): void {
    this.kind = reader.number() as Kind;
    this.num = reader.number();
    this.#asOf = reader.number();
    this.#turns = reader.boolean() ? this.window.turns : NEVER;
  }
}

export function isTimeWeighted({ function: name }: Aggregate): boolean {
  return name === 'timeAvg' || name === 'integral' || name === 'duty';
}
