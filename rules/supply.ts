import type { CustomFunction } from './custom-function.js';
import type { Scalar } from './reading.js';
import type { Input, Let, Signal } from './rule.js';
import type { Table } from './table.js';
import type { TopicPattern } from './topic-pattern.js';

/**
 * What views and models have in common: inputs, instances and signals as rules have them, and in place of conditions
 * something that they give on, as readings, to the rules, views and models that read them.
 */
interface Supplier {
  readonly id: string;
  /** In file order. */
  readonly inputs: readonly Input[];
  /** Labels that make an instance, in order; those who read it have them as captures. */
  readonly groupBy: readonly string[];
  readonly lets: readonly Let[];
  /** Those that its signals name, by name. */
  readonly tables: readonly Table[];
  /** Those that its expressions call, by name. */
  readonly functions: readonly CustomFunction[];
  readonly forgetAfterMs: number;
  readonly maxInstances: number;
}

/** A table kept up to date: a row for each instance. Read from its file and checked, as a rule is. */
export interface View extends Supplier {
  readonly kind: 'view';
  readonly title: string | null;
  readonly description: string | null;
  /** The row is taken at multiples of this since the epoch, by the wall clock; `null`: at every change. */
  readonly everyMs: number | null;
  /** The fields of a row, in file order. */
  readonly emit: readonly EmittedField[];
  /** Where rows are published; its captures are labels of `groupBy`. */
  readonly publish: TopicPattern | null;
}

export interface EmittedField {
  readonly field: string;
  readonly signal: Signal;
}

/** A model, as far as it matters to those who read it. */
export interface Model extends Supplier {
  readonly kind: 'model';
  /** Of which kind it is, among models: `anomaly`. */
  readonly kindName: string;
  readonly title: string | null;
  /** Inputs and `let` signals whose values make a row, in order. */
  readonly features: readonly string[];
  /** Rows are scored at multiples of this, each instance at a place of its own; `null`: at every reading of a feature. */
  readonly everyMs: number | null;
  /** The names of the outputs, in the order in which the scorer gives them. */
  readonly outputs: readonly string[];
  /** Of everything that makes its scores what they are: other than before, it is another model. */
  readonly hash: string;
  /** A scorer at the beginning of its life, for the instance with these labels, in `groupBy` order. */
  readonly createScorer: (labelValues: readonly string[]) => RowScorer;
}

/** What people tell about an instance. `failure`: it broke, and its life ends. `maintenance`: its life begins anew. */
export type MarkEvent = 'failure' | 'maintenance';

/** A model at work for one instance: a pure fold over rows. */
export interface RowScorer {
  /** How far the outputs of the last row can be trusted, in a word. */
  readonly quality: string;
  /**
   * Gives the outputs of one row; `null` is unknown. Neither list is kept.
   *
   * @param time engine time, in whole ms, never going back
   */
  score(time: number, row: readonly (Scalar | null)[]): readonly (Scalar | null)[];
  /** Somebody marked the instance; not before the last row. */
  mark(time: number, event: MarkEvent): void;
  /** Texts, numbers, booleans and lists of these. */
  save(): readonly unknown[];
  load(state: readonly unknown[]): void;
}

export type Supply = View | Model;

/** No topic of a message holds U+0000, and no wildcard at the first level matches `$…`. */
const ROOT = '$\u0000';

/** The topic that what an instance gives arrives at, as far as the engine is concerned. */
export function suppliedTopic(
  { kind, id }: Pick<Supply, 'kind' | 'id'>,
  labelValues: readonly string[],
): string {
  return [`${ROOT}${kind}`, id, ...labelValues].join('/');
}

/** The pattern of an input that reads it. */
export function suppliedPattern({
  kind,
  id,
  groupBy,
}: Pick<Supply, 'kind' | 'id' | 'groupBy'>): TopicPattern {
  return {
    text: suppliedTopic(
      { kind, id },
      groupBy.map((label) => `{${label}}`),
    ),
    levels: [
      { kind: 'literal', text: `${ROOT}${kind}` },
      { kind: 'literal', text: id },
      ...groupBy.map((name) => ({ kind: 'capture', name }) as const),
    ],
    captures: groupBy,
    hasWildcard: false,
  };
}

/**
 * Do labels that somebody gave name this one? They must say something of its own labels, and nothing else than they are.
 * What happened to a machine happened to its line, as far as one knows that tells lines apart and not machines.
 */
export function isNamedBy(
  given: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(own);
  const said = names.filter((name) => Object.hasOwn(given, name));
  return (said.length > 0 || names.length === 0) && said.every((name) => given[name] === own[name]);
}

/** Is this the topic of something supplied? */
export function isSupplied(topic: string): boolean {
  return topic.startsWith(ROOT);
}
