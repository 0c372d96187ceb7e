import type { JsonValue } from '../../rules/reading.js';

type Leaf = Exclude<JsonValue, readonly JsonValue[] | { readonly [key: string]: JsonValue }>;

/**
 * The fields of a payload (rule reference, section 2): `value` for a scalar, dotted names for the leaves of an
 * object or array. Of two leaves with one name the last counts.
 *
 * Example: `{ motor: { temp: 3 }, axes: [1, 2] }` has `motor.temp`, `axes.0`, `axes.1`.
 */
export function payloadFields(payload: JsonValue): Map<string, Leaf> {
  const fields = new Map<string, Leaf>();
  if (isLeaf(payload)) fields.set('value', payload);
  else collect(payload, '', fields);
  return fields;
}

function collect(branch: Exclude<JsonValue, Leaf>, prefix: string, fields: Map<string, Leaf>): void {
  for (const [key, child] of Object.entries(branch)) {
    const name = `${prefix}${key}`;
    if (isLeaf(child)) fields.set(name, child);
    else collect(child, `${name}.`, fields);
  }
}

function isLeaf(value: JsonValue): value is Leaf {
  return value === null || typeof value !== 'object';
}
