import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { withOne } from '../exact-lists.js';
import type { Aggregate, AggregateFunction } from '../rule.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { BOOLEAN, type Kind, SignalNode, TEXT, UNKNOWN } from '../signals/signal-node.js';
import type { ReadingWindow } from './reading-window.js';

const MS_PER_SECOND = 1000;

/** What a function makes of a window with at least one passing reading; NaN is unknown. */
type WindowFunction = (window: ReadingWindow, aggregate: Aggregate) => number;

/** What an empty window gives; the others are unknown. */
const OF_NOTHING: ReadonlyMap<AggregateFunction, number> = new Map([
  ['count', 0],
  ['sum', 0],
  ['changes', 0],
  ['increase', 0],
  ['integral', 0],
  ['distinct', 0],
]);

const FUNCTIONS: Partial<Record<AggregateFunction, WindowFunction>> = {
  count: (window) => window.passing,
  sum: ({ aggregates }) => aggregates.sum.value,
  avg: ({ aggregates, passing }) => aggregates.sum.value / passing,
  min: ({ aggregates }) => aggregates.extrema.min,
  max: ({ aggregates }) => aggregates.extrema.max,
  range: ({ aggregates }) => aggregates.extrema.max - aggregates.extrema.min,
  delta: (window) => valueAt(window, window.newestPassing()) - valueAt(window, window.oldestPassing()),
  variance: ({ aggregates }) => aggregates.moments.variance,
  stddev: ({ aggregates }) => Math.sqrt(aggregates.moments.variance),
  median: ({ aggregates }) => aggregates.order.quantile(0.5),
  percentile: ({ aggregates }, { percent }) => aggregates.order.quantile((percent ?? Number.NaN) / 100),
  rms: ({ aggregates, passing }) => Math.sqrt(aggregates.squares.value / passing),
  mad: ({ aggregates }) => aggregates.order.medianDeviation(),
  zscore: zscore,
  distinct: ({ aggregates }) => aggregates.distinct.count,
  slope: ({ aggregates }, { perMs }) => aggregates.line.slope * (perMs / MS_PER_SECOND),
  predict: ({ aggregates, changedAt }, { aheadMs }) => aggregates.line.at(changedAt + (aheadMs ?? 0)),
  increase: ({ aggregates }) => aggregates.rises.value,
  rate: (window, { perMs }) =>
    (window.aggregates.rises.value / secondsSpanned(window)) * (perMs / MS_PER_SECOND),
  changes: ({ aggregates }) => aggregates.changes.value,
};

/** Makes the window keep what a function needs, from its first reading on. */
const KEPT_FOR: Partial<Record<AggregateFunction, (window: ReadingWindow) => unknown>> = {
  sum: ({ aggregates }) => aggregates.sum,
  avg: ({ aggregates }) => aggregates.sum,
  min: ({ aggregates }) => aggregates.extrema,
  max: ({ aggregates }) => aggregates.extrema,
  range: ({ aggregates }) => aggregates.extrema,
  variance: ({ aggregates }) => aggregates.moments,
  stddev: ({ aggregates }) => aggregates.moments,
  median: ({ aggregates }) => aggregates.order,
  percentile: ({ aggregates }) => aggregates.order,
  rms: ({ aggregates }) => aggregates.squares,
  mad: ({ aggregates }) => aggregates.order,
  zscore: ({ aggregates }) => aggregates.moments,
  distinct: ({ aggregates }) => aggregates.distinct,
  slope: ({ aggregates }) => aggregates.line,
  predict: ({ aggregates }) => aggregates.line,
  increase: ({ aggregates }) => aggregates.rises,
  rate: ({ aggregates }) => aggregates.rises,
  changes: ({ aggregates }) => aggregates.changes,
};

/** One function over one window; shared by all rules that say the same. */
export class AggregateNode extends SignalNode {
  readonly #function: WindowFunction | null;
  /**
   * `slope` only, the others have none: the line's value at the time its slope is of. The window may have closed and be
   * empty by now.
   */
  level: number | null = null;
  /** Version of the window that the value was computed from; -1: not full then. */
  #version = -1;

