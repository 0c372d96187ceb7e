import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Written in pieces of this many characters: a system call each, not one per line. */
const PIECE_CHARS = 64 * 1024;

/** Gathers text and writes it in large pieces, waiting where the reader is slower. */
export class TextOutput {
  readonly #write: (text: string) => Promise<unknown>;
  #text = '';

  constructor(write: (text: string) => Promise<unknown>) {
    this.#write = write;
  }

  static to(stream: Writable): TextOutput {
    return new TextOutput(async (text) => {
      if (!stream.write(text)) await once(stream, 'drain');
    });
  }

  add(text: string): void {
    this.#text += text;
  }

  /** Whether it is time to `await flush()`. */
  get isFull(): boolean {
    return this.#text.length >= PIECE_CHARS;
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await this.#write(text);
  }
}
