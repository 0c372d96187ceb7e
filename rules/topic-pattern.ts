/**
 * A topic pattern: an MQTT filter in which `{name}` stands for one whole level and captures it as a label.
 * `parseTopicPattern` is in the file format's hands; matching is here.
 */
export interface TopicPattern {
  /** As written: `factory/{line}/+/temperature`. */
  readonly text: string;
  readonly levels: readonly PatternLevel[];
  /** The labels captured, in order of their levels. */
  readonly captures: readonly string[];
  /** Has `+` or `#`. */
  readonly hasWildcard: boolean;
}

export type PatternLevel =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'capture'; readonly name: string }
  | { readonly kind: 'any' }
  /** `#`: the last level only; matches the level before it too, as in MQTT. */
  | { readonly kind: 'rest' };
