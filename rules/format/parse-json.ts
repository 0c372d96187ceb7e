import { createScanner, type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import type { JsonNode, JsonProperty, Span } from './json-tree.js';
import { quote } from './json-tree.js';

/** Rule trees people write are under 20 deep; the bound keeps every later recursion off the stack's end. */
const NESTING_MAX = 64;

export interface JsonProblem extends Span {
  readonly code: 'empty-file' | 'syntax' | 'too-deep' | 'duplicate-key' | 'out-of-range';
  readonly message: string;
  readonly hint: string | null;
}

/**
 * Reads JSON with comments and trailing commas. `root` is `null` where the text is too broken to go on:
 * then `problems` holds only the first mistake, as those after it are mostly its echo.
 */
export function parseJson(text: string): { root: JsonNode | null; problems: JsonProblem[] } {
  const unreadable = findUnreadable(text);
  if (unreadable) return { root: null, problems: [unreadable] };
  const tree = new TreeBuilder();
  const errors: { error: ParseErrorCode; offset: number; length: number }[] = [];
  visit(
    text,
    {
      onObjectBegin: (offset) =>
        tree.open({ kind: 'object', start: offset, end: offset, properties: new Map() }),
      onObjectProperty: (key, offset, length) => tree.key(key, { start: offset, end: offset + length }),
      onObjectEnd: (offset, length) => tree.close(offset + length),
      onArrayBegin: (offset) => tree.open({ kind: 'array', start: offset, end: offset, items: [] }),
      onArrayEnd: (offset, length) => tree.close(offset + length),
      onLiteralValue: (value: string | number | boolean | null, offset, length) =>
        tree.add({ kind: 'scalar', value, start: offset, end: offset + length }),
      onError: (error, offset, length) => errors.push({ error, offset, length }),
    },
    { allowTrailingComma: true },
  );
  const problems = errors.map(({ error, offset, length }) =>
    syntaxProblem(text, printParseErrorCode(error), { start: offset, end: offset + length }),
  );
  if (!errors.every(({ error }) => RECOVERABLE.has(printParseErrorCode(error)))) {
    return { root: null, problems: problems.slice(0, 1) };
  }
  return { root: tree.root, problems: [...problems, ...tree.problems] };
}

/** After these the rest of the text still means what it says, so that its other problems can be shown too. */
const RECOVERABLE: ReadonlySet<string> = new Set([
  'CommaExpected',
  'InvalidEscapeCharacter',
  'InvalidUnicode',
  'InvalidCharacter',
]);

/** What must be known before the (recursive) parser may run: that there is something, and how deep it is nested. */
function findUnreadable(text: string): JsonProblem | null {
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const hint = 'Save the file as UTF-8 text.';
    return {
      code: 'syntax',
      start: nul,
      end: nul + 1,
      message: 'The file holds NUL bytes: it is no UTF-8 text.',
      hint,
    };
  }
  const scanner = createScanner(text, true);
  let depth = 0;
  let isEmpty = true;
  for (let token = scanner.scan(); token !== END_OF_FILE; token = scanner.scan()) {
    isEmpty = false;
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth++;
    else if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth--;
    if (depth > NESTING_MAX) {
      const start = scanner.getTokenOffset();
      const message = `Lists and objects are nested more than ${NESTING_MAX} deep.`;
      return {
        code: 'too-deep',
        start,
        end: start + 1,
        message,
        hint: 'Name parts of the condition with `let`, or flatten nested `all` and `any`.',
      };
    }
  }
  if (!isEmpty) return null;
  return {
    code: 'empty-file',
    start: 0,
    end: 0,
    message: 'The file is empty.',
    hint: 'Write an object, { … }, or delete the file.',
  };
}

// `SyntaxKind` of jsonc-parser is a const enum, which isolated modules cannot read.
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const END_OF_FILE = 17;

type OpenNode =
  | { kind: 'object'; start: number; end: number; properties: Map<string, JsonProperty> }
  | { kind: 'array'; start: number; end: number; items: JsonNode[] };

