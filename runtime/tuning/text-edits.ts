import type { JsonArray, JsonObject, Span } from '../../rules/format/json-tree.js';

/** What goes when an element of a list goes: the comma before or after it too. */
export function spanOfItem(list: JsonArray, index: number): Span {
  return spanWithComma(list.items, index);
}

/** The same for a key of an object and its value. */
export function spanOfProperty(object: JsonObject, key: string): Span {
  const all = [...object.properties].map(([name, { key: start, value }]) => ({
    name,
    start: start.start,
    end: value.end,
  }));
  return spanWithComma(
    all,
    all.findIndex(({ name }) => name === key),
  );
}

/** Comments between two elements go with one of them: what is left is to be read by a program. */
function spanWithComma(all: readonly Span[], index: number): Span {
  const [own, next, previous] = [all[index], all[index + 1], all[index - 1]];
  if (own === undefined) return { start: 0, end: 0 };
  if (next !== undefined) return { start: own.start, end: next.start };
  return { start: previous?.end ?? own.start, end: own.end };
}
