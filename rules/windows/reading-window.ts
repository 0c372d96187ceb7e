import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { fitted } from '../exact-lists.js';
import type { Incoming, ReadingSink } from '../signals/reading-source.js';
import type { HoldAccumulator } from './hold-accumulator.js';
import { ReadingBefore } from './reading-before.js';
import { WindowAggregates } from './window-aggregates.js';
import { WindowBuffer } from './window-buffer.js';

/** No window holds more: at 25 bytes each they are 125 MB. */
export const WINDOW_READINGS_MAX = 5_000_000;

/** Times are cells of its buffer: a number in an object that is no whole one lies in a place of its own. */
const DEADLINE = 0;
const CHANGED_AT = 1;
const TURNED_AT = 2;
const CLOSED_AT = 3;
const FIRST_TIME = 4;
const CELLS = 5;

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
  /** Counts the changes of the content, and of the reading just before it. */
  version = 0;
  /** Counts the changes of the content alone. */
  moves = 0;
  /** Counts the changes of what values weighed by time go by. */
  turns = 0;
  /** How often it has closed since it was made or loaded. */
  closings = 0;
  /** What takes its value when the window closes. */
  closing: readonly WindowNode[] = fitted([]);
  /** Readings in the window that pass. */
  passing = 0;
  /** Of more than so many the oldest leave early, so that a machine that talks fast cannot take all memory. */
  readingsMax = WINDOW_READINGS_MAX;

  readonly aggregates: WindowAggregates;

  constructor(
    readonly moment: Moment,
    protected readonly where: ReadingFilter | null,
    keepsFailing: boolean,
  ) {
    this.buffer = new WindowBuffer(keepsFailing, CELLS);
    this.deadline = Number.POSITIVE_INFINITY;
    this.changedAt = Number.NEGATIVE_INFINITY;
    this.turnedAt = Number.NEGATIVE_INFINITY;
    this.closedAt = Number.NEGATIVE_INFINITY;
    this.aggregates = new WindowAggregates(this.buffer, this.before, moment.gaps);
  }

  /** When the oldest reading leaves by time alone. */
  get deadline(): number {
    return this.buffer.cell(DEADLINE);
  }

  set deadline(time: number) {
    this.buffer.setCell(DEADLINE, time);
  }

  /** When the last reading entered or left. */
  get changedAt(): number {
    return this.buffer.cell(CHANGED_AT);
  }

  set changedAt(time: number) {
    this.buffer.setCell(CHANGED_AT, time);
  }

  /** When what values weighed by time go by last changed. */
  get turnedAt(): number {
    return this.buffer.cell(TURNED_AT);
  }

  set turnedAt(time: number) {
    this.buffer.setCell(TURNED_AT, time);
  }

  /** As of when it last closed. */
  get closedAt(): number {
    return this.buffer.cell(CLOSED_AT);
  }

  set closedAt(time: number) {
    this.buffer.setCell(CLOSED_AT, time);
  }

  /** Own time of the first reading that came; NaN: none yet. */
  get firstTime(): number {
    return this.buffer.cell(FIRST_TIME);
  }

  set firstTime(time: number) {
    this.buffer.setCell(FIRST_TIME, time);
  }

  /** Does it give its value when it closes, and hold it? The others are live. */
  get isClosing(): boolean {
    return false;
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

  /** How often what varies between readings is worked out, in ms; `Infinity`: when it closes. */
  get tickMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** The stretch of own time that the window is, as of a time. */
  abstract from(asOf: number): number;
  to(asOf: number): number {
    return asOf;
  }

  /** Since when it has been live; `Infinity`: it stands still. */
  get liveSince(): number {
    return Number.NEGATIVE_INFINITY;
  }

  /** Do values weighed by time look different a little later than `at`? */
  isVarying(holds: HoldAccumulator, at: number): boolean {
    return holds.isVaryingOver(this.from(at), at);
  }

  /** Lets go of what it keeps for none of these. */
  keepFor(nodes: readonly WindowNode[]): void {
    this.aggregates.keepOnly(new Set(nodes.map((node) => node.kept())));
    this.closing = fitted(this.closing.filter((node) => nodes.includes(node)));
  }

  beginAnew(): void {
    this.firstTime = Number.NaN;
    for (const node of this.closing) node.setUnknown();
    this.buffer.members = null;
    this.forgetMember(0);
  }

  forgetMember(member: number): void {
    this.removeMember(member);
    this.contentChanged();
  }

  protected removeMember(member: number): void {
    this.buffer.removeMember(member);
    this.before.clear();
    this.#startOver();
  }

  /** Takes out the readings of this time and later, oldest first. */
  protected takeNewest(time: number): Incoming[] {
    const taken = this.buffer.takeNewest(time);
    if (taken.length > 0) this.#startOver();
    return taken;
  }

  #startOver(): void {
    this.#recount();
    this.aggregates.startOver();
  }

  /** Closes: the nodes take their values as of the deadline. */
  protected captureAll(): void {
    this.closings++;
    this.closedAt = this.deadline;
    this.changedAt = this.deadline;
    for (const node of this.closing) node.capture();
  }

  /** Puts a reading where it belongs. */
  protected put(reading: Incoming, pass: boolean): void {
    this.insert(reading, pass);
    this.contentChanged();
  }

  /** The same without the content counting as changed. */
  protected insert(reading: Incoming, pass: boolean): void {
    const { buffer } = this;
    if (buffer.size >= this.readingsMax) this.dropOldest();
    const position = buffer.positionFor(reading.time);
    const { kind, num, text, time, member } = reading;
    buffer.insert(position, kind, num, text, time, member, pass);
    if (position < buffer.frontSize) buffer.frontSize++;
    if (pass) this.passing++;
    this.aggregates.entered(position, pass);
  }

  /** The oldest reading leaves; if it passes it becomes the one just before the window. */
  protected dropOldest(): void {
    const { buffer } = this;
    if (buffer.frontSize === 0) this.#flip();
    const slot = buffer.head;
    if (buffer.passesAt(slot)) {
      this.passing--;
      this.aggregates.leaving(slot);
      const time = buffer.timeAt(slot);
      const member = buffer.members?.[slot] ?? 0;
      this.takeBefore(buffer.kindAt(slot), buffer.valueAt(slot), buffer.textAt(slot), time, member, true);
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
    if (this.before.take(kind, num, text, time, member) && !hasJustLeft) this.beforeChanged();
  }

  protected beforeChanged(): void {
    this.aggregates.beforeChanged();
    this.version++;
    this.turned();
  }

  protected turned(): void {
    this.turns++;
    this.turnedAt = this.moment.now;
  }

  lapse(now: number): void {
    this.aggregates.lapse(now);
  }

  recover(now: number): void {
    this.aggregates.endSilence('unknown', now);
  }

  protected contentChanged(): void {
    this.version++;
    this.moves++;
    this.changedAt = this.moment.now;
    this.turned();
  }

  /** A gap: what is counted in step time moves by `deltaMs`. Windows over own times do not. */
  shift(_deltaMs: number): void {}

  /** The wall clock was set. */
  offsetChanged(): void {}

  #flip(): void {
    const { buffer } = this;
    buffer.shrink();
    buffer.frontSize = buffer.size;
    this.aggregates.flip();
  }

  #recount(): void {
    this.passing = 0;
    for (let position = 0; position < this.buffer.size; position++) {
      if (this.buffer.passesAt(this.buffer.slot(position))) this.passing++;
    }
  }

  save(writer: StateBytes): void {
    this.buffer.save(writer);
    this.before.save(writer);
    writer.number(this.firstTime).number(this.deadline);
    writer.number(this.changedAt).number(this.turnedAt).number(this.closedAt);
    this.aggregates.save(writer);
  }

  /** Into an empty window. Aggregates that the snapshot does not know are made from the readings. */
  load(reader: StateBytesReader): void {
    this.buffer.load(reader);
    this.before.load(reader);
    this.firstTime = reader.number();
    this.deadline = reader.number();
    this.changedAt = reader.number();
    this.turnedAt = reader.number();
    this.closedAt = reader.number();
    this.#recount();
    this.aggregates.load(reader);
    this.version++;
  }
}
