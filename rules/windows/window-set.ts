import { compareCodePoints } from '../engine/code-point-order.js';
import type { SavedNode } from '../engine/hand-over.js';
import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Aggregate, Signal } from '../rule.js';
import { EwmaNode } from '../signals/ewma-node.js';
import type { ReadingSink, ReadingSource } from '../signals/reading-source.js';
import type { SignalNode } from '../signals/signal-node.js';
import { AggregateNode } from './aggregate-node.js';
import { AlignedWindow } from './aligned-window.js';
import { CountWindow } from './count-window.js';
import { readingFilter } from './reading-filter.js';
import type { ReadingWindow } from './reading-window.js';
import { RecentReadings } from './recent-readings.js';
import { SessionWindow } from './session-window.js';
import { SlidingWindow } from './sliding-window.js';
import { slopeOf } from './time-to-node.js';
import { isTimeWeighted, TimeWeightNode } from './time-weight-node.js';

/** By what they are. */
type Nodes<T> = Map<string, T>;
/** Stands for those that are not there: most sources have windows of one kind, or none. Nothing is put in. */
const NONE: Nodes<never> = new Map<string, never>();

/** A signal computed from the readings of a source. */
export type WindowSignal = Extract<Signal, { kind: 'aggregate' | 'ewma' }>;

/** The windows over one source: one for each length and `where`, one node for each function over it. */
export class WindowSet {
  #windows: Nodes<ReadingWindow> = NONE;
  /** By half-life in ms. */
  #ewmas: Nodes<EwmaNode> = NONE;
  #nodes: Nodes<AggregateNode> = NONE;
  #weights: Nodes<TimeWeightNode> = NONE;

  #recent: RecentReadings | null = null;
  /** What was asked for since a census began; `null`: none is held. */
  #asked: Set<object> | null = null;

  constructor(
    private readonly source: ReadingSource,
    private readonly moment: Moment,
  ) {}

  /** Keeps the last readings, for windows that instances will bring along (`during`). */
  remember(): RecentReadings {
    if (this.#recent === null) {
      this.#recent = new RecentReadings(this.moment);
      this.source.plug(this.#recent);
    }
    this.#asked?.add(this.#recent);
    return this.#recent;
  }

  /**
   * The operator of an aggregate (of a `timeTo`: its slope) or a weighted mean over this source; `maxAgeMs` is how long
   * a value holds at most where it is weighed by time.
   */
  operator(signal: WindowSignal, maxAgeMs: number | null): SignalNode {
    if (signal.kind === 'ewma') return this.#ewma(signal.halfLifeMs);
    if (isTimeWeighted(signal)) return this.timeWeight(signal, maxAgeMs);
    return this.aggregate(signal.function === 'timeTo' ? slopeOf(signal) : signal);
  }

  #ewma(halfLifeMs: number): EwmaNode {
    const key = String(halfLifeMs);
    let node = this.#ewmas.get(key);
    if (node === undefined) {
      node = new EwmaNode(this.source, halfLifeMs);
      this.#ewmas = withNode(this.#ewmas, key, node);
      this.source.plug(node);
    }
    this.#asked?.add(node);
    return node;
  }

