import { AbsentCondition } from '../conditions/absent-condition.js';
import type { ConditionNode } from '../conditions/condition-node.js';
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

/** A condition with what belongs to it. */
interface Conditioned {
  readonly condition: ConditionNode;
}

/** The signals whose values alone decide whether anything changes for an instance when a message comes. */
export class Watch {
  /** Does anything leave it out? */
  isClosed = false;
  /** Of the first topic that reaches it, which is mostly the only one: it lies in here to take less. */
  #topic: string | null = null;
  #ranges: QuietRanges | null = null;
  #position = 0;
  /** Of the others. */
  #places: readonly Place[] = fitted([]);

  /** @param signals those that it has of its own */
  constructor(
    private readonly levels: readonly Conditioned[],
    private readonly signals: readonly SignalNode[],
  ) {}

  /** Those of its signals that the messages of a topic change. */
  signalsOf(topic: string): SignalNode[] {
    const watched = watchedBy(this.levels, this.signals) ?? [];
    return watched.filter((signal) => topicOf(signal) === topic);
  }

  /** Takes its place in the ranges of a topic. */
  join(topic: string, ranges: QuietRanges, position: number): void {
    this.#topic ??= topic;
    if (this.#topic === topic) {
      this.#ranges = ranges;
      this.#position = position;
      return;
    }
    const others = this.#places.filter((place) => place.topic !== topic);
    this.#places = withOne(others, { topic, ranges, position });
  }

  /** The instance has settled, and is next due then. */
  close(due: number): void {
    if (!areAllSteady(this.levels)) {
      this.open();
      return;
    }
    this.isClosed = true;
    this.#ranges?.close(this.#position, due, this.levels);
    for (let i = 0; i < this.#places.length; i++) {
      const place = this.#places[i];
      place?.ranges.close(place.position, due, this.levels);
    }
  }

  /** Are all its signals where it stays as it is? */
  holds(moment: Moment): boolean {
    if (this.#ranges === null || !this.#ranges.holds(this.#position, moment)) return false;
    for (const { ranges, position } of this.#places) if (!ranges.holds(position, moment)) return false;
    return true;
  }

  /** From now on nothing leaves it out. */
  open(): void {
    this.isClosed = false;
    this.#ranges?.open(this.#position);
    for (let i = 0; i < this.#places.length; i++) {
      const place = this.#places[i];
      place?.ranges.open(place.position);
    }
  }
}

/** `null`: more than numbers in ranges decides, and the instance is settled in every step that reaches it. */
export function createWatch(levels: readonly Conditioned[], signals: readonly SignalNode[]): Watch | null {
  const watched = watchedBy(levels, signals);
  if (watched === null) return null;
  for (const signal of watched) if (topicOf(signal) === null) return null;
  return new Watch(levels, signals);
}

function areAllSteady(levels: readonly Conditioned[]): boolean {
  for (let i = 0; i < levels.length; i++) if (levels[i]?.condition.isSteady !== true) return false;
  return true;
}

function watchedBy(levels: readonly Conditioned[], signals: readonly SignalNode[]): SignalNode[] | null {
  const watched = signals.slice();
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i];
    if (level !== undefined && !collect(level.condition, watched)) return null;
  }
  return watched;
}

/** Collects what a condition looks at. False: the condition is of a kind that has no quiet ranges. */
function collect(condition: ConditionNode, watched: SignalNode[]): boolean {
  if (condition instanceof ThresholdCondition || condition instanceof RangeCondition) {
    if (!watched.includes(condition.signal)) watched.push(condition.signal);
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
