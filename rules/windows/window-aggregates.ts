import { compareCodePoints } from '../engine/code-point-order.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { fitted, withOne } from '../exact-lists.js';
import type { ReadingSource } from '../signals/reading-source.js';
import type { Silence } from '../signals/silences.js';
import type { Spans } from '../time/spans.js';
import type { Accumulator } from './accumulator.js';
import { DistinctTally } from './distinct-tally.js';
import { ExtremaAccumulator } from './extrema-accumulator.js';
import { HoldAccumulator } from './hold-accumulator.js';
import { LineAccumulator } from './line-accumulator.js';
import { MeasuredAccumulator } from './measured-accumulator.js';
import { MomentsAccumulator } from './moments-accumulator.js';
import { OrderTally } from './order-tally.js';
import type { ReadingBefore } from './reading-before.js';
import { changeOf, riseOf, StepAccumulator } from './step-accumulator.js';
import { SumAccumulator } from './sum-accumulator.js';
import type { Tally } from './tally.js';
import type { WindowBuffer } from './window-buffer.js';

/** What is kept over the readings of one window: each family of aggregates from when it is first asked for. */
export class WindowAggregates {
  #sum: SumAccumulator | null = null;
  #squares: SumAccumulator | null = null;
  #line: LineAccumulator | null = null;
  #order: OrderTally | null = null;
  #distinct: DistinctTally | null = null;
  #extrema: ExtremaAccumulator | null = null;
  #moments: MomentsAccumulator | null = null;
  #rises: StepAccumulator | null = null;
  #changes: StepAccumulator | null = null;
  /** One for each age at which values are too old. */
  #holds: readonly HoldAccumulator[] = fitted([]);
  /** By name: the order in which they were first wanted says nothing. */
  #accumulators: readonly Accumulator[] = fitted([]);
  #measured: readonly MeasuredAccumulator[] = fitted([]);
  #tallies: readonly Tally[] = fitted([]);

  constructor(
    private readonly buffer: WindowBuffer,
    private readonly before: ReadingBefore,
    private readonly gaps: Spans,
  ) {}

  get sum(): SumAccumulator {
    this.#sum ??= this.#adopt(new SumAccumulator('sum', this.buffer, (value) => value));
    return this.#sum;
  }

  get squares(): SumAccumulator {
    this.#squares ??= this.#adopt(new SumAccumulator('squares', this.buffer, (value) => value * value));
    return this.#squares;
  }

  get line(): LineAccumulator {
    this.#line ??= this.#adopt(new LineAccumulator(this.buffer));
    return this.#line;
  }

  get order(): OrderTally {
    this.#order ??= this.#adoptTally(new OrderTally(this.buffer));
    return this.#order;
  }

  get distinct(): DistinctTally {
    this.#distinct ??= this.#adoptTally(new DistinctTally(this.buffer));
    return this.#distinct;
  }

  get extrema(): ExtremaAccumulator {
    this.#extrema ??= this.#adopt(new ExtremaAccumulator(this.buffer));
    return this.#extrema;
  }

  get moments(): MomentsAccumulator {
    this.#moments ??= this.#adopt(new MomentsAccumulator(this.buffer));
    return this.#moments;
  }

  get rises(): StepAccumulator {
    this.#rises ??= this.#adoptMeasured(new StepAccumulator('rises', this.buffer, riseOf, this.before));
    return this.#rises;
  }

  get changes(): StepAccumulator {
    this.#changes ??= this.#adoptMeasured(new StepAccumulator('changes', this.buffer, changeOf, this.before));
    return this.#changes;
  }

  /** The values by how long they held, at most so long. */
  holds(maxAgeMs: number, source: ReadingSource): HoldAccumulator {
    const known = this.#holds.find((holds) => holds.maxAgeMs === maxAgeMs);
    if (known !== undefined) return known;
    const { buffer, before, gaps } = this;
    const holds = this.#adoptMeasured(new HoldAccumulator({ buffer, before, gaps, maxAgeMs, source }));
    this.#holds = withOne(this.#holds, holds);
    return holds;
  }

