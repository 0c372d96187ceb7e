// Aim: every example of docs/rules.md is what the page says it is.
// Method: ```json is a rule file that loads, ```csv NAME a table, ```js NAME a function; ```json tests are rule tests of the rules
// that they name, which are run, and ```json event is the first event that the tests of the page's first rule give.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BinaryOperator } from '../../../rules/expression.js';
import {
  comparisonShape,
  conditionShapes,
  modifiersShape,
  OPTION_KEYS,
} from '../../../rules/format/condition-shapes.js';
import { AGGREGATE_TRAITS, SCALAR_FUNCTIONS } from '../../../rules/format/function-names.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { activeShape, inputShapes, levelsShape, ruleShape } from '../../../rules/format/rule-shape.js';
import { walkRule } from '../../../rules/format/walk-rule.js';
import { functionMaker } from '../../../runtime/functions/function-maker.js';
import { Coverage } from '../../../runtime/rule-tests/coverage.js';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';
import { runTest } from '../../../runtime/rule-tests/run-test.js';

const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```(\S*) ?(\w*)\n(.*?)\n```$/gms)].map(
  ([, language, role, text = '']) => ({
    language,
    role,
    path: /"id": "([^"]*)"/.exec(text)?.[1] ?? 'none',
    text,
  }),
);
const inRole = (role: string) => examples.filter((one) => one.language === 'json' && one.role === role);

const tables = examples
  .filter(({ language }) => language === 'csv')
  .map(({ role, text }) => ({ path: `tables/${role}.csv`, text }));

const functions = examples
  .filter(({ language }) => language === 'js')
  .map(({ role, text }) => ({ path: `functions/${role}.js`, text }));

const ROLES = ['', 'tests', 'event'];

test('there are examples of each sort, and no other sort', () => {
  expect(inRole('').length).toBeGreaterThan(15);
  expect(tables.length).toBeGreaterThan(1);
  expect(inRole('tests').length).toBeGreaterThan(3);
  const known = examples.filter(({ language, role }) => language === 'json' && ROLES.includes(role ?? '?'));
  expect(functions).toHaveLength(1);
  expect(known.length + tables.length + functions.length).toBe(examples.length);
});

test.each(inRole(''))('$path loads', (file) => {
  expect(loadRules([file, ...tables, ...functions], { functions: functionMaker }).issues).toEqual([]);
});

test('ids of examples are unique, so that they make a site', () => {
  expect(loadRules(inRole(''), { allowAll: true }).issues).toEqual([]);
});

const site = loadRules([...inRole(''), ...tables, ...functions], { functions: functionMaker }).rules;

describe.each(inRole('tests'))('rule tests $text', ({ path, text }) => {
  const rules = site.filter(({ id }) => text.includes(`"${id}"`));
  const { tests, issues } = readTests(
    { path, text },
    rules.map(({ id }) => id),
  );

  test('can be read', () => {
    expect(issues).toEqual([]);
  });

  test.each(tests)('$name', (one) => {
    const { isPassed, pairings } = runTest(one, { rules }, new Coverage(rules));
    expect(pairings).toEqual(pairings.filter(({ kind }) => kind === 'match'));
    expect(isPassed).toBe(true);
  });
});

test('the event shown is the first that the tests of the first rule give', () => {
  const rules = site.filter(({ id }) => id === 'press-overheat');
  const file = inRole('tests').find(({ text }) => text.includes('press-overheat')) ?? { path: '', text: '' };
  const [one] = readTests(file, ['press-overheat']).tests;
  const [pairing] = one ? runTest(one, { rules }, new Coverage(rules)).pairings : [];
  const event = pairing?.kind === 'match' ? pairing.event : null;
  const shown = inRole('event').map(({ text }) => JSON.stringify(JSON.parse(text)));
  expect([JSON.stringify(event)]).toEqual(shown);
});

// What is new in the language is not done before the page shows it.

const OPERATORS: Readonly<Record<BinaryOperator | '!', true>> = {
  '+': true,
  '-': true,
  '*': true,
  '/': true,
  '%': true,
  '**': true,
  '<': true,
  '<=': true,
  '>': true,
  '>=': true,
  '==': true,
  '!=': true,
  '&&': true,
  '||': true,
  '!': true,
};
const CONSTRUCTS = [
  ...[ruleShape, modifiersShape, comparisonShape, inputShapes.topic, activeShape, levelsShape].flatMap(
    ({ shape }) => Object.keys(shape),
  ),
  ...Object.values(conditionShapes).flatMap(({ shape }) => Object.keys(shape)),
  ...OPTION_KEYS,
  ...Object.keys(AGGREGATE_TRAITS),
  ...Object.keys(SCALAR_FUNCTIONS).map((name) => `${name}()`),
  ...Object.keys(OPERATORS),
];

test('every construct has an example', () => {
  const used = new Set<string>();
  for (const { text } of inRole('')) collectKeys(JSON.parse(text), used);
  for (const rule of site) {
    walkRule(rule, {
      signal: (signal) => used.add(signal.kind === 'aggregate' ? signal.function : signal.kind),
      condition: (condition) =>
        used.add(condition.kind === 'compare' ? condition.comparison.comparator : condition.kind),
      expression: (part) => {
        if (part.kind === 'call') used.add(`${part.function}()`);
        if (part.kind === 'binary' || part.kind === 'unary') used.add(part.operator);
      },
    });
  }
  expect(CONSTRUCTS.filter((construct) => !used.has(construct))).toEqual([]);
});

function collectKeys(value: unknown, keys: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    keys.add(key);
    collectKeys(inner, keys);
  }
}
