import { StateReader, StateWriter } from '../engine/state.js';
import type { Aggregate, ConstantComparison, Window } from '../rule.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { AggregateNode } from './aggregate-node.js';
import { CountWindow } from './count-window.js';
import { readingFilter } from './reading-filter.js';
import type { ReadingWindow } from './reading-window.js';
import { SlidingWindow } from './sliding-window.js';

/** The windows over one source: one for each length and `where`, one node for each function over it. */
export class WindowSet {
  readonly #windows = new Map<string, ReadingWindow>();
  readonly #nodes = new Map<string, AggregateNode>();

  constructor(private readonly source: ReadingSource) {}

  aggregate(aggregate: Aggregate): AggregateNode {
    const key = keyOf(aggregate);
    let node = this.#nodes.get(key.node);
    if (node === undefined) {
      node = new AggregateNode(this.source, this.#window(key.window, aggregate), aggregate);
      this.#nodes.set(key.node, node);
    }
    return node;
  }

  #window(key: string, aggregate: Aggregate): ReadingWindow {
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = createWindow(aggregate.window, aggregate.where);
      this.#windows.set(key, window);
      this.source.sinks.push(window);
    }
    return window;
  }

  save(writer: StateWriter): void {
    writer.put(
      [...this.#windows].map(([key, window]) => {
        const state = new StateWriter();
        window.save(state);
        return [key, state.values];
      }),
    );
  }

  /** A window that the snapshot does not know starts empty; one that nobody wants any more is left out. */
  load(reader: StateReader): void {
    for (const [key, state] of reader.entries()) this.#windows.get(key)?.load(new StateReader(state));
  }
}

function createWindow(window: Window, where: readonly ConstantComparison[]): ReadingWindow {
  const filter = where.length === 0 ? null : readingFilter(where);
  switch (window.kind) {
    case 'sliding':
      return new SlidingWindow(window.overMs, filter);
    case 'count':
      return new CountWindow(window.count, filter);
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
