import { formatTime } from '../replay/time-text.js';
import type { OutputStream } from './command.js';

/** Often enough to be seen moving, seldom enough to cost nothing. */
const EVERY_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** Of the bar. */
const BAR_COLUMNS = 30;

/** One line on stderr that says how far something long is; on a terminal only, and gone at the end. */
export class Progress {
  readonly #stream: OutputStream;
  #shownAt = performance.now();
  #isShown = false;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  update(messages: number, time: number | null): void {
    if (time !== null)
      this.#show(() => `${messages.toLocaleString('en-US')} messages, at ${formatTime(time)}`);
  }

  /** A bar. @param share of all, from 0 to 1 @param text what to say behind it */
  bar(share: number, text = ''): void {
    const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_COLUMNS);
    const bar = '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full);
    this.#show(() => `${bar} ${Math.floor(share * 100)} %${text === '' ? '' : `  ${text}`}`);
  }

  #show(text: () => string): void {
    if (this.#stream.isTTY !== true) return;
    const now = performance.now();
    if (now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    this.#stream.write(`${CLEAR_LINE}${text()}`);
  }

  clear(): void {
    if (this.#isShown) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
