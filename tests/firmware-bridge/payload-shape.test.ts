/**
 * The shape of JSON, by its bytes before it is parsed and by walking through what was parsed: each bound from both sides,
 * and both ways against each other on random JSON.
 */
import { describe, expect, test } from 'vitest';
import { shapeProblem, shapeProblemIn } from '../../firmware-bridge/payload-shape.js';
import { seededRandom } from '../seeded-random.js';

function both(json: string, fieldsMax: number): unknown[] {
  return [
    shapeProblemIn(new TextEncoder().encode(json), fieldsMax),
    shapeProblem(JSON.parse(json), fieldsMax),
  ];
}

const nested = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

describe('bounds', () => {
  test.each([
    ['32 lists', nested('[', ']', 32), 10, null],
    ['33 lists', nested('[', ']', 33), 10, 'tooDeep'],
    ['32 objects', nested('{"a":', '}', 32), 10, null],
    ['33 objects', nested('{"a":', '}', 33), 10, 'tooDeep'],
    ['33 levels side by side', `[${nested('[', ']', 31)},${nested('{"a":', '}', 31)}]`, 10, null],
    ['33 levels, the last empty', `${'['.repeat(33)}${']'.repeat(33)}`, 10, 'tooDeep'],
    ['brackets in strings', '["[[[[{{{{","]]]]"]', 2, null],
    ['all fields', '[1,2,3]', 3, null],
    ['one more', '[1,2,3,4]', 3, 'tooManyFields'],
    ['fields in objects', '{"a":1,"b":{"c":2,"d":3}}', 3, null],
    ['one more in an object', '{"a":1,"b":{"c":2,"d":3},"e":4}', 3, 'tooManyFields'],
    ['null is a field', '[null,null]', 1, 'tooManyFields'],
    ['empty lists are none', '[1,[],{},[],2]', 2, null],
    ['empty lists with space in them', '[1,[ ],{\n},2]', 2, null],
    ['empty ones after the last field', '[1,2,[],[]]', 2, null],
    ['empty ones before the first', '[[],[],1,2]', 2, null],
    ['commas in strings', '["a,b,c","d"]', 2, null],
    ['quotes in strings', '["a\\",\\"b","\\\\"]', 2, null],
    ['a key that ends with a backslash', '{"a\\\\":1,"b":2}', 2, null],
  ])('%s', (_name, json, fieldsMax, expected) => {
    expect(both(json, fieldsMax)).toEqual([expected, expected]);
  });

  test('by its bytes, 1,000 empty lists and no more', () => {
    const empties = (count: number) => `[${new Array(count).fill('[]').join(',')}]`;
    const problem = (count: number) => shapeProblemIn(new TextEncoder().encode(empties(count)), 10);
    expect([problem(1_000), problem(1_001)]).toEqual([null, 'tooManyFields']);
  });

  test('by its bytes, a key counts each time it comes', () => {
    expect(both('{"a":1,"a":2}', 1)).toEqual(['tooManyFields', null]);
  });
});

test('both ways agree on random JSON', () => {
  const random = seededRandom(53);
  let refused = 0;
  for (let i = 0; i < 3_000; i++) {
    const json = JSON.stringify(anyValue(random, 0), null, random() < 0.3 ? 2 : 0);
    if (!/^[[{]/.test(json)) continue;
    const fieldsMax = 1 + Math.floor(random() * 12);
    const [byBytes, byWalk] = both(json, fieldsMax);
    expect(byBytes, json).toBe(byWalk);
    if (byWalk !== null) refused += 1;
  }
  expect(refused).toBeGreaterThan(300);
});

const SCALARS = [null, true, 0, -1.5, 'a', '', '[1,2', '{"', '\\', '"', 'é\u0001'];

function anyValue(random: () => number, depth: number): unknown {
  const kind = random();
  if (depth > 4 || kind < 0.4) return SCALARS[Math.floor(random() * SCALARS.length)];
  const children = Array.from({ length: Math.floor(random() * 4) }, () => anyValue(random, depth + 1));
  return kind < 0.7
    ? children
    : Object.fromEntries(children.map((child, i) => [`${SCALARS[i + 4]}${i}`, child]));
}
