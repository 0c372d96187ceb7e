import { isComparator } from '../../rules/format/condition-shapes.js';
import type { JsonObject, Span } from '../../rules/format/json-tree.js';
import { comparatorTest, deadbandTest, leftOutTest, shiftTest } from './missing-test.js';
import type { PlaceMutation } from './mutation.js';
import type { ValuePlace } from './rule-places.js';
import { shiftedClock, shiftedDuration, shiftedNumber, shiftedWhole } from './shifted.js';
import { isCounted } from './subject-of.js';
import { spanOfProperty } from './text-edits.js';

/** Changes of the value of a key, and of the key itself. */
export function valueMutations(place: ValuePlace, rule: JsonObject): PlaceMutation[] {
  return [...shifts(place, rule), ...otherKeys(place), ...withoutIt(place, rule)];
}

/** `above 60`, `latch true` */
function whatOf({ key, node }: ValuePlace): string {
  return node.kind === 'scalar' ? `${key} ${String(node.value)}` : key;
}

function replaced(place: ValuePlace, value: string, json: string, test: string): PlaceMutation {
  return { what: whatOf(place), change: value, edit: { span: place.node, text: json }, test };
}

function shifts(place: ValuePlace, rule: JsonObject): PlaceMutation[] {
  const { type, node, key, owner } = place;
  if (node.kind !== 'scalar') return [];
  const { value } = node;
  // Half a reading is none.
  const isWhole = (isComparator(key) || key === 'deadband') && isCounted(owner, rule);
  const quoted = (text: string) => JSON.stringify(text);
  const test = (changed: string) =>
    key === 'deadband'
      ? deadbandTest(owner, String(value), changed, isWhole)
      : shiftTest(place, String(value), changed, isWhole);
  switch (type) {
    case 'number': {
      // A deadband of 0 means nothing.
      if (typeof value !== 'number' || (key === 'deadband' && value === 0)) return [];
      const changes = isWhole ? shiftedWhole(value) : shiftedNumber(value);
      return changes.map((changed) => replaced(place, changed, changed, test(changed)));
    }
    case 'whole':
      return typeof value !== 'number'
        ? []
        : shiftedWhole(value).map((changed) => replaced(place, changed, changed, test(changed)));
    case 'duration':
      return shiftedDuration(String(value)).map((changed) =>
        replaced(place, changed, quoted(changed), test(changed)),
      );
    case 'clock':
      return shiftedClock(String(value)).map((changed) =>
        replaced(place, changed, quoted(changed), test(changed)),
      );
    case 'choice':
      return others(key, String(value)).map((changed) =>
        replaced(place, changed, quoted(changed), test(changed)),
      );
    case 'flag':
      return [replaced(place, String(!value), String(!value), test(String(!value)))];
    case 'text':
    case 'part':
      return [];
  }
}

/** What the next one is; the test that notices it notices the one after the next too. */
function others(key: string, value: string): string[] {
  if (key === 'severity') return value === 'warning' ? ['critical'] : ['warning'];
  return [value === 'hold' ? 'resolve' : 'hold'];
}

const NEIGHBOURS: ReadonlyMap<string, string> = new Map([
  ['above', 'atLeast'],
  ['atLeast', 'above'],
  ['below', 'atMost'],
  ['atMost', 'below'],
  ['equals', 'notEquals'],
  ['notEquals', 'equals'],
  ['in', 'notIn'],
  ['notIn', 'in'],
  ['between', 'outside'],
  ['outside', 'between'],
  ['all', 'any'],
  ['any', 'all'],
]);

function otherKeys(place: ValuePlace): PlaceMutation[] {
  const { key, keySpan, node } = place;
  const other = NEIGHBOURS.get(key);
  // One condition alone is the same in both.
  if (other === undefined || ((key === 'all' || key === 'any') && isShort(place))) return [];
  const edit = { span: keySpan, text: JSON.stringify(other) };
  return [
    {
      what: whatOf(place),
      change: other,
      edit,
      test: comparatorTest(place, other),
      span: spanOfKey(keySpan, node),
    },
  ];
}

function isShort({ node }: ValuePlace): boolean {
  return node.kind === 'array' && node.items.length < 2;
}

/** Of a long value the key is enough. */
function spanOfKey(key: Span, { kind, start, end }: ValuePlace['node']): Span {
  return kind === 'scalar' ? { start, end } : key;
}

const CAN_BE_LEFT_OUT: ReadonlySet<string> = new Set([
  'deadband',
  'for',
  'keepFor',
  'minCount',
  'maxAge',
  'unless',
  'info',
  'warning',
  'critical',
]);

function withoutIt(place: ValuePlace, rule: JsonObject): PlaceMutation[] {
  const { key, owner, keySpan, node } = place;
  // `absent` needs its `for`.
  const isNeeded = key === 'for' && owner.properties.has('absent');
  if (!CAN_BE_LEFT_OUT.has(key) || isNeeded || isNothing(place)) return [];
  const edit = { span: spanOfProperty(owner, key), text: '' };
  const test =
    key === 'deadband'
      ? deadbandTest(owner, String(writtenIn(place)), '0', isCounted(owner, rule))
      : leftOutTest(place);
  return [{ what: whatOf(place), change: 'left out', edit, test, span: spanOfKey(keySpan, node) }];
}

/** A delay of no time, a deadband of nothing. */
function isNothing(place: ValuePlace): boolean {
  const value = writtenIn(place);
  return value === 0 || value === '0s';
}

function writtenIn({ node }: ValuePlace): unknown {
  return node.kind === 'scalar' ? node.value : null;
}
