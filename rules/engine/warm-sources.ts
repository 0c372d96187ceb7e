import { Pool } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Series } from '../signals/series.js';
import type { Binder } from './binder.js';
import type { Connections } from './connections.js';
import { stateOf } from './hand-over.js';
import { StateBytesReader } from './state-bytes-reader.js';
import type { TopicBinding } from './topic-binding.js';

/** What ties topics to series, in an engine. */
export interface BoundTopics {
  readonly binder: Binder;
  readonly connections: Connections;
}

/**
 * Gives series, pools and windows that are new with a plan the state of those of another engine, which has seen more of
 * the past. What was there before stays as it is: rules that did not change go by it.
 */
export class WarmSources {
  /** Of the sources that both have: what hung on them before the plan changed. */
  readonly #before = new Map<ReadingSource, ReadonlySet<object>>();
  readonly #topicsBefore = new Set<TopicBinding>();

  /** Called before the plan changes, and `take` after it. */
  constructor(
    private readonly own: BoundTopics,
    private readonly warm: BoundTopics,
  ) {
    for (const source of warm.binder.sources()) {
      const known = this.#find(source);
      if (known !== undefined) this.#before.set(known, own.binder.windowsOf(known).parts());
    }
    for (const { topic } of warm.binder.bindings.values()) {
      const known = own.binder.bindings.get(topic);
      if (known !== undefined) this.#topicsBefore.add(known);
    }
  }

  take(): void {
    const { binder } = this.warm;
    for (const topic of binder.bindings.values()) this.#takeTopic(topic);
    for (const pool of binder.pools.values()) if (pool.members.length > 0) this.#takeSource(pool);
  }

  #takeTopic({ topic, isHeard, source, isSilent, series }: TopicBinding): void {
    const { binder, connections } = this.own;
    const binding = binder.bind(topic);
    if (binding === null) return;
    for (const one of series) this.#takeSource(one);
    if (!this.#topicsBefore.has(binding)) {
      binding.silence(isSilent);
      if (isHeard) connections.hear(binding, source);
    }
    connections.settleTopic(binding);
  }

  #takeSource(from: ReadingSource): void {
    const to = this.#find(from);
    if (to === undefined) return;
    const before = this.#before.get(to);
    if (before === undefined) to.load(new StateBytesReader(stateOf(from)));
    const memberOf = from instanceof Pool && to instanceof Pool ? membersOf(from, to) : undefined;
    const windows = new StateBytesReader(stateOf(this.warm.binder.windowsOf(from)), memberOf);
    this.own.binder.windowsOf(to).load(windows, before);
  }

  #find(source: ReadingSource): Series | Pool | undefined {
    const { bindings, pools } = this.own.binder;
    if (source instanceof Pool) return pools.get(source.key);
    if (!(source instanceof Series)) return undefined;
    return bindings.get(source.topic)?.series.find(({ field }) => field === source.field);
  }
}

/** The members of a pool have the numbers in which its topics first came. */
function membersOf(from: Pool, to: Pool): (member: number) => number {
  const places = new Map(to.members.map(({ topic }, member) => [topic, member]));
  const numbers = from.members.map(({ topic }) => places.get(topic) ?? 0);
  return (member) => numbers[member] ?? 0;
}
