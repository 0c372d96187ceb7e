import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming, ReadingSource } from '../signals/reading-source.js';
import { type ReadingFilter, ReadingWindow } from './reading-window.js';
import { WaitingReadings } from './waiting-readings.js';

/** What a window that closes is made over. */
export interface ClosingParts {
  readonly moment: Moment;
  readonly where: ReadingFilter | null;
  readonly source: ReadingSource;
}

/**
 * A window that gives its value when it closes. It does so when the clock has passed its end by the grace of its source:
 * until then readings of before its end enter, and later ones wait.
 */
export abstract class ClosingWindow extends ReadingWindow {
  protected readonly waiting = new WaitingReadings();
  protected graceMs = 0;
  readonly #source: ReadingSource;

  constructor({ moment, where, source }: ClosingParts) {
    super(moment, where, false);
    this.#source = source;
  }

  override get isClosing(): boolean {
    return true;
  }

  override enter(reading: Incoming): void {
    if (this.#source.graceMs !== this.graceMs) {
      this.advance();
      this.graceMs = this.#source.graceMs;
      this.graceChanged();
    }
    if (this.where !== null && !this.where(reading)) return;
    this.advance();
    this.admit(reading);
  }

  /** Lets a reading in, or has it wait. Nothing is due. */
  protected abstract admit(reading: Incoming): void;

  /** The end that is waited for is due at another time. */
  protected abstract graceChanged(): void;

  override isFull(): boolean {
    return true;
  }

  override fullAt(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected override removeMember(member: number): void {
    this.waiting.removeMember(member);
    super.removeMember(member);
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    writer.number(this.graceMs);
    this.waiting.save(writer);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    this.graceMs = reader.number();
    this.waiting.load(reader);
  }
}
