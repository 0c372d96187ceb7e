import type { Writable } from 'node:stream';
import type { RecordingProblem } from '../replay/recorded-message.js';

/** A file of another kind would fill the screen with one problem per line. */
const SHOWN_MAX = 20;

/** Says what could not be read of a recording, and counts it. */
export class ProblemLog {
  count = 0;
  readonly #stderr: Writable;
  readonly #file: string;

  constructor(stderr: Writable, file: string) {
    this.#stderr = stderr;
    this.#file = file;
  }

  add({ line, message }: RecordingProblem): void {
    this.count += 1;
    if (this.count <= SHOWN_MAX) this.#stderr.write(`${this.#file}:${line}: ${message}\n`);
  }

  /** How many lines were lost in all, at the end. */
  finish(): void {
    if (this.count === 0) return;
    const more = this.count > SHOWN_MAX ? ` (the first ${SHOWN_MAX} are shown)` : '';
    this.#stderr.write(`${this.count} ${this.count === 1 ? 'line' : 'lines'} could not be read${more}\n`);
  }
}