class TreeBuilder {
  root: JsonNode | null = null;
  readonly problems: JsonProblem[] = [];
  readonly #open: { node: OpenNode; key: { text: string; span: Span } | null }[] = [];

  open(node: OpenNode): void {
    this.#open.push({ node, key: null });
  }

  key(text: string, span: Span): void {
    const top = this.#open.at(-1);
    if (top) top.key = { text, span };
  }

  close(end: number): void {
    const top = this.#open.pop();
    if (!top) return;
    top.node.end = end;
    this.add(top.node);
  }

  add(node: JsonNode): void {
    if (node.kind === 'scalar' && typeof node.value === 'number' && !Number.isFinite(node.value)) {
      const hint = 'Numbers reach to about 1.8e308.';
      this.problems.push({
        code: 'out-of-range',
        start: node.start,
        end: node.end,
        message: 'This number is too large.',
        hint,
      });
    }
    const top = this.#open.at(-1);
    if (!top) this.root ??= node;
    else if (top.node.kind === 'array') top.node.items.push(node);
    else if (top.key) this.#addProperty(top.node.properties, top.key, node);
  }

  #addProperty(
    properties: Map<string, JsonProperty>,
    key: { text: string; span: Span },
    value: JsonNode,
  ): void {
    if (!properties.has(key.text)) {
      properties.set(key.text, { key: key.span, value });
      return;
    }
    const message = `The key ${quote(key.text)} is here twice; JSON would silently use the second.`;
    this.problems.push({ code: 'duplicate-key', ...key.span, message, hint: 'Keep one of the two.' });
  }
}

function syntaxProblem(text: string, name: string, span: Span): JsonProblem {
  const found = text.slice(span.start, Math.min(span.end, span.start + 40));
  const [message, hint] = explainSyntax(name, found);
  // At the end of the file there is nothing left to point at: point behind the last character that is.
  const start = span.end > span.start ? span.start : Math.min(span.start, text.trimEnd().length);
  return { code: 'syntax', start, end: Math.max(span.end, start), message, hint };
}

function explainSyntax(name: string, found: string): [message: string, hint: string | null] {
  switch (name) {
    case 'CommaExpected':
      return ['A comma is missing before this.', 'Put `,` between entries.'];
    case 'ColonExpected':
      return ['A colon is missing after the key.', 'Write "key": value.'];
    case 'PropertyNameExpected':
      return ['A key in double quotes belongs here.', 'Write "key": value.'];
    case 'ValueExpected':
      return found === ''
        ? ['The file ends where a value belongs.', 'Was it cut off while being written?']
        : ['A value belongs here.', null];
    case 'CloseBraceExpected':
    case 'CloseBracketExpected': {
      const bracket = name === 'CloseBraceExpected' ? '}' : ']';
      return [
        `A closing \`${bracket}\` is missing here.`,
        found === '' ? 'Was the file cut off while being written?' : null,
      ];
    }
    case 'EndOfFileExpected':
      return [
        'The JSON value ended before this.',
        'A file holds one value; several rules go into { "rules": [ … ] }.',
      ];
    case 'UnexpectedEndOfString':
      return ['This text has no closing quote on its line.', 'Write a line break inside a text as \\n.'];
    case 'UnexpectedEndOfComment':
      return ['This comment is never closed.', 'Close it with */.'];
    case 'UnexpectedEndOfNumber':
      return ['This number is not complete.', null];
    case 'InvalidEscapeCharacter':
      return ['This text holds a backslash that means nothing.', 'Write a backslash as \\\\.'];
    case 'InvalidUnicode':
      return ['\\u needs four hex digits.', null];
    case 'InvalidCharacter':
      return ['This text holds a control character.', 'Write a tab as \\t.'];
    default:
      return [
        `${quote(found)} is no JSON.`,
        found.startsWith("'") ? 'Texts stand in double quotes.' : 'Texts and keys stand in double quotes.',
      ];
  }
}
