import type { IssueCode } from './issue-codes.js';

/**
 * One problem in one of the user's files, in the published shape of `tocsin check --json`.
 *
 * Example: `{ file: 'rules/press.json', line: 4, column: 33, endColumn: 39, code: 'unknown-key',
 * severity: 'error', message: '`abve` is no key of a comparison', hint: 'Did you mean `above`?' }`
 */
export interface Issue {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units as editors count; a byte order mark does not count. */
  readonly column: number;
  /** The column after the last character of the place; always greater than `column`. */
  readonly endColumn: number;
  readonly code: IssueCode;
  /** Errors keep the rule (or file) from being loaded; warnings do not. */
  readonly severity: IssueSeverity;
  readonly message: string;
  readonly hint: string | null;
}

export type IssueSeverity = 'error' | 'warning';
