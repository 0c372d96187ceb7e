/** A level of the tree of filters. */
interface Branch<T> {
  readonly below: Map<string, Branch<T>>;
  /** Of filters that end here. */
  readonly values: Set<T>;
}

/** Values by MQTT topic filter. Finds all whose filter matches a topic; cost by the topic's levels, not by the filters. */
export class TopicFilters<T> {
  readonly #root = branch<T>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(filter: string, value: T): void {
    let at = this.#root;
    for (const level of filter.split('/')) {
      let next = at.below.get(level);
      if (next === undefined) {
        next = branch();
        at.below.set(level, next);
      }
      at = next;
    }
    if (at.values.has(value)) return;
    at.values.add(value);
    this.#size += 1;
  }

  remove(filter: string, value: T): void {
    if (removeBelow(this.#root, filter.split('/'), value)) this.#size -= 1;
  }

  /** Each value once, in no particular order. */
  match(topic: string): Set<T> {
    const found = new Set<T>();
    collect(this.#root, topic.split('/'), 0, found);
    return found;
  }
}

/** Whether a topic is one of those that a filter asks for. */
export function filterMatches(filter: readonly string[], topic: readonly string[]): boolean {
  if (topic[0]?.startsWith('$') === true && isWildcard(filter[0])) return false;
  for (const [index, level] of filter.entries()) {
    if (level === '#') return true;
    if (index >= topic.length || (level !== '+' && level !== topic[index])) return false;
  }
  return filter.length === topic.length;
}

export function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#';
}

function collect<T>(at: Branch<T>, levels: readonly string[], index: number, found: Set<T>): void {
  // Wildcards at the first level do not match `$…` topics.
  const isSystem = index === 0 && levels[0]?.startsWith('$') === true;
  // `a/#` matches `a` too.
  const rest = isSystem ? undefined : at.below.get('#');
  for (const value of rest?.values ?? []) found.add(value);
  const level = levels[index];
  if (level === undefined) {
    for (const value of at.values) found.add(value);
    return;
  }
  const any = isSystem ? undefined : at.below.get('+');
  if (any !== undefined) collect(any, levels, index + 1, found);
  const literal = isWildcard(level) ? undefined : at.below.get(level);
  if (literal !== undefined) collect(literal, levels, index + 1, found);
}

/** @returns whether the value was there; branches that are empty then are taken away */
function removeBelow<T>(at: Branch<T>, levels: readonly string[], value: T): boolean {
  const [level, ...rest] = levels;
  if (level === undefined) return at.values.delete(value);
  const next = at.below.get(level);
  if (next === undefined) return false;
  const wasThere = removeBelow(next, rest, value);
  if (next.values.size === 0 && next.below.size === 0) at.below.delete(level);
  return wasThere;
}

function branch<T>(): Branch<T> {
  return { below: new Map(), values: new Set() };
}
