import type { Scalar } from '../reading.js';

/** What a value is; `null`: that cannot be told before there are readings. */
export type Kind = 'number' | 'boolean' | 'string' | null;

export function kindOfValue(value: Scalar): Exclude<Kind, null> {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

export function kindWords(kind: Exclude<Kind, null>): string {
  if (kind === 'string') return 'a text';
  return kind === 'number' ? 'a number' : 'true or false';
}