  /** Lets go of everything else. */
  keepOnly(wanted: ReadonlySet<unknown>): void {
    const wantedOrNull = <T>(kept: T | null): T | null => (wanted.has(kept) ? kept : null);
    this.#sum = wantedOrNull(this.#sum);
    this.#squares = wantedOrNull(this.#squares);
    this.#line = wantedOrNull(this.#line);
    this.#order = wantedOrNull(this.#order);
    this.#distinct = wantedOrNull(this.#distinct);
    this.#extrema = wantedOrNull(this.#extrema);
    this.#moments = wantedOrNull(this.#moments);
    this.#rises = wantedOrNull(this.#rises);
    this.#changes = wantedOrNull(this.#changes);
    this.#holds = fitted(this.#holds.filter((kept) => wanted.has(kept)));
    for (const accumulator of this.#accumulators) if (!wanted.has(accumulator)) accumulator.release();
    this.#accumulators = fitted(this.#accumulators.filter((kept) => wanted.has(kept)));
    this.#measured = fitted(this.#measured.filter((kept) => wanted.has(kept)));
    this.#tallies = fitted(this.#tallies.filter((kept) => wanted.has(kept)));
  }

  /** A reading was put in. */
  entered(position: number, pass: boolean): void {
    const slot = this.buffer.slot(position);
    if (pass) for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]?.add(slot);
    if (position < this.buffer.size - 1) this.#inserted(position);
    else this.#appended(slot);
  }

  /** The oldest reading is about to leave. */
  leaving(slot: number): void {
    for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]?.remove(slot);
  }

  /** All readings become the front part. */
  flip(): void {
    for (const accumulator of this.#accumulators) accumulator.flip();
  }

  /** Another reading is the one just before the window now. */
  beforeChanged(): void {
    for (const measured of this.#measured) measured.beforeChanged();
  }

  /** Works everything out from the readings again. */
  startOver(): void {
    for (const tally of this.#tallies) this.#fill(tally);
    for (const measured of this.#measured) measured.measureAll();
    for (const accumulator of this.#accumulators) {
      accumulator.rebuildBack();
      accumulator.rebuildFront();
    }
  }

  /** The value of the source is unknown from now on. */
  lapse(now: number): void {
    for (const holds of this.#holds.values()) holds.lapse(now);
  }

  beginSilence(why: Silence, now: number): void {
    for (const { silences } of this.#holds.values()) silences.begin(why, now);
  }

  endSilence(why: Silence, now: number): void {
    for (const { silences } of this.#holds.values()) silences.end(why, now);
  }

  #appended(slot: number): void {
    for (let i = 0; i < this.#measured.length; i++) this.#measured[i]?.measureNewest();
    for (let i = 0; i < this.#accumulators.length; i++) this.#accumulators[i]?.add(slot);
  }

  #inserted(position: number): void {
    const isInFront = position < this.buffer.frontSize;
    for (const accumulator of this.#accumulators) {
      if (accumulator instanceof MeasuredAccumulator) accumulator.measureAgain();
      else if (isInFront) accumulator.rebuildFront();
      else accumulator.insertBack(position);
    }
  }

  #adopt<T extends Accumulator>(accumulator: T): T {
    const all = withOne(this.#accumulators, accumulator);
    this.#accumulators = all.toSorted((a, b) => compareCodePoints(a.name, b.name));
    accumulator.rebuildBack();
    accumulator.rebuildFront();
    return accumulator;
  }

  #adoptTally<T extends Tally>(tally: T): T {
    this.#tallies = withOne(this.#tallies, tally);
    this.#fill(tally);
    return tally;
  }

  #fill(tally: Tally): void {
    tally.clear();
    for (let position = 0; position < this.buffer.size; position++) {
      const slot = this.buffer.slot(position);
      if (this.buffer.passesAt(slot)) tally.add(slot);
    }
  }

  #adoptMeasured<T extends MeasuredAccumulator>(accumulator: T): T {
    this.#measured = withOne(this.#measured, accumulator);
    this.#adopt(accumulator).measureAgain();
    return accumulator;
  }

  /** Those that the snapshot does not know are made from the readings. */
  load(reader: StateBytesReader): void {
    for (const tally of this.#tallies) this.#fill(tally);
    for (const measured of this.#measured) measured.measureAll();
    const loaded = new Set<Accumulator>();
    reader.open();
    while (!reader.isAtEnd) {
      const name = reader.text();
      const accumulator = this.#accumulators.find((one) => one.name === name);
      reader.open();
      accumulator?.load(reader);
      reader.close();
      if (accumulator !== undefined) loaded.add(accumulator);
    }
    reader.close();
    for (const accumulator of this.#accumulators) {
      if (!loaded.has(accumulator)) accumulator.rebuildBack();
      accumulator.rebuildFront();
    }
  }

  save(writer: StateBytes): void {
    writer.open();
    for (const accumulator of this.#accumulators) {
      writer.text(accumulator.name).open();
      accumulator.save(writer);
      writer.close();
    }
    writer.close();
  }
}
