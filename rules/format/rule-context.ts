import type { Condition, Signal } from '../rule.js';
import type { DeclaredNames } from './declared-names.js';
import type { Document, Problem } from './document.js';
import { headOf, type JsonNode, type Span, spanInText } from './json-tree.js';

/**
 * What the readers of one rule share: the file, the names it declares, and where each part of the rule stands,
 * so that checks on the finished tree can still point into the file.
 */
export class RuleContext {
  readonly document: Document;
  /** Broken ones too. */
  readonly inputNames: ReadonlySet<string>;
  /** Inputs and `let` signals, broken ones too, so that nothing else is blamed for them. */
  readonly #names: ReadonlySet<string>;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #places = new Map<object, Span>();
  readonly #fallback: Span;

  constructor(document: Document, rule: JsonNode, names: DeclaredNames) {
    this.document = document;
    this.#fallback = headOf(rule);
    this.inputNames = names.inputs;
    this.#names = names.all;
    this.#aliases = names.aliases;
  }

  report(place: Span, problem: Problem): void {
    this.document.report(place, problem);
  }

  /** Reports on a part of the rule that was marked. */
  reportOn(part: object, problem: Problem): void {
    this.document.report(this.placeOf(part), problem);
  }

  isName(text: string): boolean {
    return this.#names.has(text);
  }

  /** The input that a `let` only gives another name; the name itself if it is no such `let`. */
  readonly inputOf = (name: string): string => this.#aliases.get(name) ?? name;

  /** Notes where a part of the rule stands. */
  mark<Part extends object>(part: Part, place: Span): Part {
    this.#places.set(part, place);
    return part;
  }

  /** Notes where a part stands within a text value. */
  markInText<Part extends object>(part: Part, node: JsonNode, range: Span): Part {
    return this.mark(part, this.inText(node, range));
  }

  inText(node: JsonNode, range: Span): Span {
    const span = spanInText(this.document.text, node, range.start, range.end);
    // An empty range (the end of an expression) is shown on the quote that follows it.
    return span.end > span.start ? span : { start: span.start, end: span.start + 1 };
  }

  placeOf(part: object): Span {
    return this.#places.get(part) ?? this.#fallback;
  }
}

/**
 * Take the place of what could not be read, after its issue was reported, so that the rest of the rule is still
 * looked at. A rule with an error is never handed out, and with it none of these.
 */
export const BROKEN_SIGNAL: Signal = { kind: 'name', name: '' };
export const BROKEN_CONDITION: Condition = { kind: 'all', of: [] };
