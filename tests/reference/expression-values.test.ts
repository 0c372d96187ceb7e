// What expressions are worth, also with values that are unknown or of a wrong kind (signal-value-rows.ts says how).
import { describe } from 'vitest';
import type { JsonValue, Scalar } from '../../rules/reading.js';
import { type Came, table } from './signal-value-rows.js';

/** With x and y as given; `null`: it was never heard of. */
function row(signal: string, value: Scalar | null, x: JsonValue = null, y: JsonValue = null) {
  const came = (one: JsonValue): Came[] => (one === null ? [] : [[0, one]]);
  return { name: `${signal} with ${x} and ${y}`, signal, x: came(x), y: came(y), at: 1, value };
}

describe('arithmetic', () => {
  table([
    row('x + y', 5, 2, 3),
    row('x - y', -1, 2, 3),
    row('x * y', 6, 2, 3),
    row('x / y', 2 / 3, 2, 3),
    row('x % y', -1, -7, 3),
    row('x ** y', 8, 2, 3),
    row('-x ** 2', -4, 2),
    row('2 ** 3 ** x', 512, 2),
    row('x / y', null, 1, 0),
    row('x % y', null, 1, 0),
    row('x ** y', null, 0, -1),
    row('x ** y', null, -8, 1 / 3),
    row('x * y', null, 1e200, 1e200),
    row('x + y', null, 1),
    row('x + y', null, 'a', 'b'),
    row('x + y', null, true, 1),
    row('-x', null, 'a'),
    row('x - y', null, '5', 3),
  ]);
});

describe('comparisons', () => {
  table([
    row('x < y', false, 2, 2),
    row('x <= y', true, 2, 2),
    row('x > y', false, 2, 2),
    row('x >= y', true, 2, 2),
    row('x < y', null, 'a', 'b'),
    row('x < y', null, false, true),
    row('x == y', true, 2, 2),
    row('x == y', true, 'a', 'a'),
    row('x == y', false, 'a', 'A'),
    row('x == y', true, false, false),
    row('x != y', true, 2, 3),
    row('x == y', null, 1, true),
    row('x != y', null, 1, '1'),
    row('x == y', null, 1),
  ]);
});

describe('logic', () => {
  table([
    row('x && y', null, true),
    row('x && y', false, false),
    row('y && x', false, false),
    row('x || y', true, true),
    row('y || x', true, true),
    row('x || y', null, false),
    row('!x', false, true),
    row('!x', null),
    row('!x', null, 1),
    row('x && y', null, 1, true),
    row('x && y', false, 1, false),
    row('x || y', true, 'a', true),
    row('x ? 1 : 2', 1, true),
    row('x ? 1 : 2', 2, false),
    row('x ? 1 : 2', null),
    row('x ? 1 : 1', null, 5),
    row('x ? y : 2', 2, false),
    row('x ? 1 : y', 1, true),
  ]);
});

describe('functions', () => {
  table([
    row('abs(x)', 2, -2),
    row('min(x, y, 5)', 2, 2, 3),
    row('max(x, y, 1)', 3, 2, 3),
    row('min(x, y)', null, 2),
    row('round(x)', 3, 2.5),
    row('round(x)', -2, -2.5),
    row('round(x)', 2, 2.499),
    row('floor(x)', -3, -2.5),
    row('ceil(x)', -2, -2.5),
    row('sqrt(x)', 3, 9),
    row('sqrt(x)', null, -1),
    row('log(x)', 0, 1),
    row('log(x)', null, 0),
    row('exp(x)', 1, 0),
    row('exp(x)', null, 1000),
    row('clamp(x, 0, 10)', 0, -1),
    row('clamp(x, 0, 10)', 5, 5),
    row('clamp(x, 0, 10)', 10, 11),
    row('bit(x, 0)', true, 5),
    row('bit(x, 1)', false, 5),
    row('bit(x, 2)', true, 5),
    row('bit(x, 40)', true, 2 ** 40),
    row('isKnown(x)', true, 'a'),
    row('isKnown(x)', false),
    row('isKnown(x / y)', false, 1, 0),
    row('coalesce(x, y)', 2, 2, 3),
    row('coalesce(x, y)', 3, null, 3),
    row('coalesce(x, y)', null),
    row('abs(x)', null, 'a'),
    row('abs(x)', null, true),
  ]);
});

describe('aggregates', () => {
  const x: Came[] = [
    [0, 2],
    [10, 4],
    [20, 9],
  ];
  const of = (signal: string, value: number) => ({ name: signal, signal, x, at: 20, value });
  table([
    of("avg(x, '20s')", 6.5),
    of('avg(x, 3)', 5),
    of('p50(x, 3)', 4),
    of("min(x, '20s')", 4),
    of('min(x, 3)', 3),
    of("max(x, '30s')", 9),
    of("avg(x, '20s') - avg(x, '1m')", 1.5),
  ]);
});
