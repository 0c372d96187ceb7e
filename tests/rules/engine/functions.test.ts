// Functions of the site in the engine: what they give, and what becomes of one that throws.
import { describe, expect, it, test } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine, Plan } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { JsonValue, Scalar } from '../../../rules/reading.js';
import { functionMaker } from '../../../runtime/functions/function-maker.js';
import { at, START } from './engine-fixture.js';

const FUSSY = "function fussy(x) { if (x > 50) throw new Error('too much'); return x + 1; }";

function planOf(texts: Readonly<Record<string, string>>, ...rules: readonly object[]): Plan {
  const files = [
    { path: 'rules/r.json', text: JSON.stringify({ rules }) },
    ...Object.entries(texts).map(([name, text]) => ({ path: `functions/${name}.js`, text })),
  ];
  const { plan, issues } = loadRules(files, { functions: functionMaker });
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return plan;
}

/** Fires at each reading, with what the function gives as `v`. */
function rule(id: string, expr: string): object {
  return { id, inputs: { x: 'f/{m}/x' }, let: { v: expr }, when: { count: 'x', over: 1, atLeast: 1 } };
}

function value(engine: Engine, id: string, m: string): JsonValue | undefined {
  return engine.explain(id, { m })?.values['v'] as Scalar | null | undefined;
}

describe('a function gives', () => {
  test.each<[string, string, JsonValue, Scalar | null]>([
    ['a number', '(x) => x * 2', 4, 8],
    ['a boolean', '(x) => x > 2', 4, true],
    ['a text', "(x) => (x > 2 ? 'high' : 'low')", 4, 'high'],
    ['something of a text', '(x) => x.length', 'ON', 2],
    ['nothing for no number', '(x) => x / 0', 4, null],
    ['nothing for an object', '(x) => ({ x })', 4, null],
    ['nothing for nothing', '(x) => { x; }', 4, null],
    [
      'nothing for a text without an end',
      "(x) => { let t = 'ab'; while (t.length <= 1000) t += t; return t; }",
      4,
      null,
    ],
  ])('%s', (_name, text, payload, expected) => {
    const engine = createEngine(planOf({ f: text }, rule('r', 'f(x)')));
    engine.message(at(1, 'f/a/x', payload));
    expect(value(engine, 'r', 'a')).toBe(expected);
  });

  it('nothing where an argument is unknown, and is not called', () => {
    const engine = createEngine(planOf({ f: '(a) => 1' }, rule('r', 'f(x / 0)')));
    engine.message(at(1, 'f/a/x', 4));
    expect(value(engine, 'r', 'a')).toBeNull();
  });
});

describe('a function that throws', () => {
  const plan = planOf(
    { fussy: FUSSY },
    rule('a', 'fussy(x)'),
    rule('b', 'fussy(x + 30)'),
    rule('c', 'fussy(x)'),
  );

  it('is off from the next step on, in every rule, and says why', () => {
    const engine = createEngine(plan);
    engine.message(at(1, 'f/a/x', 1));
    expect(['a', 'b', 'c'].map((id) => value(engine, id, 'a'))).toEqual([2, 32, 2]);
    expect(engine.failedFunctions).toEqual([]);
    engine.message(at(2, 'f/a/x', 30));
    // In the step itself it does not matter who comes first.
    expect(['a', 'b', 'c'].map((id) => value(engine, id, 'a'))).toEqual([31, null, 31]);
    engine.message(at(3, 'f/a/x', 1));
    expect(['a', 'b', 'c'].map((id) => value(engine, id, 'a'))).toEqual([null, null, null]);
    expect(engine.failedFunctions).toEqual([{ name: 'fussy', message: 'too much', time: START + 2_000 }]);
  });

  test.each([
    ['a text', "throw 'too much'", 'too much'],
    ['nothing', 'throw undefined', 'undefined'],
    ['an object without a text', 'throw { toString: null }', 'something that is no text'],
    ['an error whose message is none', 'throw { message: { toString: null } }', 'something that is no text'],
    ['one that throws when it is asked', 'throw { get message() { throw 1; } }', 'something that is no text'],
  ])('may throw %s', (_name, statement, message) => {
    const engine = createEngine(planOf({ f: `function f(x) { ${statement}; }` }, rule('r', 'f(x)')));
    engine.message(at(1, 'f/a/x', 4));
    expect(engine.failedFunctions).toEqual([{ name: 'f', message, time: START + 1_000 }]);
  });

  it('stays so in a snapshot', () => {
    const engine = createEngine(plan);
    engine.message(at(2, 'f/a/x', 60));
    const loaded = createEngine(plan);
    loaded.load(engine.save());
    loaded.message(at(3, 'f/a/x', 1));
    expect(value(loaded, 'a', 'a')).toBeNull();
    expect(loaded.failedFunctions).toEqual(engine.failedFunctions);
  });

  it('does so in one engine only', () => {
    createEngine(plan).message(at(2, 'f/a/x', 60));
    const other = createEngine(plan);
    other.message(at(3, 'f/a/x', 1));
    expect(value(other, 'a', 'a')).toBe(2);
  });

  it('works again when its text is another; one that did not change stays off', () => {
    const engine = createEngine(plan);
    engine.message(at(2, 'f/a/x', 60));
    engine.replan(planOf({ fussy: FUSSY }, rule('a', 'fussy(x)'), rule('z', 'fussy(x)')));
    engine.message(at(3, 'f/a/x', 1));
    expect(value(engine, 'a', 'a')).toBeNull();
    engine.replan(planOf({ fussy: '(x) => x + 2' }, rule('a', 'fussy(x)')));
    engine.message(at(4, 'f/a/x', 1));
    expect([value(engine, 'a', 'a'), engine.failedFunctions]).toEqual([3, []]);
  });
});

it('changes with its rules keeping their state', () => {
  const hot = { id: 'r', inputs: { x: 'f/{m}/x' }, when: { expr: 'f(x)', above: 10, for: '10s' } };
  const engine = createEngine(planOf({ f: '(x) => x' }, hot));
  engine.message(at(1, 'f/a/x', 20));
  engine.replan(planOf({ f: '(x) => x + 1' }, hot));
  expect(engine.advance(START + 11_000).map(({ event, time }) => [event, time - START])).toEqual([
    ['firing', 11_000],
  ]);
});
