/** JSON with the place of every value: `start` and `end` are offsets into the text, `end` exclusive. */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface JsonObject extends Span {
  readonly kind: 'object';
  /** In file order. Of two with one key the first is here; the second is an issue of its own. */
  readonly properties: ReadonlyMap<string, JsonProperty>;
}

export interface JsonProperty {
  readonly key: Span;
  readonly value: JsonNode;
}

export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonScalar extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

/** The value of a key of an object; `undefined` if it has none, or is no object. */
export function child(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === 'object' ? node.properties.get(key)?.value : undefined;
}

/** Where a key of an object stands; the head of the object (or of whatever it is) if it has none of that name. */
export function keyPlace(node: JsonNode, key: string): Span {
  return (node.kind === 'object' ? node.properties.get(key)?.key : undefined) ?? headOf(node);
}

/** The keys of an object, in file order; none of anything else. */
export function keysOf(node: JsonNode | undefined): string[] {
  return node?.kind === 'object' ? [...node.properties.keys()] : [];
}

/** The text, if the node is one. */
export function textOf(node: JsonNode | undefined): string | null {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

/** The texts of a list, others left out; `null` if it is no list. */
export function textsOf(node: JsonNode | undefined): string[] | null {
  return node?.kind === 'array' ? node.items.flatMap((item) => textOf(item) ?? []) : null;
}

/** The node as a plain value. Objects have no prototype, so that a key named `__proto__` is a key. */
export function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(plainValue);
    case 'object': {
      const object: Record<string, unknown> = Object.create(null);
      for (const [key, property] of node.properties) object[key] = plainValue(property.value);
      return object;
    }
  }
}

/** An object as a plain value without some of its keys, and with `true` for the values of others. */
export function plainObject(
  node: JsonObject,
  without: ReadonlySet<string>,
  opaque: ReadonlySet<string>,
): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of node.properties) {
    if (!without.has(key)) object[key] = opaque.has(key) ? true : plainValue(value);
  }
  return object;
}

/** The opening bracket of an object or list, the whole of anything else: where a problem with all of it is shown. */
export function headOf(node: JsonNode): Span {
  return node.kind === 'scalar' ? node : { start: node.start, end: node.start + 1 };
}

/** A value in a few words, for messages: ``the number 30``, ``the text "abc"``, ``a list``. */
export function describeNode(node: JsonNode): string {
  if (node.kind === 'array') return 'a list';
  if (node.kind === 'object') return 'an object';
  if (node.value === null) return 'null';
  if (typeof node.value === 'string') return `the text ${quote(node.value)}`;
  return typeof node.value === 'number' ? `the number ${node.value}` : `${node.value}`;
}

/** A text of the user's in quotes, cut so that a message stays one line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX)}…` : text);
}

const QUOTE_MAX = 60;

/** Where characters `start` to `end` of a text value stand in the file, escapes such as `\n` taken into account. */
export function spanInText(fileText: string, node: Span, start: number, end: number): Span {
  const first = node.start + 1;
  const raw = fileText.slice(first, node.end - 1);
  if (!raw.includes('\\')) return { start: first + start, end: first + end };
  let at = 0;
  let decoded = 0;
  const advanceTo = (target: number): number => {
    for (; decoded < target && at < raw.length; decoded++) at += escapeLength(raw, at);
    return first + at;
  };
  return { start: advanceTo(start), end: advanceTo(end) };
}

function escapeLength(raw: string, at: number): number {
  if (raw[at] !== '\\') return 1;
  return raw[at + 1] === 'u' ? 6 : 2;
}