  aggregate(aggregate: Aggregate): AggregateNode {
    const key = keyOf(aggregate);
    let node = this.#nodes.get(key.node);
    if (node === undefined) {
      node = new AggregateNode(this.source, this.#window(key.window, aggregate), aggregate);
      this.#nodes = withNode(this.#nodes, key.node, node);
    }
    this.#asked?.add(node);
    return node;
  }

  timeWeight(aggregate: Aggregate, maxAgeMs: number | null): TimeWeightNode {
    const keys = keyOf(aggregate);
    const key = `${keys.node} ${maxAgeMs}`;
    let node = this.#weights.get(key);
    if (node === undefined) {
      const window = this.#window(keys.window, aggregate);
      node = new TimeWeightNode(this.source, window, aggregate, maxAgeMs, false);
      if (this.source.isLapsed) window.lapse(this.moment.now);
      this.#weights = withNode(this.#weights, key, node);
    }
    this.#asked?.add(node);
    return node;
  }

  #window(key: string, aggregate: Aggregate): ReadingWindow {
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = createWindow(this.moment, aggregate, this.source);
      this.#windows = withNode(this.#windows, key, window);
      this.source.plug(window);
    }
    return window;
  }

  /** The rules change: who still wants something asks for it again before the census ends. */
  beginCensus(): void {
    this.#asked = new Set();
  }

  /** What nobody asked for goes, with its state. */
  endCensus(): void {
    const asked = this.#asked ?? new Set();
    this.#asked = null;
    for (const [key, node] of this.#nodes) if (!asked.has(node)) this.#nodes.delete(key);
    for (const [key, node] of this.#weights) if (!asked.has(node)) this.#weights.delete(key);
    for (const [key, window] of this.#windows) {
      const all = [...this.#nodes.values(), ...this.#weights.values()];
      const nodes = all.filter((node) => node.window === window);
      window.keepFor(nodes);
      if (nodes.length > 0) continue;
      this.#windows.delete(key);
      this.#unplug(window);
    }
    for (const [key, node] of this.#ewmas) {
      if (asked.has(node)) continue;
      this.#ewmas.delete(key);
      this.#unplug(node);
    }
    if (this.#recent === null || asked.has(this.#recent)) return;
    this.#unplug(this.#recent);
    this.#recent = null;
  }

  #unplug(sink: ReadingSink): void {
    this.source.unplug(sink);
  }

  /** A gap: what is counted in step time moves. */
  shift(deltaMs: number): void {
    for (const window of this.#windows.values()) window.shift(deltaMs);
  }

  /** The wall clock was set: what goes by it is due at another engine time. */
  offsetChanged(): void {
    for (const window of this.#windows.values()) window.offsetChanged();
  }

  /** Brings what nobody has looked at for a while up to the moment. */
  advance(): void {
    for (const window of this.#windows.values()) window.advance();
  }

  save(writer: StateBytes): void {
    writer.open();
    this.#recent?.save(writer);
    writer.close();
    saveNamed(writer, this.#windows, () => true);
    saveNamed(writer, this.#ewmas, () => true);
    saveNamed(writer, this.#nodes, ({ window }) => window.isClosing);
    saveNamed(writer, this.#weights, () => true);
  }

  /** Everything that has state. */
  parts(): Set<object> {
    const parts = new Set<object>([
      ...this.#windows.values(),
      ...this.#ewmas.values(),
      ...this.#nodes.values(),
      ...this.#weights.values(),
    ]);
    if (this.#recent !== null) parts.add(this.#recent);
    return parts;
  }

  /**
   * A window that the snapshot does not know starts empty; one that nobody wants any more is left out.
   *
   * @param kept parts that stay as they are
   */
  load(reader: StateBytesReader, kept: ReadonlySet<object> = NOTHING): void {
    reader.open();
    if (!reader.isAtEnd && this.#recent !== null && !kept.has(this.#recent)) this.#recent.load(reader);
    reader.close();
    for (const nodes of [this.#windows, this.#ewmas, this.#nodes, this.#weights]) {
      loadNamed(reader, nodes, kept);
    }
  }
}

const NOTHING: ReadonlySet<object> = new Set();

/** The order in which windows were first wanted says nothing: they stay in that of their keys. */
function withNode<T>(known: Nodes<T>, key: string, node: T): Nodes<T> {
  const nodes = known === NONE ? new Map<string, T>() : known;
  const later = [...nodes].filter(([other]) => compareCodePoints(other, key) > 0);
  for (const [other] of later) nodes.delete(other);
  nodes.set(key, node);
  for (const [other, one] of later) nodes.set(other, one);
  return nodes;
}

function saveNamed<T extends SavedNode>(
  writer: StateBytes,
  nodes: ReadonlyMap<string, T>,
  isSaved: (node: T) => boolean,
): void {
  writer.open();
  for (const [key, node] of nodes) {
    if (!isSaved(node)) continue;
    writer.text(key).open();
    node.save(writer);
    writer.close();
  }
  writer.close();
}

function loadNamed(
  reader: StateBytesReader,
  nodes: ReadonlyMap<string, SavedNode>,
  kept: ReadonlySet<object>,
): void {
  reader.open();
  while (!reader.isAtEnd) {
    const node = nodes.get(reader.text());
    reader.open();
    if (node !== undefined && !kept.has(node)) node.load(reader);
    reader.close();
  }
  reader.close();
}

function createWindow(moment: Moment, { window, where }: Aggregate, source: ReadingSource): ReadingWindow {
  const filter = where.length === 0 ? null : readingFilter(where);
  switch (window.kind) {
    case 'sliding':
      return new SlidingWindow(moment, filter, window.overMs);
    case 'count':
      return new CountWindow(moment, filter, window.count);
    case 'aligned':
      return new AlignedWindow({ moment, where: filter, source }, window);
    case 'session':
      return new SessionWindow({ moment, where: filter, source }, window);
    default:
      throw new Error(`windows of kind ${window.kind} have no operator`);
  }
}

const KEYS = new WeakMap<Aggregate, { readonly window: string; readonly node: string }>();

/** What two aggregates over one source must have in common to share a window, and to share a node. */
function keyOf(aggregate: Aggregate): { readonly window: string; readonly node: string } {
  let key = KEYS.get(aggregate);
  if (key === undefined) {
    const window = JSON.stringify([aggregate.window, aggregate.where]);
    const { percent, minCount, full, perMs, aheadMs, limit } = aggregate;
    key = {
      window,
      node: JSON.stringify([window, aggregate.function, percent, minCount, full, perMs, aheadMs, limit]),
    };
    KEYS.set(aggregate, key);
  }
  return key;
}
