/** A public data set, and what the models come to on it. */
export interface ModelBenchmark {
  /** Its folder. */
  readonly set: string;
  readonly title: string;
  /** @param folder where its files are */
  run(folder: string): ModelFigures;
}

export interface ModelFigures {
  readonly figures: readonly Figure[];
  /** How many values were scored, and how long that took. */
  readonly readings: number;
  readonly seconds: number;
  /** Of one instance, as its saved state has it. */
  readonly stateBytes: number;
}

/** `{ name: 'standard score', value: 65.2, published: 'HTM 66.6', bar: { at: 'least', value: 64 } }` */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit?: '%' | 'rows' | 'h' | 's';
  readonly published?: string;
  readonly bar?: { readonly at: 'least' | 'most'; readonly value: number };
}

/** The bytes of numbers in a saved state. */
export function bytesOf(state: unknown): number {
  if (state instanceof Float64Array) return state.byteLength;
  if (Array.isArray(state)) return state.reduce<number>((sum, value) => sum + bytesOf(value), 0);
  if (typeof state === 'object' && state !== null) return bytesOf(Object.values(state));
  return 8;
}
