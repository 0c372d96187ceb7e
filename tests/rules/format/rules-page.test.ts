// Aim: every example of docs/rules.md is what the page says it is.
// Method: ```json is a rule file that loads, ```csv NAME a table, ```js NAME a function, ```json planned a rule that is refused for what is planned,
// ```json tests are rule tests of the page's first rule, which are run, and ```json event is the first event they give.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
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

const ROLES = ['', 'planned', 'tests', 'event'];

test('there are examples of each sort, and no other sort', () => {
  expect(inRole('').length).toBeGreaterThan(15);
  expect(tables.length).toBeGreaterThan(1);
  expect(inRole('tests')).toHaveLength(1);
  const known = examples.filter(({ language, role }) => language === 'json' && ROLES.includes(role ?? '?'));
  expect(functions).toHaveLength(1);
  expect(known.length + tables.length + functions.length).toBe(examples.length);
});

test.each(inRole(''))('$path loads', (file) => {
  expect(loadRules([file, ...tables, ...functions], { functions: functionMaker }).issues).toEqual([]);
});

test.each(inRole('planned'))('$path is planned', (file) => {
  expect(loadRules([file], { allowAll: true }).issues).toEqual([]);
  expect(new Set(loadRules([file]).issues.map(({ code }) => code))).toEqual(new Set(['not-supported-yet']));
});

test('ids of examples are unique, so that they make a site', () => {
  expect(loadRules([...inRole(''), ...inRole('planned')], { allowAll: true }).issues).toEqual([]);
});

describe('rule tests', () => {
  const { rules } = loadRules(inRole('').slice(0, 1));
  const [file = { path: '', text: '' }] = inRole('tests');
  const { tests, issues } = readTests(
    file,
    rules.map(({ id }) => id),
  );

  test('can be read', () => {
    expect(issues).toEqual([]);
  });

  test.each(tests)('$name', (one) => {
    expect(runTest(one, { rules }, new Coverage(rules))).toMatchObject({ isPassed: true });
  });

  test('the event shown is the first they give', () => {
    const [one] = tests;
    const [pairing] = one ? runTest(one, { rules }, new Coverage(rules)).pairings : [];
    const event = pairing?.kind === 'match' ? pairing.event : null;
    const shown = inRole('event').map(({ text }) => JSON.stringify(JSON.parse(text)));
    expect([JSON.stringify(event)]).toEqual(shown);
  });
});
