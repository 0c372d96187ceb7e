// Aim: a table file gives the cells that it says, and every mistake is shown at its place; no text makes it throw.
// Method: a table of texts as files; the cells of a table are shown as value and text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { readTable } from '../../../rules/format/read-table.js';

function shown(path: string, text: string): unknown {
  const { table, issues } = readTable({ path, text });
  if (table === null) return issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
  const rows = table.rows.map((row) => row.map(({ value, text: cell }) => [value, cell]));
  return { [table.name]: [table.columns, ...rows] };
}

describe('CSV', () => {
  test.each<[name: string, text: string, rows: unknown[][]]>([
    [
      'one row',
      'a,b\n1,x\n',
      [
        ['a', 'b'],
        [
          [1, '1'],
          ['x', 'x'],
        ],
      ],
    ],
    [
      'no line break at the end',
      'a,b\n1,x',
      [
        ['a', 'b'],
        [
          [1, '1'],
          ['x', 'x'],
        ],
      ],
    ],
    [
      'semicolons',
      'a;b\n1,5;2\n',
      [
        ['a', 'b'],
        [
          ['1,5', '1,5'],
          [2, '2'],
        ],
      ],
    ],
    [
      'tabs',
      'a\tb\n1\t2\n',
      [
        ['a', 'b'],
        [
          [1, '1'],
          [2, '2'],
        ],
      ],
    ],
    [
      'Windows, with a byte order mark',
      '\uFEFFa,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        [
          [1, '1'],
          [2, '2'],
        ],
      ],
    ],
    ['empty lines', 'a\n\n1\n\n\n2\n', [['a'], [[1, '1']], [[2, '2']]]],
    [
      'empty cells',
      'a,b\n,\n1,\n',
      [
        ['a', 'b'],
        [
          [null, ''],
          [null, ''],
        ],
        [
          [1, '1'],
          [null, ''],
        ],
      ],
    ],
    [
      'spaces',
      ' a , b \n 1 , x y \n',
      [
        ['a', 'b'],
        [
          [1, '1'],
          ['x y', 'x y'],
        ],
      ],
    ],
    [
      'quotes',
      'a,b\n"1","x ""y"", z"\n',
      [
        ['a', 'b'],
        [
          [1, '1'],
          ['x "y", z', 'x "y", z'],
        ],
      ],
    ],
    [
      'a line break in quotes',
      'a,b\n"1\n2",x\n',
      [
        ['a', 'b'],
        [
          ['1\n2', '1\n2'],
          ['x', 'x'],
        ],
      ],
    ],
    ['numbers as JSON has them', 'a\n-1.5e3\n', [['a'], [[-1500, '-1.5e3']]]],
    [
      'what looks like one',
      'a\n007\n+1\n.5\n1e999\n',
      [['a'], [['007', '007']], [['+1', '+1']], [['.5', '.5']], [['1e999', '1e999']]],
    ],
    ['booleans', 'a\ntrue\nTRUE\n', [['a'], [[true, 'true']], [['TRUE', 'TRUE']]]],
    ['only a head', 'a,b\n', [['a', 'b']]],
  ])('%s', (_name, text, rows) => {
    expect(shown('tables/t.csv', text)).toEqual({ t: rows });
  });

  test.each<[name: string, text: string, ...issues: string[]]>([
    ['nothing', '', '1:1 There is no line with the names of the columns.'],
    ['a name that is missing', 'a,\n', '1:1 Column 2 has no name.'],
    ['a name twice', 'a,b,a\n', '1:1 There are two columns `a`.'],
    ['too few cells', 'a,b\n1,2\n1\n', '3:1 This line has 1 cell, and the first one 2.'],
    [
      'too many cells after a line break in quotes',
      'a,b\n"1\n",2\n1,2,3\n',
      '4:1 This line has 3 cells, and the first one 2.',
    ],
    ['a quote that never ends', 'a,b\n1,"2\n', '2:1 A quote that begins here never ends.'],
  ])('%s', (_name, text, ...issues) => {
    expect(shown('tables/t.csv', text)).toEqual(issues);
  });
});

