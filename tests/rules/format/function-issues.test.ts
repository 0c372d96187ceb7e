// Aim: each mistake around the functions of a site gives one issue, at its place.
// Method: a table of files and calls.
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { functionMaker } from '../../../runtime/functions/function-maker.js';

const TWICE = { path: 'functions/twice.js', text: 'function twice(x) { return 2 * x; }' };

function issuesOf(when: string, files = [TWICE]): string[] {
  const rule = { id: 'r', inputs: { x: 'f/{m}/x' }, when };
  const all = [...files, { path: 'rules/r.json', text: JSON.stringify(rule) }];
  const { issues, rules } = loadRules(all, { functions: functionMaker });
  const shown = issues.map(({ file, line, column, endColumn, code, message, hint }) =>
    [`${file}:${line}:${column}-${endColumn}`, code, message, hint ?? ''].join(' ').trim(),
  );
  return rules.length > 0 ? [...shown, 'loaded'] : shown;
}

describe('a call', () => {
  test.each([
    ['with its arguments', 'twice(x) > 1', ['loaded']],
    [
      'with more',
      'twice(x, 1) > 1',
      ['rules/r.json:1:44-55 wrong-arguments `twice` does not take 2 arguments. Write twice(x).'],
    ],
    [
      'of one that is not there',
      'twise(x) > 1',
      ['rules/r.json:1:44-49 unknown-function There is no function `twise`. Did you mean `twice`?'],
    ],
    [
      'of one like no other',
      'dewPoint(x) > 1',
      [
        'rules/r.json:1:44-52 unknown-function There is no function `dewPoint`. A function of your own belongs into functions/dewPoint.js.',
      ],
    ],
  ])('%s', (_, when, expected) => {
    expect(issuesOf(when)).toEqual(expected);
  });

  test('of one that has errors is said at the function and at the call', () => {
    const broken = { path: 'functions/twice.js', text: 'function twice(x) { return Date.now(); }' };
    const [call, file, ...others] = issuesOf('twice(x) > 1', [broken]);
    expect(call).toBe('rules/r.json:1:44-49 unknown-function The function `twice` has errors.');
    expect(file).toMatch(/^functions\/twice\.js:1:28-32 bad-function `Date` is not declared/);
    expect(others).toEqual([]);
  });
});

describe('the name of a file', () => {
  test.each([
    ['avg', '`avg` is a function of the rule language. Call the file something else.'],
    ['clamp', '`clamp` is a function of the rule language. Call the file something else.'],
    [
      'dew-point',
      '`dew-point` is no name of a function. It is made of letters, digits and `_`, does not begin with a digit, and is no word of expressions.',
    ],
    [
      'true',
      '`true` is no name of a function. It is made of letters, digits and `_`, does not begin with a digit, and is no word of expressions.',
    ],
  ])('%s', (name, expected) => {
    const file = { path: `functions/${name}.js`, text: 'export default (x) => x' };
    expect(issuesOf('x > 1', [file])).toEqual([`functions/${name}.js:1:1-2 bad-name ${expected}`, 'loaded']);
  });
});
