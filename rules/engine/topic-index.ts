import type { TopicPattern } from '../topic-pattern.js';

/** A level of the tree of patterns. */
interface Branch<T> {
  readonly literals: Map<string, Branch<T>>;
  /** Below `+` or a capture. */
  any: Branch<T> | null;
  /** Patterns that end here. */
  readonly ends: T[];
  /** Patterns that end here with `#`. */
  readonly rests: T[];
}

/** Finds all patterns that match a topic, as MQTT matches filters; cost by the topic's levels, not by the patterns. */
export class TopicIndex<T> {
  readonly #root = branch<T>();

  add(pattern: TopicPattern, value: T): void {
    let at = this.#root;
    for (const level of pattern.levels) {
      if (level.kind === 'rest') {
        at.rests.push(value);
        return;
      }
      at = level.kind === 'literal' ? literalBranch(at, level.text) : anyBranch(at);
    }
    at.ends.push(value);
  }

  /** In no particular order. */
  match(topic: string): T[] {
    const found: T[] = [];
    walk(this.#root, topic.split('/'), 0, found);
    return found;
  }
}

function walk<T>(at: Branch<T>, levels: readonly string[], index: number, found: T[]): void {
  // Wildcards at the first level do not match `$…` topics.
  const isSystem = index === 0 && levels[0]?.startsWith('$') === true;
  if (!isSystem) found.push(...at.rests);
  const level = levels[index];
  if (level === undefined) {
    found.push(...at.ends);
    return;
  }
  const literal = at.literals.get(level);
  if (literal !== undefined) walk(literal, levels, index + 1, found);
  if (at.any !== null && !isSystem) walk(at.any, levels, index + 1, found);
}

function branch<T>(): Branch<T> {
  return { literals: new Map(), any: null, ends: [], rests: [] };
}

function literalBranch<T>(at: Branch<T>, text: string): Branch<T> {
  let next = at.literals.get(text);
  if (next === undefined) {
    next = branch();
    at.literals.set(text, next);
  }
  return next;
}

function anyBranch<T>(at: Branch<T>): Branch<T> {
  at.any ??= branch();
  return at.any;
}
