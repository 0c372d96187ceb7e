import { child, type JsonObject } from '../../rules/format/json-tree.js';
import type { PlaceMutation } from './mutation.js';
import type { ItemPlace } from './rule-places.js';
import { shiftedNumber, shiftedWhole } from './shifted.js';
import { isCounted } from './subject-of.js';
import { spanOfItem, spanOfProperty } from './text-edits.js';

/** What is said of an element that is left out, and what a test would have to show. */
const LEFT_OUT: ReadonlyMap<string, readonly [what: string, test: string]> = new Map([
  ['all', ['a condition of all', 'a test in which all others are true and this one is not']],
  ['any', ['a condition of any', 'a test in which this one alone is true']],
  ['of', ['a condition of some', 'a test in which this one decides whether there are enough']],
  ['sequence', ['a step of sequence', 'a test in which all other steps come and this one does not']],
  ['in', ['a value of in', 'a test that sends this value']],
  ['notIn', ['a value of notIn', 'a test that sends this value']],
  ['days', ['a day', 'a test on this day']],
]);

/** Changes of an element of a list, which is left out or, where it is a limit, shifted. */
export function itemMutations(place: ItemPlace, rule: JsonObject): PlaceMutation[] {
  const { key, list, index } = place;
  if (key === 'suppressedBy') return [suppressor(place, rule)];
  if (key === 'between' || key === 'outside') return limits(place, rule);
  const words = LEFT_OUT.get(key);
  if (words === undefined || list.items.length < 2) return [];
  const [what, test] = words;
  return [
    {
      what: `${what}${valueText(place)}`,
      change: 'left out',
      edit: { span: spanOfItem(list, index), text: '' },
      test,
    },
  ];
}

function valueText({ node }: ItemPlace): string {
  return node.kind === 'scalar' && typeof node.value !== 'object' ? ` ${JSON.stringify(node.value)}` : '';
}

function suppressor({ list, index, node }: ItemPlace, rule: JsonObject): PlaceMutation {
  const other = child(node, 'rule');
  const id = other?.kind === 'scalar' ? String(other.value) : '';
  const span = list.items.length > 1 ? spanOfItem(list, index) : spanOfProperty(rule, 'suppressedBy');
  const test = `a test in which ${id} fires too, that expects "suppressed": true`;
  return { what: `suppressedBy ${id}`, change: 'left out', edit: { span, text: '' }, test };
}

function limits({ key, index, node, owner }: ItemPlace, rule: JsonObject): PlaceMutation[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'number') return [];
  const end = index === 0 ? 'the lower' : 'the upper';
  const isWhole = isCounted(owner, rule);
  const changes = isWhole ? shiftedWhole(node.value) : shiftedNumber(node.value);
  return changes.map((change) => ({
    what: `${end} limit of ${key}, ${node.value}`,
    change,
    edit: { span: node, text: change },
    test: `a value between ${node.value} and ${change}, which this limit parts`,
  }));
}
