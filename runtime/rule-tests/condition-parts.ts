import { type JsonNode, keyPlace, type Span } from '../../rules/format/json-tree.js';
import type { Condition } from '../../rules/rule.js';

/** A condition, and where in its file it stands: the key that says what it is. */
export interface PlacedCondition {
  readonly condition: Condition;
  readonly span: Span;
  /** In the order in which an explanation has them. */
  readonly parts: readonly PlacedCondition[];
}

/** Finds the places of a condition and of all its parts, which were read from `node`. */
export function placedCondition(condition: Condition, node: JsonNode | undefined): PlacedCondition {
  const span = spanOf(condition, node);
  // Modifiers stand around the condition in whose object they are.
  if (condition.kind === 'times' || condition.kind === 'for' || condition.kind === 'keepFor') {
    return { condition, span, parts: [placedCondition(condition.of, node)] };
  }
  const parts = partsOf(condition).map(({ part, key, index }) =>
    placedCondition(part, childAt(node, key, index)),
  );
  return { condition, span, parts };
}

interface Part {
  readonly part: Condition;
  readonly key: string;
  /** In the list of that key; `null`: it is no list. */
  readonly index: number | null;
}

function partsOf(condition: Condition): Part[] {
  const listed = (key: string, of: readonly Condition[]) => of.map((part, index) => ({ part, key, index }));
  switch (condition.kind) {
    case 'all':
    case 'any':
      return listed(condition.kind, condition.of);
    case 'some':
      return listed('of', condition.of);
    case 'not':
      return [{ part: condition.of, key: 'not', index: null }];
    case 'sequence':
      return [
        ...listed('sequence', condition.of),
        ...(condition.unless === null ? [] : [{ part: condition.unless, key: 'unless', index: null }]),
      ];
    case 'after':
      return [
        { part: condition.cause, key: 'after', index: null },
        { part: condition.expect, key: 'expect', index: null },
      ];
    default:
      return [];
  }
}

function childAt(node: JsonNode | undefined, key: string, index: number | null): JsonNode | undefined {
  const value = node?.kind === 'object' ? node.properties.get(key)?.value : undefined;
  if (index === null) return value;
  return value?.kind === 'array' ? value.items[index] : undefined;
}

function spanOf(condition: Condition, node: JsonNode | undefined): Span {
  if (node === undefined) return { start: 0, end: 0 };
  if (node.kind !== 'object') return node;
  const key = keyOf(condition);
  return key !== null && node.properties.has(key)
    ? keyPlace(node, key)
    : { start: node.start, end: node.start + 1 };
}

/** What stands for a comparison is its comparator. */
function keyOf(condition: Condition): string | null {
  switch (condition.kind) {
    case 'compare':
      return condition.comparison.comparator;
    case 'expression':
      return 'expr';
    default:
      return condition.kind;
  }
}
