import { createHash } from 'node:crypto';
import type { Scalar } from './reading.js';

/** `{ value: 7, text: '007' }` is no cell: what is no number as JSON writes them stays a text. */
export interface Cell {
  /** `null`: empty. */
  readonly value: Scalar | null;
  /** As it stands in the file: label values are compared with this. */
  readonly text: string;
}

/**
 * A table of a site, such as the limits of its machines, or the machines there are. Written as JSON it is its digest,
 * so that rules that use it say something else when it changes.
 */
export class Table {
  /** Rows by the texts of their key columns, for each choice of these: made when first asked for. */
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly Cell[]>>();
  #digest: string | null = null;

  constructor(
    readonly name: string,
    readonly columns: readonly string[],
    readonly rows: readonly (readonly Cell[])[],
  ) {}

  /** The columns that are called like one of these labels. */
  keyColumns(labels: { has(name: string): boolean }): readonly string[] {
    return this.columns.filter((column) => labels.has(column));
  }

  /** The cell in the first row whose key columns have these texts; `null`: there is none, or it is empty. */
  find(labels: ReadonlyMap<string, string>, column: string): Scalar | null {
    const keys = this.keyColumns(labels);
    const row = this.#index(keys).get(keyOf(keys.map((key) => labels.get(key) ?? '')));
    return row?.[this.columns.indexOf(column)]?.value ?? null;
  }

  #index(keys: readonly string[]): ReadonlyMap<string, readonly Cell[]> {
    const name = keyOf(keys);
    let index = this.#indexes.get(name);
    if (index === undefined) {
      const places = keys.map((key) => this.columns.indexOf(key));
      const made = new Map<string, readonly Cell[]>();
      for (const row of this.rows) {
        const key = keyOf(places.map((place) => row[place]?.text ?? ''));
        if (!made.has(key)) made.set(key, row);
      }
      index = made;
      this.#indexes.set(name, made);
    }
    return index;
  }

  toJSON(): string {
    this.#digest ??= createHash('sha256')
      .update(JSON.stringify([this.name, this.columns, this.rows]))
      .digest('base64');
    return this.#digest;
  }
}

/** No text of a table or a topic holds U+0000. */
function keyOf(texts: readonly string[]): string {
  return texts.join('\u0000');
}
