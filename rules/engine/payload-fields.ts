import { fitted, withOne } from '../exact-lists.js';
import type { JsonValue } from '../reading.js';
import { BOOLEAN, type Kind, NUMBER, TEXT, UNKNOWN } from '../signals/signal-node.js';

/** Why a value gave no reading. */
export type FieldRejection = 'null' | 'nonFinite' | 'tooLarge';

/** One field that somebody reads, with what the present message says about it. */
export interface FieldSlot {
  readonly field: string;
  /** UNKNOWN: nothing in this message. */
  kind: Kind;
  num: number;
  text: string;
}

interface Branch {
  /** `null`: it is a leaf. */
  children: Map<string, Branch> | null;
  slot: FieldSlot | null;
}

/**
 * Finds the wanted fields in decoded payloads: a scalar is the field `value`, the leaves of an object or array are
 * fields with dotted names. Only paths that somebody wants are entered. Of two leaves with one name the last counts.
 */
export class PayloadFields {
  slots: readonly FieldSlot[] = fitted([]);
  readonly #root: Branch = { children: null, slot: null };
  #valueSlot: FieldSlot | null = null;
  #onRejected: (reason: FieldRejection) => void;

  constructor(onRejected: (reason: FieldRejection) => void) {
    this.#onRejected = onRejected;
  }

  /** The slot number of a field; the same for the same name. */
  want(field: string): number {
    const known = this.slots.findIndex((slot) => slot.field === field);
    if (known >= 0) return known;
    const slot: FieldSlot = { field, kind: UNKNOWN, num: Number.NaN, text: '' };
    let at = this.#root;
    for (const key of field.split('.')) at = child(at, key);
    at.slot = slot;
    if (field === 'value') this.#valueSlot = slot;
    this.slots = withOne(this.slots, slot);
    return this.slots.length - 1;
  }

  /** Fills the slots from a payload. */
  read(payload: JsonValue): void {
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i];
      if (slot !== undefined) slot.kind = UNKNOWN;
    }
    if (typeof payload === 'object' && payload !== null) this.#walk(payload, this.#root);
    else if (this.#valueSlot !== null) this.#fill(this.#valueSlot, payload);
  }

  #walk(value: object, at: Branch): void {
    const leaves = value as { readonly [key: string]: JsonValue };
    for (const key in leaves) {
      const branch = find(at, key);
      if (branch === undefined) continue;
      const leaf = leaves[key];
      if (typeof leaf === 'object' && leaf !== null) this.#walk(leaf, branch);
      else if (branch.slot !== null && leaf !== undefined) this.#fill(branch.slot, leaf);
    }
  }

  #fill(slot: FieldSlot, value: JsonValue): void {
    switch (typeof value) {
      case 'number':
        if (!Number.isFinite(value)) this.#reject(slot, 'nonFinite');
        else if (Math.abs(value) > 2 ** 53 && Number.isInteger(value)) this.#reject(slot, 'tooLarge');
        else {
          slot.kind = NUMBER;
          slot.num = value;
          slot.text = '';
        }
        break;
      case 'boolean':
        slot.kind = BOOLEAN;
        slot.num = value ? 1 : 0;
        slot.text = '';
        break;
      case 'string':
        slot.kind = TEXT;
        slot.num = Number.NaN;
        slot.text = value;
        break;
      default:
        this.#reject(slot, 'null');
    }
  }

  #reject(slot: FieldSlot, reason: FieldRejection): void {
    slot.kind = UNKNOWN;
    this.#onRejected(reason);
  }
}

/** A key may itself hold dots: `{"motor.temp": 1}` is the field `motor.temp` too. */
function find(at: Branch, key: string): Branch | undefined {
  const direct = at.children?.get(key);
  if (direct !== undefined || !key.includes('.')) return direct;
  let branch: Branch | undefined = at;
  for (const part of key.split('.')) branch = branch?.children?.get(part);
  return branch;
}

function child(at: Branch, key: string): Branch {
  at.children ??= new Map();
  let next = at.children.get(key);
  if (next === undefined) {
    next = { children: null, slot: null };
    at.children.set(key, next);
  }
  return next;
}
