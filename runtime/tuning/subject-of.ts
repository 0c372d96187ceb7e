import { aggregateFunction } from '../../rules/format/function-names.js';
import { child, type JsonNode, type JsonObject, keysOf, textOf } from '../../rules/format/json-tree.js';

/** What a condition or signal object is about, in a word: `oil`, `avg(oil)`. */
export function subjectOf(owner: JsonObject): string {
  for (const key of keysOf(owner)) {
    const about = textOf(child(owner, key));
    if (key === 'value' || key === 'expr') return about ?? 'the value';
    if (key === 'lookup') return 'the value of the table';
    if (aggregateFunction(key) !== null || key === 'previous' || key === 'ewma')
      return about === null ? key : `${key}(${about})`;
  }
  return 'the value';
}

const COUNTING: ReadonlySet<string> = new Set(['count', 'changes', 'distinct']);

/** Whether its values are whole numbers: a count of readings, by itself or under a name of the rule's `let`. */
export function isCounted(node: JsonNode | undefined, rule: JsonObject, depth = 0): boolean {
  if (node === undefined || depth > NAMES_MAX) return false;
  const name = textOf(node) ?? textOf(child(node, 'value'));
  if (name !== null) return isCounted(child(child(rule, 'let') ?? node, name), rule, depth + 1);
  return keysOf(node).some((key) => COUNTING.has(key));
}

/** Names of names; there are no circles in a rule that was read, but this is cheap. */
const NAMES_MAX = 10;
