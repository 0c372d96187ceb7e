/** A public data set, and what the models come to on it. */
export interface ModelBenchmark {
  /** Its folder. */
  readonly set: string;
  readonly title: string;
  /** @param folder where its files are */
  run(folder: string): Promise<ModelFigures>;
}

export interface ModelFigures {
  readonly figures: readonly Figure[];
  /** How many values were scored, and how long that took, from messages to scores. */
  readonly readings: number;
  readonly seconds: number;
  /** Of one instance, as a snapshot has it: what its scorer and its features keep. */
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
