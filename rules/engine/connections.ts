import type { Pool } from '../signals/pool.js';
import type { Standstill } from '../signals/reading-source.js';
import type { Series } from '../signals/series.js';
import type { Moment } from './moment.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';
import type { TopicBinding } from './topic-binding.js';

/** When something began: in time without gaps, which moves along with them, and the step in which it was. */
interface Since {
  time: number;
  readonly step: number;
}

const NONE = Number.POSITIVE_INFINITY;

/**
 * Which connections are down, and so which sources stand still (rule reference, section 6): a topic while the
 * connection of its newest message is down, one without a message while any is, a pool while one of its topics is.
 */
export class Connections {
  readonly #down = new Set<string>();
  /** Since when at least one has been down; `null`: all are up. */
  #since: Since | null = null;

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
    if (this.#down.size === 0) this.#since = null;
    else this.#since ??= this.#fromNow();
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

  #poolStillSince({ members }: Pool): Since | null {
    if (!members.some(({ isHeard }) => isHeard)) return this.#since;
    return members.some((member) => member.isHeard && member.isStill) ? this.#fromNow() : null;
  }

  get #allRun(): boolean {
    return this.#since === null;
  }

  #fromNow(): Since {
    const { now } = this.moment;
    return { time: now, step: now };
  }

  #settleSeries(topic: TopicBinding): void {
    const since = this.#stillSince(topic);
    topic.isStill = since !== null;
    for (const series of topic.series) this.#turn(series, since);
  }

  /** From when on a topic stands still if it does not yet; `null`: it does not. */
  #stillSince({ isHeard, source }: TopicBinding): Since | null {
    if (!isHeard) return this.#since;
    return source !== undefined && this.#down.has(source) ? this.#fromNow() : null;
  }

  #turn(source: Series | Pool, since: Since | null): void {
    if (source.isStill === (since !== null)) return;
    const { now } = this.moment;
    const standstill = { from: since === null ? source.stillSince : now, to: now };
    if (since === null) source.resume(standstill);
    else source.stop(since.time, since.step);
    this.onTurn(source, standstill);
  }

  /** A gap. */
  shift(deltaMs: number): void {
    if (this.#since !== null) this.#since.time += deltaMs;
  }

  save(writer: StateBytes): void {
    writer
      .list([...this.#down].sort())
      .number(this.#since?.time ?? NONE)
      .number(this.#since?.step ?? NONE);
  }

  load(reader: StateBytesReader): void {
    for (const name of reader.list()) if (typeof name === 'string') this.#down.add(name);
    const [time, step] = [reader.number(), reader.number()];
    this.#since = time === NONE ? null : { time, step };
  }
}
