const NOTHING: readonly never[] = Object.freeze([]);

/**
 * The same list, with room for no more than is in it. One that was pushed to, or spread into, has room for sixteen more:
 * where every instance has some lists of one or two, that is most of what they take.
 */
export function fitted<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NOTHING : list.slice();
}

/** The list and one more, with room for no more than that. */
export function withOne<T>(list: readonly T[], one: T): readonly T[] {
  return list.length === 0 ? [one] : list.concat([one]);
}
