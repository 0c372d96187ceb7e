import type { Document } from '../../rules/format/document.js';
import { aggregateFunction } from '../../rules/format/function-names.js';
import { type JsonNode, type JsonObject, type Span, textOf } from '../../rules/format/json-tree.js';
import type { RuleOrigin } from '../../rules/format/load-rules.js';
import type { Edit } from './edited-files.js';
import { type ObjectPlace, operandType, type RulePlace, rulePlaces } from './rule-places.js';

export type TunableType = 'number' | 'whole' | 'duration';

/** A number or duration of a rule that can be set to another one, also one that the rule leaves out. */
export interface Tunable {
  readonly rule: string;
  /** `['when', 'warning', 'deadband']` */
  readonly path: readonly string[];
  readonly type: TunableType;
  /** As written: `80`, `30s`; `null`: the rule leaves it out. */
  readonly written: string | null;
  readonly document: Document;
  /** What stands there; of one that is left out, where it would be put in. */
  readonly span: Span;
  edit(value: string): Edit;
}

/** `oil-hot.when.warning.deadband` */
export function addressOf({ rule, path }: Pick<Tunable, 'rule' | 'path'>): string {
  return [rule, ...path].join('.');
}

/** All of a rule, in file order. */
export function tunablesOf(rule: string, { document, node }: RuleOrigin): Tunable[] {
  if (node.kind !== 'object') return [];
  const make = maker(rule, document);
  return rulePlaces(node, document.text).flatMap((place) => tunablesAt(place, make));
}

function tunablesAt(place: RulePlace, make: ReturnType<typeof maker>): Tunable[] {
  switch (place.kind) {
    case 'value':
      return isTunable(place.type) ? [make.value(place.path, place.type, place.node)] : [];
    case 'item': {
      const type = operandType(place.node);
      return ITEMS.has(place.key) && isTunable(type) ? [make.value(place.path, type, place.node)] : [];
    }
    case 'word':
      return place.type === 'operator' ? [] : [make.word(place.path, place.type, place.text, place.span)];
    case 'object':
      return leftOut(place).map(({ key, type }) => make.leftOut([...place.path, key], type, place.node));
  }
}

/** Lists whose elements are values. */
const ITEMS: ReadonlySet<string> = new Set(['between', 'outside', 'in', 'notIn']);

function isTunable(type: string): type is TunableType {
  return type === 'number' || type === 'whole' || type === 'duration';
}

function maker(rule: string, document: Document) {
  const at = (span: Span, text: string): Edit => ({ path: document.path, span, text });
  return {
    value: (path: readonly string[], type: TunableType, node: JsonNode): Tunable => ({
      rule,
      path,
      type,
      written: textOf(node) ?? document.text.slice(node.start, node.end),
      document,
      span: node,
      edit: (value) => at(node, literal(type, value)),
    }),
    word: (path: readonly string[], type: TunableType, written: string, span: Span): Tunable => ({
      rule,
      path,
      type,
      written,
      document,
      span,
      // A negative number behind an operator would be read as another operator.
      edit: (value) => at(span, value.startsWith('-') ? `(${value})` : value),
    }),
    leftOut: (path: readonly string[], type: TunableType, owner: JsonObject): Tunable => ({
      rule,
      path,
      type,
      written: null,
      document,
      span: { start: owner.start, end: owner.start + 1 },
      edit: (value) => {
        const first = owner.start + 1;
        return at({ start: first, end: first }, ` "${path.at(-1)}": ${literal(type, value)},`);
      },
    }),
  };
}

function literal(type: TunableType, value: string): string {
  return type === 'duration' ? JSON.stringify(value) : value;
}

const WITH_DEADBAND = ['above', 'atLeast', 'below', 'atMost', 'between', 'outside'];

/** What could be added to an object to tune it. */
function leftOut({ role, node }: ObjectPlace): { key: string; type: TunableType }[] {
  const has = (key: string) => node.properties.has(key);
  const keys = [...node.properties.keys()];
  const isAggregate = keys.some((key) => aggregateFunction(key) !== null) && !has('across');
  const isCompared = WITH_DEADBAND.some(has);
  const possible: readonly (readonly [string, TunableType, boolean])[] = [
    ['deadband', 'number', role === 'condition' && isCompared],
    ['for', 'duration', role === 'condition'],
    ['keepFor', 'duration', role === 'condition' || role === 'rule'],
    ['minCount', 'whole', isAggregate],
    ['maxAge', 'duration', role === 'input'],
  ];
  return possible.filter(([key, , fits]) => fits && !has(key)).map(([key, type]) => ({ key, type }));
}
