import { isComparator } from '../../rules/format/condition-shapes.js';
import { parseDuration } from '../../rules/format/duration.js';
import { aggregateFunction } from '../../rules/format/function-names.js';
import {
  child,
  type JsonArray,
  type JsonNode,
  type JsonObject,
  type Span,
  textOf,
} from '../../rules/format/json-tree.js';
import { isSeverity } from '../../rules/format/rule-shape.js';
import { type ExpressionWord, expressionWords } from './expression-words.js';

/** A place in the text of a rule at which it could say something else. Rules are right: nothing here reports mistakes. */
export type RulePlace = ValuePlace | ItemPlace | WordPlace | ObjectPlace;

/** The value of a key: `"above": 80`. */
export interface ValuePlace {
  readonly kind: 'value';
  /** `['when', 'warning', 'above']` */
  readonly path: readonly string[];
  readonly owner: JsonObject;
  readonly key: string;
  readonly keySpan: Span;
  readonly node: JsonNode;
  readonly type: ValueType;
}

export type ValueType = 'number' | 'whole' | 'duration' | 'flag' | 'choice' | 'text' | 'clock' | 'part';

/** An element of a list: a condition of `all`, a value of `in`, an entry of `suppressedBy`. */
export interface ItemPlace {
  readonly kind: 'item';
  readonly path: readonly string[];
  readonly owner: JsonObject;
  readonly key: string;
  readonly list: JsonArray;
  readonly index: number;
  readonly node: JsonNode;
}

/** A number, a duration or an operator within an expression. */
export interface WordPlace extends ExpressionWord {
  readonly kind: 'word';
  /** Numbers and durations are counted: `['let', 'rise', '#1']`. */
  readonly path: readonly string[];
}

/** An object to which a key could be added. */
export interface ObjectPlace {
  readonly kind: 'object';
  readonly path: readonly string[];
  readonly role: 'rule' | 'input' | 'condition' | 'signal';
  readonly node: JsonObject;
}

/** Every place of a rule, in file order of its keys. `text`: that of its file. */
export function rulePlaces(rule: JsonObject, text: string): RulePlace[] {
  const walk = new Walk(text);
  walk.rule(rule);
  return walk.places;
}

const DURATIONS: ReadonlySet<string> = new Set([
  'for',
  'keepFor',
  'within',
  'every',
  'session',
  'longest',
  'halfLife',
  'per',
  'ahead',
]);
const COUNTS: ReadonlySet<string> = new Set(['times', 'some', 'minCount']);
const LISTS_OF_CONDITIONS: ReadonlySet<string> = new Set(['all', 'any', 'of', 'sequence']);
const CONDITIONS: ReadonlySet<string> = new Set(['not', 'unless', 'after', 'expect', 'during']);
const SIGNALS: ReadonlySet<string> = new Set(['value', 'previous', 'ewma', 'changed']);

type Path = readonly string[];

class Walk {
  readonly places: RulePlace[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  rule(node: JsonObject): void {
    this.places.push({ kind: 'object', path: [], role: 'rule', node });
    for (const [key, { value }] of node.properties) {
      if (key === 'inputs') this.#inputs(value);
      else if (key === 'let') this.#named(value, [key]);
      else if (key === 'when') this.#when(value);
      else if (key === 'active') this.#active(value);
      else if (key === 'suppressedBy') this.#items(node, key, []);
      else if (key === 'keepFor') this.#value(node, key, [], 'duration');
      else if (key === 'latch') this.#value(node, key, [], 'flag');
      else if (key === 'severity' || key === 'onUnknown') this.#value(node, key, [], 'choice');
    }
  }

  #inputs(inputs: JsonNode): void {
    if (inputs.kind !== 'object') return;
    for (const [name, { value }] of inputs.properties) {
      const path = ['inputs', name];
      if (value.kind !== 'object') continue;
      if (value.properties.has('topic'))
        this.places.push({ kind: 'object', path, role: 'input', node: value });
      this.#value(value, 'maxAge', path, 'duration');
    }
  }

