/**
 * Every code an issue can carry. Codes are published: they are never renamed or given another meaning.
 * `docs/errors.md` explains each one; a test compares the two.
 */
export const ISSUE_CODES = {
  // Any file of a site: the text itself.
  'empty-file': 'The file holds no JSON at all.',
  syntax: 'The text is not JSON (comments and trailing commas aside).',
  'too-deep': 'Lists and objects are nested too deep.',
  'duplicate-key': 'One object has the same key twice.',

  // Any file of a site: keys and values.
  'unknown-key': 'A key that has no meaning here.',
  'missing-key': 'A key that is required is not there.',
  'wrong-type': 'A value of the wrong type.',
  'out-of-range': 'A number or a length outside its bounds.',
  'invalid-value': 'A value that is not one of those possible here.',
  'bad-duration': 'A text that is no duration, or a number where a duration belongs.',
  'bad-name': 'A name or an id that is not formed as names are.',
  'bad-timezone': 'A time zone that does not exist.',
  'empty-list': 'A list that needs at least one entry is empty.',
} as const;

export type IssueCode = keyof typeof ISSUE_CODES;
