import { z } from 'zod';
import type { IssueCode } from './issue-codes.js';

/** What a schema stands for, in words for messages: "`for` must be **a duration such as "30s"**, not the number 30". */
export interface Expectation {
  readonly what: string;
  /** The code of a value of the wrong type; `wrong-type` by default. */
  readonly code?: IssueCode;
  /** Somebody else reads the value: the schema only asks whether there is one, and gets `true` for it. */
  readonly isOpaque?: boolean;
  /** What to do, made from the wrong value. */
  readonly hint?: (value: unknown) => string | null;
}

/**
 * Schemas that have words of their own: `z.string().register(expectations, { what: 'a host name' })`.
 * Register last: whatever is chained behind makes another schema (`optional`, `default`, `prefault` are fine).
 */
export const expectations = z.registry<Expectation>();

/** Parameters for `refine` and `ctx.issues.push`: the code and hint that the issue is to carry. */
export interface CustomProblem {
  readonly code: IssueCode;
  readonly hint?: string | null;
}
