// Aim: every mistake in a view file is found once, at its place. Method: as for rules: ‹› marks where the one issue of the
// row's code stands; a row without a code is right.
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';

type Row = readonly [name: string, view: string, code?: string];

const view = (keys: string) => `{ "id": "v", "inputs": { "x": "f/{m}/x" }, ${keys} }`;

function issuesOf(marked: string) {
  const start = marked.indexOf('‹');
  const text = marked.replace('‹', '').replace('›', '');
  const { issues, plan } = loadRules([
    { path: 'views/v.json', text },
    { path: 'views/other.json', text: '{ "id": "other", "inputs": { "y": "g/{m}" }, "emit": { "y": "y" } }' },
  ]);
  return {
    found: issues.map(({ code, column }) => [code, column]),
    start: start + 1,
    views: plan.views ?? [],
  };
}

const ROWS: readonly Row[] = [
  ['a field', view('"emit": { "x": "x" }')],
  [
    'all keys',
    view(
      '"title": "t", "description": "d", "groupBy": [], "let": { "y": { "avg": "x", "over": "5m" } }, "every": "1m", "emit": { "x": "y" }, "publish": "v/x", "forgetAfter": "1d", "maxInstances": 5, "$schema": "s"',
    ),
  ],
  [
    'another view',
    '{ "id": "v", "inputs": { "y": { "view": "other", "field": "y" } }, "emit": { "y": "y" } }',
  ],
  ['a list', '‹[›]', 'wrong-type'],
  ['views that are no list', '{ "views": ‹5› }', 'wrong-type'],
  ['no emit', '‹{› "id": "v", "inputs": { "x": "f/{m}/x" } }', 'missing-key'],
  ['no fields', view('"emit": ‹{›}'), 'empty-list'],
  ['a list of fields', view('"emit": ‹[›"x"]'), 'wrong-type'],
  ['a field with a bad name', view('"emit": { ‹"a b"›: "x" }'), 'bad-name'],
  ['an unknown signal', view('"emit": { "x": "‹y›" }'), 'unknown-name'],
  ['a condition', view('"emit": { "x": { "value": "x", ‹"above"›: 5 } }'), 'comparator-not-allowed'],
  [
    'a misspelt key',
    view('"emits": { "x": "x" }, "emit": { "x": "x" }').replace('"emits"', '‹"emits"›'),
    'unknown-key',
  ],
  ['a key of rules', view('"emit": { "x": "x" }, ‹"when"›: "x > 1"'), 'unknown-key'],
  ['a number for every', view('"emit": { "x": "x" }, "every": ‹60›'), 'bad-duration'],
  ['no time', view('"emit": { "x": "x" }, "every": ‹"0s"›'), 'out-of-range'],
  ['a wildcard to publish to', view('"emit": { "x": "x" }, "publish": ‹"v/{m}/#"›'), 'bad-topic'],
  [
    'a label that rows do not have',
    view('"groupBy": [], "emit": { "x": { "max": "x", "across": "m" } }, "publish": ‹"v/{m}"›'),
    'unknown-label',
  ],
  ['one topic for all rows', view('"emit": { "x": "x" }, "publish": ‹"v"›'), 'bad-topic'],
  [
    'a view that is not there',
    '{ "id": "v", "inputs": { "y": { "view": ‹"othr"›, "field": "y" } }, "emit": { "y": "y" } }',
    'unknown-view',
  ],
  [
    'a field that is not there',
    '{ "id": "v", "inputs": { "y": { "view": "other", "field": ‹"z"› } }, "emit": { "y": "y" } }',
    'unknown-field',
  ],
  [
    'the field value by default',
    '{ "id": "v", "inputs": { "y": ‹{› "view": "other" } }, "emit": { "y": "y" } }',
    'unknown-field',
  ],
  [
    'itself',
    '{ "id": "v", "inputs": { "y": { "view": ‹"v"›, "field": "y" } }, "emit": { "y": "y" } }',
    'source-cycle',
  ],
  [
    'an id that is taken',
    '{ "id": ‹"other"›, "inputs": { "x": "f/{m}/x" }, "emit": { "x": "x" } }',
    'duplicate-id',
  ],
  ['a pooled input', view('"groupBy": [], "emit": { "x": { ‹"previous"›: "x" } }'), 'pooled-input'],
  ['a signal made of itself', view('"let": { ‹"y"›: "y + 1" }, "emit": { "x": "x" }'), 'let-cycle'],
  [
    'a label with the name of an input',
    '{ "id": "v", "inputs": { "m": "f/‹{m}›/x" }, "emit": { "x": "m" } }',
    'name-clash',
  ],
];

describe('a view', () => {
  test.each(ROWS.map(([name, text, code]) => ({ name, text, code })))('$name', ({ text, code }) => {
    const { found, start, views } = issuesOf(text);
    expect(found).toEqual(code === undefined ? [] : [[code, start]]);
    const right = code === undefined ? ['other', 'v'] : ['other'];
    expect(views.map(({ id }) => id).sort()).toEqual(right);
  });
});

test('what reads a view with errors is not evaluated, and says why', () => {
  const { issues, plan } = loadRules([
    { path: 'views/v.json', text: view('"emit": { "x": "y" }') },
    {
      path: 'rules/r.json',
      text: '{ "id": "r", "inputs": { "x": { "view": "v", "field": "x" } }, "when": "x > 1" }',
    },
  ]);
  expect(issues.map(({ file, code }) => `${file} ${code}`)).toEqual([
    'views/v.json unknown-name',
    'rules/r.json broken-source',
  ]);
  expect(plan).toEqual({ rules: [], views: [], models: [] });
});

test('a circle of any length is said once', () => {
  const ring = ['a', 'b', 'c'].map((id, at) => ({
    path: `views/${id}.json`,
    text: JSON.stringify({ id, inputs: { x: { view: 'bca'.charAt(at), field: 'x' } }, emit: { x: 'x' } }),
  }));
  const { issues } = loadRules(ring);
  expect(issues.map(({ message }) => message)).toEqual([
    'What is read here is made of itself: view a → view b → view c → view a.',
  ]);
});

test('labels of a view are those that an input captures', () => {
  const { plan, issues } = loadRules([
    {
      path: 'views/v.json',
      text: '{ "id": "v", "inputs": { "x": "f/{line}/{m}/x" }, "emit": { "x": "x" } }',
    },
    {
      path: 'rules/r.json',
      text: '{ "id": "r", "inputs": { "x": { "view": "v", "field": "x" } }, "when": "x > 1", "message": "{line} {m}" }',
    },
  ]);
  expect(issues).toEqual([]);
  expect(plan.rules[0]?.groupBy).toEqual(['line', 'm']);
});