  constructor(
    readonly source: ReadingSource,
    readonly window: ReadingWindow,
    private readonly aggregate: Aggregate,
  ) {
    super();
    this.#function =
      aggregate.function === 'first' || aggregate.function === 'last' ? null : functionOf(aggregate);
    this.kept();
    if (window.isClosing) window.closing = withOne(window.closing, this);
  }

  override get isOwn(): boolean {
    return false;
  }

  /** Where the window is live: one that closes gives what `ClosedValue` sees. */
  override givesReading(moment: Moment): boolean {
    return this.kind !== UNKNOWN && this.source.givesReading(moment);
  }

  /** What the window keeps for it, made at the first call; `undefined`: nothing. */
  kept(): unknown {
    return KEPT_FOR[this.aggregate.function]?.(this.window);
  }

  /** Which content of the window its value is of: it changes when a reading enters or leaves, or the window closes. */
  get content(): number {
    return this.window.isClosing || this.#version < 0 ? this.#version : this.window.moves;
  }

  override settle(): void {
    const { window } = this;
    window.advance();
    this.deadline = window.deadline;
    if (window.isClosing) return;
    if (this.aggregate.full) {
      this.deadline = Math.min(this.deadline, window.fullAt());
      if (!window.isFull()) {
        this.setUnknown();
        this.#version = -1;
        return;
      }
    }
    if (this.#version === window.version) return;
    this.#version = window.version;
    this.#compute();
  }

  override refreshDeadline(): void {
    if (this.window.isClosing) this.deadline = this.window.deadline;
  }

  /** The window closes: the value now holds until it closes again. */
  capture(): void {
    if (this.aggregate.full && !this.window.isFull()) this.setUnknown();
    else this.#compute();
    this.#version++;
  }

  /** What a closing window captured cannot be computed again: its readings are gone. */
  override save(writer: StateBytes): void {
    writer
      .number(this.kind)
      .number(this.num)
      .text(this.text)
      .number(this.level ?? Number.NaN);
  }

  override load(reader: StateBytesReader): void {
    this.kind = reader.number() as Kind;
    this.num = reader.number();
    this.text = reader.text();
    const level = reader.number();
    this.level = this.aggregate.function === 'slope' ? level : null;
  }

  #compute(): void {
    const { window } = this;
    if (this.aggregate.function === 'slope') this.level = window.aggregates.line.at(window.changedAt);
    if (!window.exists || window.passing < (this.aggregate.minCount ?? 0)) this.setUnknown();
    else if (window.passing === 0) this.setNumber(OF_NOTHING.get(this.aggregate.function) ?? Number.NaN);
    else if (this.#function !== null) this.setNumber(this.#function(window, this.aggregate));
    else this.#take(this.aggregate.function === 'first' ? window.oldestPassing() : window.newestPassing());
  }

  /** `first` and `last` keep the kind of the reading. */
  #take(slot: number): void {
    const { buffer } = this.window;
    const kind = buffer.kindAt(slot);
    this.kind = kind;
    if (kind === TEXT) this.text = buffer.textAt(slot);
    else this.num = buffer.valueAt(slot);
    if (kind === BOOLEAN) this.num = this.num === 1 ? 1 : 0;
  }
}

function functionOf(aggregate: Aggregate): WindowFunction {
  const found = FUNCTIONS[aggregate.function];
  if (found === undefined) throw new Error(`aggregate function ${aggregate.function} has no operator`);
  return found;
}

function valueAt(window: ReadingWindow, slot: number): number {
  return window.buffer.valueAt(slot);
}

/** Distance of the newest reading from the mean of the others, in their standard deviations. */
function zscore(window: ReadingWindow): number {
  const newest = valueAt(window, window.newestPassing());
  const others = window.aggregates.moments.without(newest);
  return others.variance > 0 ? (newest - others.mean) / Math.sqrt(others.variance) : Number.NaN;
}

/** From the first reading used, the one just before the window if there is one, to the last; 0 s gives no rate. */
function secondsSpanned(window: ReadingWindow): number {
  const { before, buffer } = window;
  const from = before.exists ? before.time : buffer.timeAt(window.oldestPassing());
  const ms = buffer.timeAt(window.newestPassing()) - from;
  return ms > 0 ? ms / MS_PER_SECOND : Number.NaN;
}