  #named(lets: JsonNode, path: Path): void {
    if (lets.kind !== 'object') return;
    for (const [name, { value }] of lets.properties) this.#term(value, [...path, name], 'signal');
  }

  #when(when: JsonNode): void {
    const levels = when.kind === 'object' ? [...when.properties.keys()].filter(isSeverity) : [];
    if (when.kind !== 'object' || levels.length === 0) {
      this.#term(when, ['when'], 'condition');
      return;
    }
    for (const level of levels) {
      const condition = child(when, level);
      if (condition === undefined) continue;
      // One of several can be left out.
      if (levels.length > 1) this.#value(when, level, ['when'], 'part');
      this.#term(condition, ['when', level], 'condition');
    }
  }

  #active(active: JsonNode): void {
    const spans = active.kind === 'array' ? active.items : [active];
    for (const [index, span] of spans.entries()) {
      const path = active.kind === 'array' ? ['active', String(index)] : ['active'];
      if (span.kind !== 'object') continue;
      for (const key of ['from', 'to']) this.#value(span, key, path, 'clock');
      this.#items(span, 'days', path);
    }
  }

  /** A signal or a condition: a name or expression, or an object. */
  #term(node: JsonNode, path: Path, role: 'signal' | 'condition'): void {
    if (node.kind === 'scalar') this.#expression(node, path);
    if (node.kind !== 'object') return;
    this.places.push({ kind: 'object', path, role, node });
    for (const key of node.properties.keys()) this.#key(node, key, path);
  }

  #key(owner: JsonObject, key: string, path: Path): void {
    const value = child(owner, key);
    if (value === undefined) return;
    const here = [...path, key];
    if (isComparator(key) || key === 'limit') this.#operands(owner, key, path);
    else if (key === 'over') this.#value(owner, key, path, textOf(value) === null ? 'whole' : 'duration');
    else if (DURATIONS.has(key)) this.#value(owner, key, path, 'duration');
    else if (COUNTS.has(key)) this.#value(owner, key, path, 'whole');
    else if (key === 'deadband') this.#value(owner, key, path, 'number');
    else if (key === 'full') this.#value(owner, key, path, 'flag');
    else if (key === 'expr') this.#expression(value, path);
    else if (key === 'where') this.#where(value, here);
    else if (LISTS_OF_CONDITIONS.has(key)) this.#conditions(owner, key, here);
    else if (CONDITIONS.has(key)) this.#condition(owner, key, path);
    else if (SIGNALS.has(key) || aggregateFunction(key) !== null) this.#term(value, here, 'signal');
  }

  #where(node: JsonNode, path: Path): void {
    if (node.kind !== 'object') return;
    for (const key of node.properties.keys()) if (isComparator(key)) this.#operands(node, key, path);
  }

  #condition(owner: JsonObject, key: string, path: Path): void {
    const value = child(owner, key);
    if (value === undefined) return;
    if (key === 'unless') this.#value(owner, key, path, 'part');
    this.#term(value, [...path, key], 'condition');
  }

  #conditions(owner: JsonObject, key: string, path: Path): void {
    const list = child(owner, key);
    if (list?.kind !== 'array') return;
    if (key === 'all' || key === 'any') this.#value(owner, key, path.slice(0, -1), 'part');
    this.#items(owner, key, path.slice(0, -1));
    for (const [index, item] of list.items.entries()) this.#term(item, [...path, String(index)], 'condition');
  }

  #operands(owner: JsonObject, key: string, path: Path): void {
    const value = child(owner, key);
    if (value === undefined) return;
    const here = [...path, key];
    this.#value(owner, key, path, value.kind === 'scalar' ? operandType(value) : 'part');
    if (value.kind === 'object') this.#term(value, here, 'signal');
    if (value.kind !== 'array') return;
    this.#items(owner, key, path);
    for (const [index, item] of value.items.entries())
      if (item.kind === 'object') this.#term(item, [...here, String(index)], 'signal');
  }

  #value(owner: JsonObject, key: string, path: Path, type: ValueType): void {
    const property = owner.properties.get(key);
    if (property === undefined) return;
    const { key: keySpan, value: node } = property;
    this.places.push({ kind: 'value', path: [...path, key], owner, key, keySpan, node, type });
  }

  #items(owner: JsonObject, key: string, path: Path): void {
    const list = child(owner, key);
    if (list?.kind !== 'array') return;
    for (const [index, node] of list.items.entries())
      this.places.push({ kind: 'item', path: [...path, key, String(index)], owner, key, list, index, node });
  }

  #expression(node: JsonNode, path: Path): void {
    let counted = 0;
    for (const word of expressionWords(node, this.#text)) {
      if (word.type !== 'operator') counted += 1;
      const name = word.type === 'operator' ? word.text : `#${counted}`;
      this.places.push({ kind: 'word', path: [...path, name], ...word });
    }
  }
}

/** What an operand is, beside a comparator: a text that reads as a duration is one. */
export function operandType(node: JsonNode): ValueType {
  if (node.kind === 'scalar' && typeof node.value === 'number') return 'number';
  const text = textOf(node);
  return text !== null && parseDuration(text) !== null ? 'duration' : 'text';
}
