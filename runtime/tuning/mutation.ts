import type { Span } from '../../rules/format/json-tree.js';

/** A little change of a rule's text that a test should notice. */
export interface Mutation {
  readonly rule: string;
  /** `oil-hot.when.warning.above`: changes of one place are shown together. */
  readonly address: string;
  /** What is shown. */
  readonly span: Span;
  /** `above 60` */
  readonly what: string;
  /** What it would be: `66`, `atLeast`, `left out`. */
  readonly change: string;
  /** What is put where. */
  readonly edit: { readonly span: Span; readonly text: string };
  /** A test that would notice. */
  readonly test: string;
}

/** What a change of a place says, without where that stands. */
export type PlaceMutation = Omit<Mutation, 'rule' | 'address' | 'span'> & Partial<Pick<Mutation, 'span'>>;
