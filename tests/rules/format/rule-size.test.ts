// Aim: a rule larger than anyone writes is refused, at once and with one issue; the largest that is taken runs.
// Method: each bound from both sides, and messages for what is taken.
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';

const many = (count: number, one: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join();
test.each([
  [
    '100 inputs',
    100,
    (n: number) => `{"id":"a","inputs":{${many(n, (i) => `"t${i}":"f${i}"`)}},"when":"t0 > 1"}`,
  ],
  [
    '200 signals in `let`',
    200,
    (n: number) =>
      `{"id":"a","inputs":{"t":"f"},"let":{${many(n, (i) => `"s${i}":"t + ${i}"`)}},"when":"t > 1"}`,
  ],
  // `all`, then four for each: the comparison, its signal, the name and its operand.
  [
    '1,249 comparisons',
    1249,
    (n: number) =>
      `{"id":"a","inputs":{"t":"f"},"when":{"all":[${many(n, (i) => `{"value":"t","above":${i}}`)}]}}`,
  ],
  [
    'a list of 4,997',
    4997,
    (n: number) => `{"id":"a","inputs":{"t":"f"},"when":{"value":"t","in":[${many(n, String)}]}}`,
  ],
  [
    'a sequence of 1,249',
    1249,
    (n: number) =>
      `{"id":"a","inputs":{"t":"f"},"when":{"sequence":[${many(n, (i) => `"t > ${i}"`)}],"within":"1h"}}`,
  ],
])('%s are taken, one more is one issue', (_, count, text) => {
  expect(loadRules([{ path: 'a.json', text: text(count) }]).issues).toEqual([]);
  const { issues, rules } = loadRules([{ path: 'a.json', text: text(count + 1) }]);
  expect([rules.length, issues.map(({ code }) => code)]).toEqual([0, ['too-large']]);
});

test('far too much of everything is one issue for each', () => {
  const text = `{"id":"a","inputs":{"t":"f"},"let":{${many(10_000, (i) => `"s${i}":"t + ${i}"`)}},"when":"t > 1"}`;
  const { issues } = loadRules([{ path: 'a.json', text }]);
  expect(issues.map(({ code }) => code)).toEqual(['too-large', 'too-large']);
});

test('signals that look ahead over more sets of labels than there can be forerunners for', () => {
  const labels = (n: number) => Array.from({ length: n }, (_, i) => `l${i}`);
  const text = (n: number) =>
    JSON.stringify({
      id: 'a',
      inputs: {
        own: `own/${labels(n)
          .map((label) => `{${label}}`)
          .join('/')}/{m}`,
        ...Object.fromEntries(labels(n).map((label) => [`i_${label}`, `s/${label}/{${label}}`])),
      },
      let: {
        all: labels(n)
          .map((label) => `i_${label}`)
          .join(' + '),
      },
      when: { avg: 'all', over: 5, above: 1 },
    });
  const codes = (n: number) => loadRules([{ path: 'a.json', text: text(n) }]).issues.map(({ code }) => code);
  expect(codes(4)).toEqual([]);
  expect(codes(5)).toEqual(['too-large']);
});

describe('the largest that is taken', () => {
  const chain = many(200, (i) => `"s${i}":"${i === 0 ? 't + 1' : `s${i - 1} + s${i - 1}`}"`);
  test.each([
    ['each signal twice in the next: 2^199 of the first', `"let":{${chain}},"when":"s199 > 1"`],
    ['readings of all of them', `"let":{${chain}},"when":{"avg":"s199","over":5,"above":1}`],
    ['conditions', `"when":{"any":[${many(1249, (i) => `{"value":"t","above":${i}}`)}]}`],
    [
      'a sequence',
      `"when":{"any":[{"sequence":[${many(1247, (i) => `"t > ${i}"`)}],"within":"1h"},"t > 1"]}`,
    ],
    ['a list', `"when":{"value":"t","notIn":[${many(4997, (i) => `${i + 10}`)}]}`],
  ])('%s', (_, text) => {
    const { rules, issues } = loadRules([
      { path: 'a.json', text: `{"id":"a","inputs":{"t":"f/{m}"},${text}}` },
    ]);
    expect(issues).toEqual([]);
    const engine = createEngine({ rules });
    const events = Array.from({ length: 10 }, (_, i) =>
      engine.message({ topic: `f/${i}`, payload: 5, time: i, arrival: i }),
    );
    expect(events.flat().map(({ event }) => event)).toEqual(Array.from({ length: 10 }, () => 'firing'));
  });
});
