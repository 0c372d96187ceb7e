import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { type Incoming, ReadingSource } from './reading-source.js';
import { type Kind, SignalNode, TEXT, UNKNOWN } from './signal-node.js';

/**
 * A derived signal as a source of readings: one, at the step's time, in each step in which a signal it is made of
 * gives one and its own value is known. It belongs to one instance.
 */
export class DerivedSource extends ReadingSource {
  readonly previous: SignalNode;
  /** What it is made of says so. */
  override readonly isSilent = false;
  readonly #newest: DerivedReading;
  readonly #previous: DerivedReading;
  /** `null`: not settled yet. */
  #isLapsed: boolean | null = null;
  readonly #incoming: Incoming = {
    kind: UNKNOWN,
    num: 0,
    text: '',
    time: 0,
    arrival: 0,
    isLate: false,
    member: 0,
  };

  constructor(private readonly signal: SignalNode) {
    super();
    this.#newest = new DerivedReading(this);
    this.#previous = new DerivedReading(this);
    this.previous = this.#previous;
  }

  get hasChanged(): boolean {
    const before = this.#previous;
    const now = this.#newest;
    if (before.kind === UNKNOWN) return false;
    return (
      before.kind !== now.kind || (now.kind === TEXT ? before.text !== now.text : before.num !== now.num)
    );
  }

  override settle(moment: Moment): void {
    const { signal } = this;
    this.#noteLapse(signal.kind === UNKNOWN, moment.now);
    this.copy(signal);
    if (signal.kind === UNKNOWN || this.readingStep === moment.step || !signal.givesReading(moment)) return;
    this.readingStep = moment.step;
    this.#previous.copy(this.#newest);
    this.#newest.copy(signal);
    const incoming = this.#incoming;
    incoming.kind = signal.kind;
    incoming.num = signal.num;
    incoming.text = signal.text;
    incoming.time = moment.now;
    incoming.arrival = moment.now;
    this.pass(incoming);
  }

  #noteLapse(isLapsed: boolean, now: number): void {
    if (isLapsed === this.#isLapsed) return;
    this.#isLapsed = isLapsed;
    if (isLapsed) this.lapse(now);
    else this.recover(now);
  }

  override save(writer: StateBytes): void {
    writer.number(this.readingStep);
    this.#newest.save(writer);
    this.#previous.save(writer);
  }

  override load(reader: StateBytesReader): void {
    this.readingStep = reader.number();
    this.#newest.load(reader);
    this.#previous.load(reader);
  }
}

/** One of the last two readings of a derived signal. */
class DerivedReading extends SignalNode {
  constructor(private readonly source: DerivedSource) {
    super();
  }

  override givesReading(moment: Moment): boolean {
    return this.source.givesReading(moment);
  }

  /** A text of before says nothing beside a number. */
  override save(writer: StateBytes): void {
    writer
      .number(this.kind)
      .number(this.num)
      .text(this.kind === TEXT ? this.text : '');
  }

  override load(reader: StateBytesReader): void {
    this.kind = reader.number() as Kind;
    this.num = reader.number();
    this.text = reader.text();
  }
}
