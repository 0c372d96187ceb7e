import { compareCodePoints } from '../engine/code-point-order.js';
import type { Moment } from '../engine/moment.js';
import { StateList, StateReader, type StateWriter } from '../engine/state.js';
import type { Incoming, ReadingSink } from '../signals/reading-source.js';
import type { Accumulator } from './accumulator.js';
import { DistinctTally } from './distinct-tally.js';
import { ExtremaAccumulator } from './extrema-accumulator.js';
import { LineAccumulator } from './line-accumulator.js';
import { MomentsAccumulator } from './moments-accumulator.js';
import { OrderTally } from './order-tally.js';
import { ReadingBefore } from './reading-before.js';
import { changeOf, riseOf, StepAccumulator } from './step-accumulator.js';
import { SumAccumulator } from './sum-accumulator.js';
import type { Tally } from './tally.js';
import { WindowBuffer } from './window-buffer.js';

/** Does a reading enter (`where`)? `null`: every reading does. */
export type ReadingFilter = (reading: Incoming) => boolean;

/** What is computed over a window. */
export interface WindowNode {
  /** What the window keeps for it. */
  kept(): unknown;
  /** The window closes. */
  capture(): void;
  setUnknown(): void;
}

/**
 * A window over the readings of one source, and the aggregates kept over it. Rules that use the same window on the
 * same input share it. Subclasses say which readings are inside and when one leaves.
 */
export abstract class ReadingWindow implements ReadingSink {
  readonly buffer: WindowBuffer;
  readonly before = new ReadingBefore();
  /** Counts the changes of the content. */
  version = 0;
  /** When the oldest reading leaves by time alone. */
  deadline = Number.POSITIVE_INFINITY;
  /** When the last reading entered or left. */
  changedAt = Number.NEGATIVE_INFINITY;
  /** Does it give its value when it closes, and hold it? The others are live. */
  readonly isClosing: boolean = false;
  /** The step in which it last closed. */
  closedStep = 0;
  /** What takes its value when the window closes. */
  readonly closing: WindowNode[] = [];
  /** Own time of the first reading that came; NaN: none yet. */
  firstTime = Number.NaN;
  /** Readings in the window that pass. */
  passing = 0;

  #sum: SumAccumulator | null = null;
  #squares: SumAccumulator | null = null;
  #line: LineAccumulator | null = null;
  #order: OrderTally | null = null;
  #distinct: DistinctTally | null = null;
  #extrema: ExtremaAccumulator | null = null;
  #moments: MomentsAccumulator | null = null;
  #rises: StepAccumulator | null = null;
  #changes: StepAccumulator | null = null;
  #accumulators: Accumulator[] = [];
  #steps: StepAccumulator[] = [];
  #tallies: Tally[] = [];

  constructor(
    protected readonly moment: Moment,
    protected readonly where: ReadingFilter | null,
    keepsFailing: boolean,
  ) {
    this.buffer = new WindowBuffer(keepsFailing);
  }

  abstract enter(reading: Incoming): void;
  /** Brings the content up to the moment: lets go what has left. */
  abstract advance(): void;
  /** Is the window as long as it says (`full`)? */
  abstract isFull(): boolean;
  /** When it becomes full by time alone; `Infinity` if it is, or if only readings can fill it. */
  abstract fullAt(): number;

  /** Slot of the oldest reading that passes; there must be one. */
  oldestPassing(): number {
    let position = 0;
    while (!this.buffer.passesAt(this.buffer.slot(position))) position++;
    return this.buffer.slot(position);
  }

  newestPassing(): number {
    let position = this.buffer.size - 1;
    while (!this.buffer.passesAt(this.buffer.slot(position))) position--;
    return this.buffer.slot(position);
  }

