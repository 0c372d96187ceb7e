import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming, ReadingSink, ReadingSource } from './reading-source.js';
import { type Kind, SignalNode, TEXT } from './signal-node.js';

/**
 * Exponentially weighted mean of irregular readings (Eckner 2019, the "last point" form): starts at the first
 * reading, then m ← x + (m − x)·2^(−Δt/halfLife). A late reading changes nothing; a string makes it unknown.
 */
export class EwmaNode extends SignalNode implements ReadingSink {
  /** Own time of the reading before; NaN: none yet. */
  #time = Number.NaN;
  #mean = Number.NaN;

  constructor(
    private readonly source: ReadingSource,
    private readonly halfLifeMs: number,
  ) {
    super();
  }

  override get isOwn(): boolean {
    return false;
  }

  override givesReading(moment: Moment): boolean {
    return this.source.givesReading(moment);
  }

  enter(reading: Incoming): void {
    if (reading.time < this.#time) return;
    const value = reading.kind === TEXT ? Number.NaN : reading.num;
    const isFirst = Number.isNaN(this.#time);
    const weight = isFirst ? 0 : 2 ** (-(reading.time - this.#time) / this.halfLifeMs);
    this.#mean = isFirst ? value : value + (this.#mean - value) * weight;
    this.#time = reading.time;
    this.setNumber(this.#mean);
  }

  /** Pools have no weighted mean. */
  forgetMember(): void {}

  lapse(): void {}
  recover(): void {}

  beginAnew(): void {
    this.#time = Number.NaN;
    this.#mean = Number.NaN;
    this.setUnknown();
  }

  override save(writer: StateBytes): void {
    writer.number(this.#time).number(this.#mean).number(this.kind);
  }

  override load(reader: StateBytesReader): void {
    this.#time = reader.number();
    this.#mean = reader.number();
    const kind = reader.number() as Kind;
    this.setNumber(this.#mean);
    this.kind = kind;
  }
}
