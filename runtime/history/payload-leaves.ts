import type { JsonValue, Scalar } from '../../rules/reading.js';

interface Branch<T> {
  readonly children: Map<string, Branch<T>>;
  leaf: T | null;
}

/**
 * Finds every leaf of the payloads of one topic, under the names by which rules know them: a scalar is the field `value`,
 * the leaves of an object or array are fields with dotted names. What belongs to a leaf is made at its first value.
 */
export class PayloadLeaves<T> {
  readonly #root = branch<T>();
  readonly #make: (field: string, value: Scalar) => T | null;
  readonly #except: string | null;

  /**
   * @param make what belongs to a leaf, with its first value; `null`: it is left out, and asked for again the next time
   * @param except a field that is passed over
   */
  constructor(make: (field: string, value: Scalar) => T | null, except: string | null = null) {
    this.#make = make;
    this.#except = except;
  }

  /** Values that are no reading (`null`, infinite, whole numbers beyond ±2^53) are passed over, as rules do. */
  read(payload: JsonValue, take: (leaf: T, value: Scalar) => void): void {
    if (typeof payload === 'object' && payload !== null) this.#walk(payload, this.#root, '', take);
    else if (isReading(payload)) this.#leaf(this.#root, 'value', 'value', payload, take);
  }

  #walk(
    value: object,
    at: Branch<T> | undefined,
    path: string,
    take: (leaf: T, value: Scalar) => void,
  ): void {
    const leaves = value as { readonly [key: string]: JsonValue };
    for (const key in leaves) {
      const leaf = leaves[key];
      if (leaf === undefined || leaf === null) continue;
      if (typeof leaf === 'object') this.#walk(leaf, at?.children.get(key), `${path}${key}.`, take);
      else if (isReading(leaf)) this.#leaf(at, key, `${path}${key}`, leaf, take);
    }
  }

  #leaf(
    at: Branch<T> | undefined,
    key: string,
    field: string,
    value: Scalar,
    take: (leaf: T, value: Scalar) => void,
  ): void {
    const known = at?.children.get(key)?.leaf ?? null;
    const leaf = known ?? this.#made(field, value);
    if (leaf !== null) take(leaf, value);
  }

  /** `{"motor.temp": 1}` and `{"motor": {"temp": 1}}` are one field. */
  #made(field: string, value: Scalar): T | null {
    if (field === this.#except) return null;
    let at: Branch<T> | undefined = this.#root;
    for (const key of field.split('.')) at = at?.children.get(key);
    if (at !== undefined && at.leaf !== null) return at.leaf;
    const made = this.#make(field, value);
    if (made === null) return null;
    let place = this.#root;
    for (const key of field.split('.')) place = child(place, key);
    place.leaf = made;
    return made;
  }
}

function isReading(value: JsonValue): value is Scalar {
  if (typeof value !== 'number') return typeof value === 'boolean' || typeof value === 'string';
  return Number.isFinite(value) && (Math.abs(value) <= 2 ** 53 || !Number.isInteger(value));
}

function branch<T>(): Branch<T> {
  return { children: new Map(), leaf: null };
}

function child<T>(at: Branch<T>, key: string): Branch<T> {
  let next = at.children.get(key);
  if (next === undefined) {
    next = branch();
    at.children.set(key, next);
  }
  return next;
}