  /** Is there a window at all? One over the runs of a condition is not until the first run. */
  get exists(): boolean {
    return true;
  }

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
    this.#rises ??= this.#adoptSteps(new StepAccumulator('rises', this.buffer, riseOf, this.before));
    return this.#rises;
  }

  get changes(): StepAccumulator {
    this.#changes ??= this.#adoptSteps(new StepAccumulator('changes', this.buffer, changeOf, this.before));
    return this.#changes;
  }

  /** Lets go of what it keeps for none of these. */
  keepFor(nodes: readonly WindowNode[]): void {
    const wanted = new Set(nodes.map((node) => node.kept()));
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
    this.#accumulators = this.#accumulators.filter((kept) => wanted.has(kept));
    this.#steps = this.#steps.filter((kept) => wanted.has(kept));
    this.#tallies = this.#tallies.filter((kept) => wanted.has(kept));
    this.closing.splice(0, this.closing.length, ...this.closing.filter((node) => nodes.includes(node)));
  }

  beginAnew(): void {
    this.firstTime = Number.NaN;
    for (const node of this.closing) node.setUnknown();
    this.buffer.members = null;
    this.forgetMember(0);
  }

  forgetMember(member: number): void {
    this.buffer.removeMember(member);
    this.before.clear();
    this.#startOver();
    this.contentChanged();
  }

  /** Takes out the readings of this time and later, oldest first. */
  protected takeNewest(time: number): Incoming[] {
    const taken = this.buffer.takeNewest(time);
    if (taken.length > 0) this.#startOver();
    return taken;
  }

  /** Works everything out from the readings again. */
  #startOver(): void {
    this.#recount();
    for (const tally of this.#tallies) this.#fill(tally);
    for (const steps of this.#steps) steps.measureAgain();
    for (const accumulator of this.#accumulators) {
      accumulator.rebuildBack();
      accumulator.rebuildFront();
    }
  }

  /** Closes: the nodes take their values as of the deadline. One that nobody looked at in time closes in no step. */
  protected captureAll(): void {
    const { now, step, byTime } = this.moment;
    this.closedStep = byTime && this.deadline === now ? step : 0;
    this.changedAt = this.deadline;
    for (const node of this.closing) node.capture();
  }

  /** Puts a reading where it belongs. */
  protected put(reading: Incoming, pass: boolean): void {
    const { buffer } = this;
    const position = buffer.positionFor(reading.time);
    const isNewest = position === buffer.size;
    const { kind, num, text, time, member } = reading;
    const isLaidOutAnew = buffer.insert(position, kind, num, text, time, member, pass);
    if (position < buffer.frontSize) buffer.frontSize++;
    if (pass) this.passing++;
    if (isLaidOutAnew) for (const accumulator of this.#accumulators) accumulator.rebuildFront();
    if (pass) for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]?.add(buffer.slot(position));
    if (isNewest) this.#appended(buffer.slot(position));
    else this.#inserted(position);
    this.contentChanged();
  }

  /** The oldest reading leaves; if it passes it becomes the one just before the window. */
  protected dropOldest(): void {
    const { buffer } = this;
    if (buffer.frontSize === 0) this.#flip();
    const slot = buffer.head;
    if (buffer.passesAt(slot)) {
      this.passing--;
      for (let i = 0; i < this.#tallies.length; i++) this.#tallies[i]?.remove(slot);
      const time = buffer.times[slot] ?? 0;
      const member = buffer.members?.[slot] ?? 0;
      this.takeBefore(buffer.kindAt(slot), buffer.values[slot] ?? 0, buffer.textAt(slot), time, member, true);
    }
    buffer.dropOldest();
    this.contentChanged();
  }

  /** A passing reading older than the window. One that just left it was the predecessor of the next already. */
  protected takeBefore(
    kind: Incoming['kind'],
    num: number,
    text: string,
    time: number,
    member: number,
    hasJustLeft: boolean,
  ): void {
    if (!this.before.take(kind, num, text, time, member) || hasJustLeft) return;
    for (const steps of this.#steps) steps.measureAgain();
    this.version++;
  }

  protected contentChanged(): void {
    this.version++;
    this.changedAt = this.moment.now;
  }

  /** A gap: what is counted in step time moves by `deltaMs`. Windows over own times do not. */
  shift(_deltaMs: number): void {}

  /** The wall clock was set. */
  offsetChanged(): void {}

  #appended(slot: number): void {
    for (let i = 0; i < this.#steps.length; i++) this.#steps[i]?.measureNewest();
    for (let i = 0; i < this.#accumulators.length; i++) this.#accumulators[i]?.add(slot);
  }

  #inserted(position: number): void {
    const isInFront = position < this.buffer.frontSize;
    for (const accumulator of this.#accumulators) {
      if (accumulator instanceof StepAccumulator) accumulator.measureAgain();
      else if (isInFront) accumulator.rebuildFront();
      else accumulator.insertBack(position);
    }
  }

  #flip(): void {
    const { buffer } = this;
    buffer.shrink();
    buffer.frontSize = buffer.size;
    for (const accumulator of this.#accumulators) accumulator.flip();
  }

  #recount(): void {
    this.passing = 0;
    for (let position = 0; position < this.buffer.size; position++) {
      if (this.buffer.passesAt(this.buffer.slot(position))) this.passing++;
    }
  }

  #adopt<T extends Accumulator>(accumulator: T): T {
    this.#accumulators.push(accumulator);
    accumulator.rebuildBack();
    accumulator.rebuildFront();
    return accumulator;
  }

  #adoptTally<T extends Tally>(tally: T): T {
    this.#tallies.push(tally);
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

  #adoptSteps(steps: StepAccumulator): StepAccumulator {
    this.#steps.push(steps);
    this.#adopt(steps).measureAgain();
    return steps;
  }

  save(writer: StateWriter): void {
    this.buffer.save(writer);
    this.before.save(writer);
    writer.put(this.firstTime, this.deadline, this.changedAt, this.closedStep);
    // The order in which they were first wanted says nothing.
    const accumulators = this.#accumulators.toSorted((a, b) => compareCodePoints(a.name, b.name));
    writer.put(
      accumulators.map((accumulator) => {
        const state = new StateList();
        accumulator.save(state);
        return [accumulator.name, state.values];
      }),
    );
  }

  /** Into an empty window. Aggregates that the snapshot does not know are made from the readings. */
  load(reader: StateReader): void {
    this.buffer.load(reader);
    this.before.load(reader);
    this.firstTime = reader.number();
    this.deadline = reader.number();
    this.changedAt = reader.number();
    this.closedStep = reader.number();
    this.#recount();
    for (const tally of this.#tallies) this.#fill(tally);
    for (const steps of this.#steps) steps.measureAll();
    const states = new Map(reader.entries());
    for (const accumulator of this.#accumulators) {
      const state = states.get(accumulator.name);
      if (state === undefined) accumulator.rebuildBack();
      else accumulator.load(new StateReader(state));
      accumulator.rebuildFront();
    }
    this.version++;
  }
}
