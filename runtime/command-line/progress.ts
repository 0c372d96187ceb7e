import { formatTime } from '../replay/time-text.js';
import type { OutputStream } from './command.js';

/** Often enough to be seen moving, seldom enough to cost nothing. */
const EVERY_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** One line on stderr that says how far a long replay is; on a terminal only, and gone at the end. */
export class Progress {
  readonly #stream: OutputStream;
  #shownAt = performance.now();
  #isShown = false;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  update(messages: number, time: number | null): void {
    if (this.#stream.isTTY !== true || time === null) return;
    const now = performance.now();
    if (now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    this.#stream.write(`${CLEAR_LINE}${messages.toLocaleString('en-US')} messages, at ${formatTime(time)}`);
  }

  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
