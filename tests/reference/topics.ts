import type { TopicPattern } from '../../rules/topic-pattern.js';

/** The labels a pattern captures from a topic, or `null` where it does not match. */
export function matchTopic(pattern: TopicPattern, topic: string): Map<string, string> | null {
  const levels = topic.split('/');
  const captured = new Map<string, string>();
  // As in MQTT, a wildcard at the first level does not match `$SYS` and its like.
  if (topic.startsWith('$') && pattern.levels[0]?.kind !== 'literal') return null;
  for (const [index, expected] of pattern.levels.entries()) {
    if (expected.kind === 'rest') return captured;
    const level = levels[index];
    if (level === undefined) return null;
    if (expected.kind === 'literal' && expected.text !== level) return null;
    if (expected.kind === 'capture') captured.set(expected.name, level);
  }
  return levels.length === pattern.levels.length ? captured : null;
}

/** Orders texts by code point, which `<` on JavaScript strings (UTF-16 units) does not. */
export function compareByCodePoint(left: string, right: string): number {
  const a = Array.from(left, codePoint);
  const b = Array.from(right, codePoint);
  return compareLists(a, b, (x, y) => x - y);
}

/** Orders lists by their first difference; a list that ends first comes first. */
export function compareLists<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (x: T, y: T) => number,
): number {
  for (const [index, x] of left.entries()) {
    const y = right[index];
    if (y === undefined) return 1;
    const order = compare(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
