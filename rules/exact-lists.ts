/**
 * A list that was pushed to, or spread into, has room for sixteen more. Where every instance has some, of one or two each, that
 * is most of what they take: these have room for what is in them.
 */
const NOTHING: readonly never[] = Object.freeze([]);

export function fitted<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NOTHING : list.slice();
}

export function withOne<T>(list: readonly T[], one: T): readonly T[] {
  return list.length === 0 ? [one] : list.concat([one]);
}
