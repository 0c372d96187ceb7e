/** Turns offsets of a text into lines and columns; the line starts are looked for once. */
export class LineIndex {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** 1-based line and column of an offset; O(log lines). */
  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** The column after the last character of a line, its line break not counted. */
  endColumn(line: number): number {
    const start = this.#starts[line - 1] ?? 0;
    const next = this.#starts[line];
    let end = next === undefined ? this.#text.length : next - 1;
    if (next !== undefined && end > start && this.#text[end - 1] === '\r') end--;
    return end - start + 1;
  }
}
