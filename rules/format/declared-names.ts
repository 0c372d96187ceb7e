import { child, type JsonNode, keysOf, textOf } from './json-tree.js';

/** The names that a rule declares, looked for before anything is read: names may be used before they come. */
export interface DeclaredNames {
  readonly inputs: ReadonlySet<string>;
  /** Inputs and `let` signals. */
  readonly all: ReadonlySet<string>;
  /** The `let` signals that only give an input another name, with that input. */
  readonly aliases: ReadonlyMap<string, string>;
}

export function declaredNames(rule: JsonNode): DeclaredNames {
  const inputs = new Set(keysOf(child(rule, 'inputs')));
  const lets = child(rule, 'let');
  if (lets?.kind !== 'object') return { inputs, all: inputs, aliases: NO_ALIASES };
  const targets = new Map<string, string>();
  for (const [name, { value }] of lets.properties) {
    const target = soleName(value);
    if (target !== null) targets.set(name, target);
  }
  const aliases = new Map<string, string>();
  for (const name of targets.keys()) {
    const input = follow(targets, name, inputs);
    if (input !== null) aliases.set(name, input);
  }
  return { inputs, all: new Set([...inputs, ...lets.properties.keys()]), aliases };
}

const NO_ALIASES: ReadonlyMap<string, string> = new Map();

/** The name that a `let` consists of, as `"temp"`, `{ "value": "temp" }` or `{ "expr": "temp" }`. */
function soleName(node: JsonNode): string | null {
  const isSingle = node.kind === 'object' && node.properties.size === 1;
  const inside = isSingle ? (child(node, 'value') ?? child(node, 'expr')) : node;
  return textOf(inside)?.trim() ?? null;
}

/** The input at the end of a chain of names; `null` if it ends elsewhere or runs in a circle. */
function follow(
  targets: ReadonlyMap<string, string>,
  name: string,
  inputs: ReadonlySet<string>,
): string | null {
  let current = targets.get(name);
  for (let steps = 0; current !== undefined && steps < CHAIN_MAX; steps++) {
    if (inputs.has(current)) return current;
    current = targets.get(current);
  }
  return null;
}

/** Nobody renames a name more often; the bound keeps hostile files from quadratic work. */
const CHAIN_MAX = 100;
