import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { systemErrorText } from '../site/system-error.js';
import { CannotRun } from './command.js';

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

/** A file that is being written, to be closed in the end. */
export interface TextFile {
  readonly output: TextOutput;
  close(): Promise<void>;
}

/** @throws {CannotRun} the file cannot be written, now or later */
export async function openTextFile(path: string): Promise<TextFile> {
  const explained = (error: unknown): never => {
    throw new CannotRun(`cannot write ${path}: ${systemErrorText(error) ?? String(error)}`, { cause: error });
  };
  const file = await open(path, 'w').catch(explained);
  return {
    output: new TextOutput((text) => file.writeFile(text).catch(explained)),
    close: () => file.close(),
  };
}
