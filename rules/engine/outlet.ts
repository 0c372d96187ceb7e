import type { Scalar } from '../reading.js';
import { SignalNode, UNKNOWN } from '../signals/signal-node.js';
import type { MarkEvent, RowScorer } from '../supply.js';
import { Boundaries } from '../time/boundaries.js';
import type { SavedNode } from './hand-over.js';
import type { Moment } from './moment.js';
import type { StateBytes } from './state-bytes.js';
import type { StateBytesReader } from './state-bytes-reader.js';
import type { TopicBinding } from './topic-binding.js';

/** What an instance of a view or a model gives on. It settles after the instance's signals. */
export abstract class Outlet {
  abstract readonly fields: readonly OutletField[];
  /** When it next gives something by time alone; `Infinity`: only with its signals. */
  deadline = Number.POSITIVE_INFINITY;
  /** Where what it gives arrives; `null`: nobody reads it; `undefined`: not looked up since the rules changed. */
  binding: TopicBinding | null | undefined = undefined;

  /** Works out what it gives in this step. */
  abstract settle(moment: Moment): void;

  /** The wall clock was set, or there was a gap. */
  clockChanged(_moment: Moment): void {}

  /** Somebody marked the instance. */
  mark(_moment: Moment, _event: MarkEvent): void {}

  /** The rules changed: others may read it. What it gave is no reading of this step. */
  lookAgain(): void {
    this.binding = undefined;
    for (const field of this.fields) field.isReading = false;
  }

  /** Of what a model gives. */
  get quality(): string | null {
    return null;
  }

  values(): Record<string, Scalar | null> {
    return Object.fromEntries(this.fields.map(({ name, value }) => [name, value.scalar()]));
  }
}

/** One of the values that an outlet gives. */
export interface OutletField {
  readonly name: string;
  readonly value: SignalNode;
  /** Is it a reading of the present step? A value can also change without one. */
  isReading: boolean;
}

/** Fields as they are at every instant; a field gives a reading when its signal does. */
export class LiveOutlet extends Outlet {
  readonly fields: readonly OutletField[];

  constructor(signals: readonly NamedSignal[]) {
    super();
    this.fields = signals.map(({ name, signal }) => ({ name, value: signal, isReading: false }));
  }

  override settle(moment: Moment): void {
    for (let i = 0; i < this.fields.length; i++) {
      const field = this.fields[i];
      if (field !== undefined)
        field.isReading = field.value.kind !== UNKNOWN && field.value.givesReading(moment);
    }
  }
}

export interface NamedSignal {
  readonly name: string;
  readonly signal: SignalNode;
}

/** A value that was taken at one time and holds until the next. */
class HeldValue extends SignalNode implements SavedNode {
  override givesReading(): boolean {
    return false;
  }

  override save(writer: StateBytes): void {
    writer.scalar(this.scalar());
  }

  override load(reader: StateBytesReader): void {
    this.setScalar(reader.scalar());
  }
}

interface HeldField extends OutletField {
  readonly value: HeldValue;
}

function heldField(name: string): HeldField {
  return { name, value: new HeldValue(), isReading: false };
}

/** Times that come again by the wall clock. */
class Grid implements SavedNode {
  /** Engine time of the next one. */
  deadline = Number.NaN;
  /** The next one, by the wall clock. */
  #boundary = Number.NaN;
  readonly #boundaries: Boundaries;

  /** @param phaseMs how much later than the multiples of `everyMs` */
  constructor(
    everyMs: number,
    private readonly phaseMs: number,
    moment: Moment,
  ) {
    this.#boundaries = new Boundaries(everyMs, null);
    this.#wait(moment);
  }

  /** Is it time? Of several that have passed, the last one counts. */
  strikes(moment: Moment): boolean {
    if (this.deadline > moment.now) return false;
    this.#wait(moment);
    return true;
  }

  /** What was jumped over comes at once. */
  clockChanged(moment: Moment): void {
    if (moment.now + moment.offset >= this.#boundary) this.deadline = moment.now;
    else this.#wait(moment);
  }

  #wait({ now, offset }: Moment): void {
    this.#boundary = this.#boundaries.after(now + offset - this.phaseMs) + this.phaseMs;
    this.deadline = this.#boundary - offset;
  }

  save(writer: StateBytes): void {
    writer.number(this.deadline).number(this.#boundary);
  }

  load(reader: StateBytesReader): void {
    this.deadline = reader.number();
    this.#boundary = reader.number();
  }
}

/** Fields as they were at the last boundary. */
export class SampledOutlet extends Outlet {
  readonly fields: readonly HeldField[];
  readonly grid: Grid;

  constructor(
    private readonly signals: readonly NamedSignal[],
    everyMs: number,
    moment: Moment,
  ) {
    super();
    this.fields = signals.map(({ name }) => heldField(name));
    this.grid = new Grid(everyMs, 0, moment);
    this.deadline = this.grid.deadline;
  }

  override settle(moment: Moment): void {
    const isTaken = this.grid.strikes(moment);
    this.deadline = this.grid.deadline;
    this.fields.forEach((field, i) => {
      const signal = this.signals[i]?.signal;
      if (isTaken && signal !== undefined) field.value.copy(signal);
      field.isReading = isTaken && field.value.kind !== UNKNOWN;
    });
  }

  override clockChanged(moment: Moment): void {
    this.grid.clockChanged(moment);
    this.deadline = this.grid.deadline;
  }
}

/** What a model makes of the values of its features. */
export class ScoredOutlet extends Outlet implements SavedNode {
  readonly fields: readonly HeldField[];
  readonly grid: Grid | null;
  readonly #row: (Scalar | null)[];

  constructor(
    private readonly features: readonly SignalNode[],
    outputs: readonly string[],
    private readonly scorer: RowScorer,
    timing: { readonly everyMs: number | null; readonly phaseMs: number; readonly moment: Moment },
  ) {
    super();
    this.fields = outputs.map(heldField);
    this.#row = features.map(() => null);
    const { everyMs, phaseMs, moment } = timing;
    this.grid = everyMs === null ? null : new Grid(everyMs, phaseMs, moment);
    this.deadline = this.grid?.deadline ?? Number.POSITIVE_INFINITY;
  }

  override settle(moment: Moment): void {
    const isScored = this.#isTime(moment);
    if (isScored) this.#score(moment.now);
    for (const field of this.fields) field.isReading = isScored && field.value.kind !== UNKNOWN;
  }

  override get quality(): string {
    return this.scorer.quality;
  }

  #isTime(moment: Moment): boolean {
    if (this.grid === null) return this.features.some((feature) => feature.givesReading(moment));
    const isTime = this.grid.strikes(moment);
    this.deadline = this.grid.deadline;
    return isTime;
  }

  #score(now: number): void {
    for (let i = 0; i < this.features.length; i++) this.#row[i] = this.features[i]?.scalar() ?? null;
    const outputs = this.scorer.score(now, this.#row);
    for (let i = 0; i < this.fields.length; i++) this.fields[i]?.value.setScalar(outputs[i]);
  }

  override clockChanged(moment: Moment): void {
    this.grid?.clockChanged(moment);
    this.deadline = this.grid?.deadline ?? Number.POSITIVE_INFINITY;
  }

  override mark({ now }: Moment, event: MarkEvent): void {
    this.scorer.mark(now, event);
  }

  save(writer: StateBytes): void {
    writer.list(this.scorer.save());
  }

  load(reader: StateBytesReader): void {
    this.scorer.load(reader.list());
  }
}
