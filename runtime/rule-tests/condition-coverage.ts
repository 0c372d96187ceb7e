import { conditionSentence } from '../../rules/condition-sentence.js';
import { describeCondition } from '../../rules/describe-condition.js';
import type { ExplainedCondition } from '../../rules/engine.js';
import type { Document } from '../../rules/format/document.js';
import { child, type JsonNode } from '../../rules/format/json-tree.js';
import type { RuleOrigin } from '../../rules/format/load-rules.js';
import type { Rule } from '../../rules/rule.js';
import { type PlacedCondition, placedCondition } from './condition-parts.js';

/** A condition that is always the same in all tests: they would pass without it, or with its contrary. */
export interface UntestedCondition {
  readonly rule: string;
  readonly severity: string;
  /** The rule's own words. */
  readonly text: string;
  /** What it never is. `known`: it is never evaluated, or always unknown. */
  readonly never: 'true' | 'false' | 'known';
  /** Where it stands; `null`: not known. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;
}

interface SeenCondition {
  readonly placed: PlacedCondition;
  readonly parts: readonly SeenCondition[];
  isTrue: boolean;
  isFalse: boolean;
  isUnknown: boolean;
}

interface SeenLevel {
  readonly severity: string;
  readonly condition: SeenCondition;
}

/** Remembers what the conditions of one rule were, in all their parts. */
export class ConditionCoverage {
  readonly #rule: Rule;
  readonly #document: Document | null;
  /** In the order of the rule's levels, which is that of explanations. */
  readonly #levels: readonly SeenLevel[];
  /** Whether an instance of the rule was ever looked at. */
  isReached = false;

  constructor(rule: Rule, origin: RuleOrigin | null) {
    this.#rule = rule;
    this.#document = origin?.document ?? null;
    const when = origin === null ? undefined : child(origin.node, 'when');
    this.#levels = rule.levels.map(({ severity, condition }) => ({
      severity,
      condition: unseen(placedCondition(condition, levelNode(when, severity))),
    }));
  }

  see(levels: readonly { readonly condition: ExplainedCondition }[]): void {
    this.isReached = true;
    for (const [index, { condition }] of levels.entries()) {
      const level = this.#levels[index];
      if (level !== undefined) note(level.condition, condition);
    }
  }

  /** How many conditions there are, with all their parts. */
  get total(): number {
    return this.#levels.reduce((sum, { condition }) => sum + sizeOf(condition), 0);
  }

  /** How many were unknown at some time. */
  get unknown(): number {
    return this.#levels.reduce((sum, { condition }) => sum + unknownIn(condition), 0);
  }

  untested(): UntestedCondition[] {
    return this.#levels.flatMap(({ severity, condition }) =>
      causes(condition).map((seen) => this.#untestedOf(severity, seen)),
    );
  }

  #untestedOf(severity: string, { placed, isTrue, isFalse }: SeenCondition): UntestedCondition {
    const { condition, span, parts } = placed;
    const never = isTrue ? 'false' : isFalse ? 'true' : 'known';
    const text = parts.length === 0 ? describeCondition(condition) : conditionSentence(condition);
    const found = this.#document?.locate(span);
    const place = found === undefined ? null : { file: found.file, line: found.line, column: found.column };
    return { rule: this.#rule.id, severity, text, never, place };
  }
}

/** `when`, or its part for a severity. */
function levelNode(when: JsonNode | undefined, severity: string): JsonNode | undefined {
  if (when === undefined) return undefined;
  return child(when, severity) ?? when;
}

function unseen(placed: PlacedCondition): SeenCondition {
  return { placed, parts: placed.parts.map(unseen), isTrue: false, isFalse: false, isUnknown: false };
}

function note(seen: SeenCondition, { state, of = [] }: ExplainedCondition): void {
  if (state === 'true') seen.isTrue = true;
  else if (state === 'false') seen.isFalse = true;
  else seen.isUnknown = true;
  for (const [index, part] of of.entries()) {
    const own = seen.parts[index];
    if (own !== undefined) note(own, part);
  }
}

/** Those that are always the same; of one that is so because of its parts, only the parts. */
function causes(seen: SeenCondition): SeenCondition[] {
  const inParts = seen.parts.flatMap(causes);
  return inParts.length > 0 || (seen.isTrue && seen.isFalse) ? inParts : [seen];
}

function sizeOf({ parts }: SeenCondition): number {
  return parts.reduce((sum, part) => sum + sizeOf(part), 1);
}

function unknownIn({ parts, isUnknown }: SeenCondition): number {
  return parts.reduce((sum, part) => sum + unknownIn(part), isUnknown ? 1 : 0);
}
