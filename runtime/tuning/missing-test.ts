import { parseDuration } from '../../rules/format/duration.js';
import { child, type JsonObject } from '../../rules/format/json-tree.js';
import type { ValuePlace } from './rule-places.js';
import { between } from './shifted.js';
import { subjectOf } from './subject-of.js';

/** `1`: true above the limit; `-1`: true below it. */
const SIDES: ReadonlyMap<string, 1 | -1> = new Map([
  ['above', 1],
  ['atLeast', 1],
  ['below', -1],
  ['atMost', -1],
]);
/** The limit itself is true. */
const INCLUSIVE: ReadonlySet<string> = new Set(['atLeast', 'atMost']);

/** The test that would notice another value of a key, in a few words. @param isWhole it is a limit for whole numbers */
export function shiftTest(place: ValuePlace, from: string, to: string, isWhole = false): string {
  const { key, owner } = place;
  const isHigher = amount(to) > amount(from);
  const must = (is: boolean) => (is ? 'must' : 'must not');
  const side = SIDES.get(key);
  if (side !== undefined) {
    // Of a limit that moves away from where it is true, a value in between is still true.
    const isTrue = side === 1 ? isHigher : !isHigher;
    const value = isWhole ? wholeBetween(key, from, to) : between(from, to);
    return `${subjectIn(place)} at ${value}: it ${must(isTrue)} ${isFilter(place) ? 'count' : 'be true'}`;
  }
  const middle = between(from, to);
  switch (key) {
    case 'for':
      return owner.properties.has('absent')
        ? `nothing comes for ${middle}: it ${must(isHigher)} be true`
        : `it holds for ${middle}: that ${must(isHigher)} be enough`;
    case 'keepFor':
      return `it is over for ${middle}: the alarm ${must(!isHigher)} still be on`;
    case 'within':
      return `what belongs together is ${middle} apart: that ${must(!isHigher)} be near enough`;
    case 'over':
      return parseDuration(from) === null
        ? `a window in which the ${isHigher ? to : from}th reading from the end decides`
        : `a reading that is ${middle} old and ${must(!isHigher)} count`;
    case 'session':
      return `a pause of ${middle} between two readings, which ${must(isHigher)} end the session`;
    case 'maxAge':
      return `nothing comes for ${middle}: the value ${must(isHigher)} be unknown`;
    case 'times':
      return isHigher
        ? `it happens ${from} times: that must be enough`
        : `it happens ${to} times: that must not be enough`;
    case 'some':
      return isHigher
        ? `${from} of them are true: that must be enough`
        : `${to} of them are true: that must not be enough`;
    case 'minCount':
      return isHigher
        ? `${from} readings: the value must be known`
        : `${to} readings: the value must not be known`;
    case 'severity':
      return `expect "severity": "${from}" when it fires`;
    case 'onUnknown':
      return 'the value becomes unknown while it fires (with "maxAge", or by a window that runs empty)';
    case 'latch':
      return 'it fires and its condition ends: expect "cleared", then a "reset" and "resolved"';
    case 'full':
      return 'too few readings for a full window, with values that would fire';
    case 'from':
    case 'to':
      return `a test at ${from} and one between ${from} and ${to}, on a day on which it is watched`;
    default:
      return `a test in which ${from} and ${to} make a difference`;
  }
}

/** Of two limits, the whole number that only one of them takes. */
function wholeBetween(key: string, from: string, to: string): string {
  const [low, high] = [amount(from), amount(to)].sort((a, b) => a - b);
  const isUpper = SIDES.get(key) === 1 ? INCLUSIVE.has(key) : !INCLUSIVE.has(key);
  return String(isUpper ? low : high);
}

/** `where` is asked of single readings. */
function isFilter({ path }: ValuePlace): boolean {
  return path.at(-2) === 'where';
}

function subjectIn(place: ValuePlace): string {
  return isFilter(place) ? 'a reading' : subjectOf(place.owner);
}

/** Of a deadband, also one that is left out (`to` is 0). */
export function deadbandTest(owner: JsonObject, from: string, to: string, isWhole = false): string {
  const [key, side] = [...SIDES].find(([one]) => owner.properties.has(one)) ?? ['', 1];
  const limit = child(owner, key);
  const isHigher = amount(to) > amount(from);
  const outcome = isHigher ? 'it must be over' : 'it must still be true';
  if (limit?.kind !== 'scalar' || typeof limit.value !== 'number') {
    return `after it was true, a value that is back by ${between(from, to)}: ${outcome}`;
  }
  const widths = [amount(from), amount(to)];
  const wholeWidth = INCLUSIVE.has(key) ? Math.max(...widths) : Math.min(...widths);
  const width = isWhole ? wholeWidth : Number(between(from, to));
  const value = Number((limit.value - side * width).toPrecision(12));
  return `after it was true, ${subjectOf(owner)} at ${value}: ${outcome}`;
}

/** Of the neighbour of a comparator. */
export function comparatorTest(place: ValuePlace, other: string): string {
  const { key, node } = place;
  if (key === 'all' || key === 'any') return 'some of its conditions are true and others are not';
  if (!SIDES.has(key)) return `a value that ${key} takes, and ${other} does not`;
  const exactly = node.kind === 'scalar' ? String(node.value) : 'the limit';
  const outcome = `${INCLUSIVE.has(key) ? 'must' : 'must not'} ${isFilter(place) ? 'count' : 'be true'}`;
  return `${subjectIn(place)} at exactly ${exactly}: it ${outcome}`;
}

/** Of a key that is left out. */
export function leftOutTest({ key, owner, node }: ValuePlace): string {
  const value = node.kind === 'scalar' ? String(node.value) : '';
  switch (key) {
    case 'for':
      return `it holds for less than ${value}: that must not be enough`;
    case 'keepFor':
      return `it is over for less than ${value}: the alarm must still be on`;
    case 'minCount':
      return `fewer than ${value} readings, with values that would fire`;
    case 'maxAge':
      return `nothing comes for ${value}, and what is not known any more matters`;
    case 'unless':
      return 'the sequence comes with this in between: it must not be true';
    default:
      return owner.properties.has(key)
        ? `a test that expects the severity ${key}`
        : 'a test in which it matters';
  }
}

function amount(text: string): number {
  return parseDuration(text) ?? Number(text);
}
