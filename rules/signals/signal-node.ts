import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Scalar } from '../reading.js';
import type { Standstill } from './reading-source.js';

/** What a signal holds now. Numbers, so that comparing kinds costs nothing. */
export const UNKNOWN = 0;
export const NUMBER = 1;
export const BOOLEAN = 2;
export const TEXT = 3;
export type Kind = typeof UNKNOWN | typeof NUMBER | typeof BOOLEAN | typeof TEXT;

/**
 * A signal at run time. The value is spread over three fields so that a step allocates nothing:
 * `num` holds numbers, and booleans as 1 or 0; `text` holds strings; both are stale where `kind` says otherwise.
 */
export abstract class SignalNode {
  kind: Kind = UNKNOWN;
  num = Number.NaN;
  text = '';
  /** When the value next changes by time alone; `Infinity`: never. */
  deadline = Number.POSITIVE_INFINITY;

  /** Does its state belong to one instance? What hangs on a series is saved with the series. */
  get isOwn(): boolean {
    return true;
  }

  /** Brings the value up to `moment`. Called once per step and instance; shared nodes must not mind repeats. */
  settle(_moment: Moment): void {}

  /** Does this signal give a reading in the present step? (A late reading does not count.) */
  abstract givesReading(moment: Moment): boolean;

  /** The deadline may have moved without a step: after a gap, or when the wall clock was set. */
  refreshDeadline(): void {}

  /** A gap: everything counted in step time moves by `deltaMs`. Only for state this node owns alone. */
  shift(_deltaMs: number): void {}

  /** The clock of a source was stopped, or goes on after a standstill. Only for state this node owns alone. */
  stoodStill(_source: SignalNode, _standstill: Standstill): void {}

  /** The instance is over: lets go of what it hung on a series. */
  release(): void {}

  /** State that cannot be computed again from the sources. */
  save(_writer: StateBytes): void {}
  load(_reader: StateBytesReader): void {}

  setUnknown(): void {
    this.kind = UNKNOWN;
  }

  /** A non-finite number is unknown. */
  setNumber(value: number): void {
    if (Number.isFinite(value)) {
      this.kind = NUMBER;
      this.num = value;
    } else {
      this.kind = UNKNOWN;
    }
  }

  setScalar(value: Scalar | undefined | null): void {
    switch (typeof value) {
      case 'number':
        this.setNumber(value);
        break;
      case 'boolean':
        this.kind = BOOLEAN;
        this.num = value ? 1 : 0;
        break;
      case 'string':
        this.kind = TEXT;
        this.text = value;
        break;
      default:
        this.kind = UNKNOWN;
    }
  }

  copy(from: SignalNode): void {
    this.kind = from.kind;
    this.num = from.num;
    this.text = from.text;
  }

  /** The value as the world sees it; `null` is unknown. -0 prints as 0. */
  scalar(): Scalar | null {
    switch (this.kind) {
      case NUMBER:
        return this.num === 0 ? 0 : this.num;
      case BOOLEAN:
        return this.num === 1;
      case TEXT:
        return this.text;
      default:
        return null;
    }
  }
}

/** A value that never changes: a literal operand, a label, a cell of a table. */
export class ConstantSignal extends SignalNode {
  /** `null`: unknown. */
  constructor(value: Scalar | null) {
    super();
    this.setScalar(value);
  }

  override givesReading(): boolean {
    return false;
  }
}
