import type { PatternLevel, TopicPattern } from '../topic-pattern.js';
import type { Span } from './json-tree.js';
import { NAME } from './rule-shape.js';

export type ParsedTopicPattern =
  | { readonly kind: 'parsed'; readonly pattern: TopicPattern }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly hint: string | null;
      readonly range: Span;
    };

/** MQTT writes the length of a topic into 16 bits. */
const BYTES_MAX = 65_535;
const CAPTURE = /^\{([^{}]*)\}$/;

/** Parses a topic pattern: an MQTT filter in which `{name}` captures one whole level (rule reference, section 2). */
export function parseTopicPattern(text: string): ParsedTopicPattern {
  const whole = { start: 0, end: text.length };
  if (text === '') return refuse(whole, 'A topic is not empty.', null);
  if (isTooLong(text)) return refuse(whole, `A topic has at most ${BYTES_MAX} bytes.`, null);
  const levels: PatternLevel[] = [];
  const captures: string[] = [];
  const texts = text.split('/');
  let start = 0;
  for (const [index, levelText] of texts.entries()) {
    const range = { start, end: start + levelText.length };
    const level = readLevel(levelText);
    if ('message' in level) return refuse(range, level.message, level.hint);
    if (level.kind === 'rest' && index < texts.length - 1) {
      return refuse(range, '`#` can only be the last level.', 'Write `+` for any one level.');
    }
    if (level.kind === 'capture') {
      if (captures.includes(level.name)) {
        return refuse(
          range,
          `\`{${level.name}}\` captures two levels of one topic.`,
          'Give each level a name of its own.',
        );
      }
      captures.push(level.name);
    }
    levels.push(level);
    start = range.end + 1;
  }
  const hasWildcard = levels.some((level) => level.kind === 'any' || level.kind === 'rest');
  return { kind: 'parsed', pattern: { text, levels, captures, hasWildcard } };
}

function isTooLong(text: string): boolean {
  // A character takes at most three bytes, so that short topics need not be encoded.
  return text.length * 3 > BYTES_MAX && new TextEncoder().encode(text).length > BYTES_MAX;
}

function readLevel(text: string): PatternLevel | { message: string; hint: string | null } {
  if (text === '+') return { kind: 'any' };
  if (text === '#') return { kind: 'rest' };
  const name = CAPTURE.exec(text)?.[1];
  if (name !== undefined && NAME.test(name)) return { kind: 'capture', name };
  if (/[{}]/.test(text)) {
    const isWhole = /^\{[^{}]*\}$/.test(text);
    return isWhole
      ? {
          message: `\`${text}\` names no label.`,
          hint: 'Names have letters, digits and _, and do not begin with a digit.',
        }
      : {
          message: `In \`${text}\` the braces are not the whole level.`,
          hint: 'A label captures everything between two slashes: `/{name}/`.',
        };
  }
  if (/[+#]/.test(text)) {
    return {
      message: `In \`${text}\` the wildcard is not the whole level.`,
      hint: 'A wildcard stands alone between two slashes: `/+/`.',
    };
  }
  return text.includes('\0')
    ? { message: 'A topic holds no NUL character.', hint: null }
    : { kind: 'literal', text };
}

function refuse(range: Span, message: string, hint: string | null): ParsedTopicPattern {
  return { kind: 'refused', message, hint, range };
}
