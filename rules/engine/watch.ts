import { AbsentCondition } from '../conditions/absent-condition.js';
import { areSteady, type ConditionNode } from '../conditions/condition-node.js';
import { ForCondition } from '../conditions/for-condition.js';
import { KeepForCondition } from '../conditions/keep-for-condition.js';
import { CountOfCondition, NotCondition } from '../conditions/logic-conditions.js';
import { RangeCondition } from '../conditions/range-condition.js';
import { ThresholdCondition } from '../conditions/threshold-condition.js';
import { fitted, withOne } from '../exact-lists.js';
import { AgedValue } from '../signals/aged-value.js';
import { Series } from '../signals/series.js';
import type { SignalNode } from '../signals/signal-node.js';
import { AggregateNode } from '../windows/aggregate-node.js';
import type { Moment } from './moment.js';
import type { QuietRanges } from './quiet-ranges.js';

/** Where the ranges of an instance are, for one of the topics that reach it. */
interface Place {
  readonly topic: string;
  readonly ranges: QuietRanges;
  readonly position: number;
}

/** The signals whose values alone decide whether anything changes for an instance when a message comes. */
export class Watch {
  /** Does anything leave it out? */
  isClosed = false;
  #places: readonly Place[] = fitted([]);

  constructor(
    private readonly conditions: readonly ConditionNode[],
    private readonly signals: readonly SignalNode[],
  ) {}

  /** Takes part in the ranges of a topic, as the next instance. */
  join(topic: string, ranges: QuietRanges): void {
    const position = ranges.add(this.signals.filter((signal) => topicOf(signal) === topic));
    const others = this.#places.filter((place) => place.topic !== topic);
    this.#places = withOne(others, { topic, ranges, position });
  }

  /** The instance has settled, and is next due then. */
  close(due: number): void {
    this.isClosed = areSteady(this.conditions);
    for (let i = 0; i < this.#places.length; i++) {
      const place = this.#places[i];
      if (place === undefined) break;
      if (this.isClosed) place.ranges.close(place.position, due, this.conditions);
      else place.ranges.open(place.position);
    }
  }

  /** Are all its signals where it stays as it is? */
  holds(moment: Moment): boolean {
    for (const { ranges, position } of this.#places) if (!ranges.holds(position, moment)) return false;
    return this.#places.length > 0;
  }

  /** Something changed without a step. */
  open(): void {
    this.isClosed = false;
    for (const { ranges, position } of this.#places) ranges.open(position);
  }
}

/** `null`: more than numbers in ranges decides, and the instance is settled in every step that reaches it. */
export function createWatch(
  conditions: readonly ConditionNode[],
  signals: readonly SignalNode[],
): Watch | null {
  const watched = new Set(signals);
  if (!conditions.every((condition) => collect(condition, watched))) return null;
  return [...watched].every((signal) => topicOf(signal) !== null)
    ? new Watch(conditions, [...watched])
    : null;
}

/** Collects what a condition looks at. False: the condition is of a kind that has no quiet ranges. */
function collect(condition: ConditionNode, watched: Set<SignalNode>): boolean {
  if (condition instanceof ThresholdCondition || condition instanceof RangeCondition) {
    watched.add(condition.signal);
    return condition.isFixed;
  }
  const isTransparent =
    condition instanceof AbsentCondition ||
    condition instanceof ForCondition ||
    condition instanceof KeepForCondition ||
    condition instanceof CountOfCondition ||
    condition instanceof NotCondition;
  return isTransparent && condition.parts.every((part) => collect(part, watched));
}

/** The one topic whose messages change the signal, if it is of a kind that changes by nothing else but its deadline. */
function topicOf(signal: SignalNode): string | null {
  if (signal instanceof Series) return signal.topic;
  const isLive = signal instanceof AgedValue || (signal instanceof AggregateNode && !signal.window.isClosing);
  return isLive && signal.source instanceof Series ? signal.source.topic : null;
}
