import { readFile } from 'node:fs/promises';
import type { Adapter } from 'lowdb';
import { isAbsent } from '../site/system-error.js';
import { writeDurably } from './write-durably.js';

/**
 * A small JSON file that people edit by commands, for `lowdb`, whose own adapters never sync. The last good copy stands
 * beside it, and takes its place where it cannot be read.
 */
export class DurableJson<T> implements Adapter<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T | null;

  /** @param parse gives what the text says; `null`: it is not what it should be */
  constructor(path: string, parse: (text: string) => T | null) {
    this.#path = path;
    this.#parse = parse;
  }

  async read(): Promise<T | null> {
    const text = await textOf(this.#path);
    if (text === null) return null;
    const value = this.#parse(text);
    if (value !== null) return value;
    const last = await textOf(this.#lastGood);
    return last === null ? null : this.#parse(last);
  }

  async write(data: T): Promise<void> {
    const before = await textOf(this.#path);
    if (before !== null && this.#parse(before) !== null) await writeDurably(this.#lastGood, before);
    await writeDurably(this.#path, `${JSON.stringify(data, null, 2)}\n`);
  }

  get #lastGood(): string {
    return `${this.#path}.last-good`;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