describe('JSON', () => {
  test('columns are all keys, in order of first use; a number is found by its text', () => {
    const text = '[{ "m": 1, "max": 80.5 }, { "max": null, "on": true, "m": "b" },]';
    expect(shown('tables/t.json', text)).toEqual({
      t: [
        ['m', 'max', 'on'],
        [
          [1, '1'],
          [80.5, '80.5'],
          [null, ''],
        ],
        [
          ['b', 'b'],
          [null, ''],
          [true, 'true'],
        ],
      ],
    });
  });

  test.each<[name: string, text: string, ...issues: string[]]>([
    ['no list', '{}', '1:1 A table is a list of objects, not an object.'],
    ['no object', '[1]', '1:2 A row of a table is an object, not the number 1.'],
    ['a list in a cell', '[{ "a": [] }]', '1:9 A cell is a number, text or boolean, not a list.'],
  ])('%s', (_name, text, ...issues) => {
    expect(shown('tables/t.json', text)).toEqual(issues);
  });
});

test('no text makes it throw', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', '1', '[', '{', '}', ']', ':'),
  });
  fc.assert(
    fc.property(text, fc.constantFrom('t.csv', 't.json'), (content, name) => {
      const { table, issues } = readTable({ path: `tables/${name}`, text: content });
      expect(table === null).toBe(issues.length > 0);
    }),
  );
});

describe('a rule that uses a table', () => {
  const RULE = { id: 'a', inputs: { t: 'f/{m}/t' } };
  const file = (when: object) => ({ path: 'rules/a.json', text: JSON.stringify({ ...RULE, when }) });
  const lookup = { value: 't', above: { lookup: 'limits', column: 'max' } };
  const expected = { absent: 't', for: '1m', expected: 'limits' };
  test.each<[name: string, when: object, table: string, codes: string[]]>([
    ['is right', lookup, 'm,max\na,1\n', []],
    ['of which the column is gone', lookup, 'm,maximum\na,1\n', ['unknown-column']],
    ['without a key column', lookup, 'machine,max\na,1\n', ['no-key-column']],
    ['that has errors', lookup, 'm,max\na\n', ['unknown-table', 'bad-table']],
    ['as a list of what is expected', expected, 'm,max\na,1\n', []],
    ['that has not what makes an instance', expected, 'machine\na\n', ['unknown-column']],
    ['with a label that is no level of a topic', expected, 'm\na/b\n', ['invalid-value']],
  ])('%s', (_name, when, text, codes) => {
    const { issues } = loadRules([file(when), { path: 'tables/limits.csv', text }]);
    expect(issues.map(({ code }) => code)).toEqual(codes);
  });

  describe('with a text where a number is needed: a warning', () => {
    const cell = { lookup: 'limits', column: 'max' };
    const TEXT = 'm,max\na,1\nb,high\n';
    const more = (rule: object) => ({
      path: 'rules/r.json',
      text: JSON.stringify({ id: 'r', inputs: { t: 'f/{m}/t' }, ...rule }),
    });
    test.each<[name: string, rule: object, table: string, isWarned: boolean]>([
      ['a limit', { when: { value: 't', above: cell } }, TEXT, true],
      ['numbers alone', { when: { value: 't', above: cell } }, 'm,max\na,1\nb,\n', false],
      ['one end of a range', { when: { value: 't', between: [0, cell] } }, TEXT, true],
      ['what is compared', { when: { ...cell, below: 5 } }, TEXT, true],
      ['equality takes texts', { when: { value: 't', equals: cell } }, TEXT, false],
      ['a list takes texts', { when: { value: 't', in: [cell] } }, TEXT, false],
      [
        'a limit by a name',
        { let: { max: cell }, when: { value: 't', above: { value: 'max' } } },
        TEXT,
        true,
      ],
      ['arithmetic', { let: { max: cell }, when: 't > max * 2' }, TEXT, true],
      ['equality in an expression', { let: { max: cell }, when: 't == max' }, TEXT, false],
      ['the limit of `timeTo`', { when: { timeTo: 't', over: '1m', limit: cell, below: 5 } }, TEXT, true],
    ])('%s', (_name, rule, text, isWarned) => {
      const { rules, issues } = loadRules([more(rule), { path: 'tables/limits.csv', text }]);
      expect(issues.map(({ code, severity }) => [code, severity])).toEqual(
        isWarned ? [['kind-mismatch', 'warning']] : [],
      );
      expect(rules).toHaveLength(1);
    });
  });

  test('of two tables with one name the first counts', () => {
    const files = ['tables/limits.csv', 'tables/limits.json'].map((path) => ({
      path,
      text: path.endsWith('csv') ? 'm,max\na,1\n' : '[]',
    }));
    const { issues, rules } = loadRules([file(lookup), ...files]);
    expect(issues.map(({ file: path, code }) => `${path} ${code}`)).toEqual([
      'tables/limits.json duplicate-table',
    ]);
    expect(rules[0]?.tables.map(({ rows }) => rows.length)).toEqual([1]);
  });
});
