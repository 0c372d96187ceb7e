import type { Template, TemplateFormat, TemplatePart } from '../template.js';
import type { Span } from './json-tree.js';

export interface TemplateProblem extends Span {
  readonly message: string;
  readonly hint: string | null;
}

export interface ParsedTemplate {
  readonly template: Template;
  /** Where each placeholder stands: offsets in the text, braces included. */
  readonly ranges: ReadonlyMap<TemplatePart, Span>;
  readonly problems: readonly TemplateProblem[];
}

const DECIMALS_MAX = 20;
/** A doubled brace, or a brace with what is in it; the closing brace may be missing. */
const PIECE = /\{\{|\{([^{}]*)(\}?)/g;
const PLACEHOLDER = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?::\s*(.*?)\s*)?$/s;

/**
 * Splits a message template (rule reference, section 7): `{name}`, `{name:.2f}`, `{name:d}`, and `{{` for one brace.
 * Names are not looked up here.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const ranges = new Map<TemplatePart, Span>();
  const problems: TemplateProblem[] = [];
  let literal = '';
  let at = 0;
  for (const piece of text.matchAll(PIECE)) {
    literal += text.slice(at, piece.index);
    at = piece.index + piece[0].length;
    if (piece[0] === '{{') {
      literal += '{';
      continue;
    }
    const range = { start: piece.index, end: at };
    const part = readPlaceholder(piece[1] ?? '', piece[2] === '}');
    if ('message' in part) {
      problems.push({ ...range, ...part });
      continue;
    }
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
    parts.push(part);
    ranges.set(part, range);
  }
  literal += text.slice(at);
  if (literal !== '') parts.push({ kind: 'text', text: literal });
  return { template: { parts }, ranges, problems };
}

function readPlaceholder(
  inside: string,
  isClosed: boolean,
): TemplatePart | { message: string; hint: string } {
  if (!isClosed) return { message: 'This brace is never closed.', hint: 'Write {{ for a brace itself.' };
  const [, name, format] = PLACEHOLDER.exec(inside) ?? [];
  if (name === undefined) {
    const hint = 'Write {name}, or {{ for a brace itself. Compute values in `let`.';
    return { message: `{${inside}} is no placeholder.`, hint };
  }
  const parsed = readFormat(format);
  if (parsed) return { kind: 'placeholder', name, format: parsed };
  return {
    message: `There is no format "${format}".`,
    hint: `Write {${name}}, {${name}:.2f} (0 to ${DECIMALS_MAX} decimals) or {${name}:d}.`,
  };
}

function readFormat(format: string | undefined): TemplateFormat | null {
  if (format === undefined) return { kind: 'default' };
  if (format === 'd') return { kind: 'rounded' };
  const decimals = Number(/^\.(\d{1,2})f$/.exec(format)?.[1] ?? Number.NaN);
  return decimals <= DECIMALS_MAX ? { kind: 'fixed', decimals } : null;
}
