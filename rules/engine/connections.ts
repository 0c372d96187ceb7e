import type { Pool } from '../signals/pool.js';
import type { Standstill } from '../signals/reading-source.js';
import type { Series } from '../signals/series.js';
import type { Moment } from './moment.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';
import type { TopicBinding } from './topic-binding.js';

/**
 * Which connections are down, and so which sources stand still (rule reference, section 6): a topic while the
 * connection of its newest message is down, one without a message while any is, a pool while one of its topics is.
 */
export class Connections {
  readonly #down = new Set<string>();
  /** Since when at least one has been down; `Infinity`: all are up. Gaps are not counted. */
  #since = Number.POSITIVE_INFINITY;
  /** The step in which that was. */
  #sinceStep = Number.POSITIVE_INFINITY;

  constructor(
    private readonly moment: Moment,
    /** Told of every source that stops or goes on. */
    private readonly onTurn: (source: Series | Pool, standstill: Standstill) => void,
  ) {}

  /** A connection went down or came up. */
  set(name: string, isUp: boolean, topics: Iterable<TopicBinding>, pools: Iterable<Pool>): void {
    if (this.#down.has(name) !== isUp) return;
    if (isUp) this.#down.delete(name);
    else this.#down.add(name);
    const { now } = this.moment;
    if (this.#down.size === 0)
      [this.#since, this.#sinceStep] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    else if (this.#allRun) [this.#since, this.#sinceStep] = [now, now];
    for (const topic of topics) this.#settleSeries(topic);
    for (const pool of pools) this.settlePool(pool);
  }

  /** A message of a topic comes by a connection (`undefined`: one that is always up). */
  hear(topic: TopicBinding, source: string | undefined): void {
    topic.hear(source);
    this.settleTopic(topic);
  }

  /** Stops or starts what hangs on a topic as its connection is. */
  settleTopic(topic: TopicBinding): void {
    if (this.#allRun && !topic.isStill) return;
    this.#settleSeries(topic);
    for (const series of topic.series) for (const { pool } of series.pools) this.settlePool(pool);
  }

  settlePool(pool: Pool): void {
    if (this.#allRun && !pool.isStill) return;
    this.#turn(pool, this.#poolStillSince(pool));
  }

  #poolStillSince({ members }: Pool): number {
    if (!members.some(({ isHeard }) => isHeard)) return this.#since;
    const isStill = members.some((member) => member.isHeard && member.isStill);
    return isStill ? this.moment.now : Number.POSITIVE_INFINITY;
  }

  get #allRun(): boolean {
    return this.#since === Number.POSITIVE_INFINITY;
  }

  #settleSeries(topic: TopicBinding): void {
    const since = this.#stillSince(topic);
    topic.isStill = since !== Number.POSITIVE_INFINITY;
    for (const series of topic.series) this.#turn(series, since);
  }

  /** From when on a topic stands still if it does not yet; `Infinity`: it does not. */
  #stillSince({ isHeard, source }: TopicBinding): number {
    if (!isHeard) return this.#since;
    return source !== undefined && this.#down.has(source) ? this.moment.now : Number.POSITIVE_INFINITY;
  }

  #turn(source: Series | Pool, since: number): void {
    const isStill = since !== Number.POSITIVE_INFINITY;
    if (source.isStill === isStill) return;
    const { now } = this.moment;
    const standstill = { from: isStill ? now : source.stillSince, to: now };
    if (isStill) source.stop(since, since === this.#since ? this.#sinceStep : now);
    else source.resume(standstill);
    this.onTurn(source, standstill);
  }

  /** A gap. */
  shift(deltaMs: number): void {
    this.#since += deltaMs;
  }

  save(writer: StateBytes): void {
    writer
      .list([...this.#down].sort())
      .number(this.#since)
      .number(this.#sinceStep);
  }

  load(reader: StateBytesReader): void {
    for (const name of reader.list()) if (typeof name === 'string') this.#down.add(name);
    this.#since = reader.number();
    this.#sinceStep = reader.number();
  }
}
