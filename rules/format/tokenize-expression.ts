/** A piece of an expression; `start` and `end` are offsets in its text. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'operator' | 'end';
  /** An operator or name as written, a text without its quotes and escapes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Why a text is no expression, and where. Thrown within the parser, returned to its callers. */
export class ExpressionError extends Error {
  readonly start: number;
  readonly end: number;
  readonly hint: string | null;
  readonly code: 'bad-expression' | 'unknown-function' | 'wrong-arguments' | 'bad-duration' | 'bad-window';

  constructor(
    at: { start: number; end: number },
    message: string,
    hint: string | null = null,
    code: ExpressionError['code'] = 'bad-expression',
  ) {
    super(message);
    this.start = at.start;
    this.end = at.end;
    this.hint = hint;
    this.code = code;
  }
}

const SPACE = /\s+/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
/** `p99.9` is one name where it is called; everywhere else a point ends a name. */
const NAME = /p\d+\.\d+(?=\s*\()|[A-Za-z_][A-Za-z0-9_]*/y;
const TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y;
const OPERATOR = /\*\*|[<>=!]=|&&|\|\||[-+*/%<>!?:(),]/y;

/** Splits an expression; the last token is always `end`. Throws `ExpressionError`. */
export function tokenizeExpression(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  const push = (kind: Token['kind'], found: string, value = found): void => {
    tokens.push({ kind, text: value, start: at, end: at + found.length });
    at += found.length;
  };
  while (true) {
    at += match(SPACE)?.length ?? 0;
    if (at === text.length) break;
    refuseForeignOperator(text, at);
    const number = match(NUMBER);
    const name = match(NAME);
    const quoted = match(TEXT);
    const operator = match(OPERATOR);
    if (number !== null) push('number', number);
    else if (name !== null) push('name', name);
    else if (quoted !== null) push('text', quoted, unquote(quoted));
    else if (operator !== null) push('operator', operator);
    else throw unknownCharacter(text, at);
  }
  tokens.push({ kind: 'end', text: '', start: at, end: at });
  return tokens;
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}

/** Operators of other languages, longest first, and what they are here. */
const FOREIGN: readonly (readonly [operator: string, hint: string])[] = [
  ['===', 'Write `==`.'],
  ['!==', 'Write `!=`.'],
  ['=>', 'Write `>=`.'],
  ['=<', 'Write `<=`.'],
  ['<>', 'Write `!=`.'],
  ['??', 'Write `coalesce(a, b)`.'],
];

const FOREIGN_CHARACTER: ReadonlyMap<string, string> = new Map([
  ['=', 'Compare with `==`; nothing can be assigned.'],
  ['&', 'Write `&&`.'],
  ['|', 'Write `||`.'],
  ['^', 'A power is written `**`.'],
  ['.', 'There is no member access; name a field in `inputs`.'],
  ['[', 'There are no lists; use the condition `{ "value": …, "in": [ … ] }`.'],
  ['{', 'Write the name alone, without braces.'],
  ['°', 'Write the number without its unit.'],
  ['"', 'This text is not closed.'],
  ["'", 'This text is not closed.'],
]);

function refuseForeignOperator(text: string, at: number): void {
  for (const [operator, hint] of FOREIGN) {
    if (text.startsWith(operator, at)) {
      throw new ExpressionError(
        { start: at, end: at + operator.length },
        `There is no operator \`${operator}\`.`,
        hint,
      );
    }
  }
}

function unknownCharacter(text: string, at: number): ExpressionError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const hint = FOREIGN_CHARACTER.get(character) ?? null;
  const message = `\`${character}\` means nothing here.`;
  return new ExpressionError({ start: at, end: at + character.length }, message, hint);
}
