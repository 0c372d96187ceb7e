import type { EngineCounts } from '../engine/engine-counts.js';
import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { type Incoming, ReadingSource } from './reading-source.js';
import type { Series } from './series.js';
import { UNKNOWN } from './signal-node.js';

/** All series that match one filter, seen as one input: every reading counts, the value is the newest of them all. */
export class Pool extends ReadingSource {
  readonly members: Series[] = [];
  /** The last snapshot that has it. */
  savedIn = 0;
  /** Own time of the newest reading. */
  #time = Number.NEGATIVE_INFINITY;
  #newest: Series | null = null;
  #newestIsRetained = false;

  constructor(
    readonly filter: string,
    readonly field: string,
    private readonly counts: Pick<EngineCounts, 'wideAcross'>,
  ) {
    super();
  }

  get isSilent(): boolean {
    return this.members.some((member) => member.isSilent);
  }

  /** Pools of one filter and field are the same. */
  get key(): string {
    return poolKey(this.filter, this.field);
  }

  /** It has more series than one `across` may look at, which is then unknown: people are told of it. */
  countAsTooWide(): void {
    this.counts.wideAcross++;
  }

  add(series: Series): void {
    series.pools.push({ pool: this, member: this.members.length });
    this.members.push(series);
  }

  accept(reading: Incoming, from: Series, late: boolean, moment: Moment): void {
    this.lastArrival = moment.now;
    this.heardAt = moment.now;
    const isNewest = !late && (this.#newest === null || this.#newestIsRetained || reading.time >= this.#time);
    if (isNewest) {
      this.#newest = from;
      this.#newestIsRetained = false;
      this.#time = reading.time;
      this.arrival = moment.now;
    }
    if (!late) this.readingStep = moment.step;
    if (this.#newest === from) this.copy(from);
    this.pass(reading);
  }

  /** The grace of a member is another: the longest of all counts. */
  wait(): void {
    this.graceMs = 0;
    for (const { graceMs } of this.members) this.graceMs = Math.max(this.graceMs, graceMs);
  }

  /** A retained value counts as older than any reading. */
  retained(from: Series): void {
    this.heardAt = from.heardAt;
    if (this.#newest !== null && !this.#newestIsRetained) return;
    this.#newest = from;
    this.#newestIsRetained = true;
    this.arrival = from.arrival;
    this.copy(from);
  }

  /** A member's value changed without a reading. */
  shown(from: Series): void {
    if (this.#newest === from) this.copy(from);
  }

  mismatched(from: Series): void {
    if (this.#newest === from) this.kind = UNKNOWN;
  }

  /** A member began anew; the reading that made it do so follows at once. */
  forget(from: Series, member: number): void {
    for (const sink of this.sinks) sink.forgetMember(member);
    if (this.#newest !== from) return;
    this.#newest = null;
    this.#time = Number.NEGATIVE_INFINITY;
    for (const other of this.members) this.#consider(other, from);
  }

  #consider(other: Series, gone: Series): void {
    if (other === gone || other.count === 0) return;
    const newer = other.time > this.#time || (other.time === this.#time && other.arrival >= this.arrival);
    if (this.#newest !== null && !newer) return;
    this.#newest = other;
    this.#time = other.time;
    this.arrival = other.arrival;
    this.copy(other);
  }

  override save(writer: StateBytes): void {
    this.saveNewest(writer);
    writer.number(this.#time).text(this.#newest?.topic ?? '');
    writer
      .boolean(this.#newest !== null)
      .boolean(this.#newestIsRetained)
      .number(this.graceMs);
    this.saveStandstills(writer);
  }

  /** The members are there already. */
  override load(reader: StateBytesReader): void {
    this.loadNewest(reader);
    this.#time = reader.number();
    const newest = reader.text();
    this.#newest = reader.boolean() ? (this.members.find((member) => member.topic === newest) ?? null) : null;
    this.#newestIsRetained = reader.boolean();
    this.graceMs = reader.number();
    this.loadStandstills(reader);
  }
}

export function poolKey(filter: string, field: string): string {
  return `${filter}\u0000${field}`;
}
