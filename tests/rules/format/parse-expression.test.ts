// Aim: expressions mean what JavaScript says they mean, and mistakes are where the caret is.
// Method: trees are written out with all their brackets and compared; constant ones are also computed by JavaScript.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expression } from '../../../rules/expression.js';
import { parseExpression } from '../../../rules/format/parse-expression.js';

/** The tree as text with every bracket. */
function shown(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'name':
      return node.name;
    case 'unary':
      return `(${node.operator}${shown(node.operand)})`;
    case 'binary':
      return `(${shown(node.left)} ${node.operator} ${shown(node.right)})`;
    case 'conditional':
      return `(${shown(node.test)} ? ${shown(node.then)} : ${shown(node.otherwise)})`;
    case 'custom':
      return `own ${node.name}(${node.args.map(shown).join(', ')})`;
    case 'call':
      return `${node.function}(${node.args.map(shown).join(', ')})`;
    case 'aggregate': {
      const { function: name, percent, of, window } = node.aggregate;
      const signal = of.kind === 'name' ? of.name : of.kind === 'expression' ? `<${of.source}>` : '?';
      const length =
        window.kind === 'sliding' ? `${window.overMs}ms` : window.kind === 'count' ? window.count : '?';
      return `${name}${percent ?? ''}[${signal} ${length}]`;
    }
  }
}

function treeOf(text: string): string {
  const parsed = parseExpression(text);
  return parsed.kind === 'parsed' ? shown(parsed.expression) : `refused: ${parsed.error.message}`;
}

describe('trees', () => {
  const table: [text: string, tree: string][] = [
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['8 / 4 / 2 % 3', '(((8 / 4) / 2) % 3)'],
    ['2 ** 3 ** 2', '(2 ** (3 ** 2))'],
    ['-2 ** 2', '(-(2 ** 2))'],
    ['2 ** -1', '(2 ** (-1))'],
    ['1 + dewPoint(t, 2) * 3', '(1 + (own dewPoint(t, 2) * 3))'],
    ['constructor(3)', 'own constructor(3)'],
    ['2 ** -x ** 2', '(2 ** (-(x ** 2)))'],
    ['- -x', '(-(-x))'],
    ['!a && b', '((!a) && b)'],
    ['!a == b', '((!a) == b)'],
    ['-a * b', '((-a) * b)'],
    ['a || b && c', '(a || (b && c))'],
    ['a == b < c', '(a == (b < c))'],
    ['a < b == c > d', '((a < b) == (c > d))'],
    ['a + b > c && d', '(((a + b) > c) && d)'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['a ? b ? c : d : e', '(a ? (b ? c : d) : e)'],
    ['a || b ? c : d', '((a || b) ? c : d)'],
    ['(1 + 2) * 3', '((1 + 2) * 3)'],
    ['((x))', 'x'],
    ['.5 + 1. + 1e3 + 2.5E-1', '(((0.5 + 1) + 1000) + 0.25)'],
    [`'it\\'s' == "a"`, `("it's" == "a")`],
    ['true != false', '(true != false)'],
    ['trueish', 'trueish'],
    ['min(a, b, 5)', 'min(a, b, 5)'],
    ["min(a, '5m')", 'min[a 300000ms]'],
    ['max(a, 5)', 'max(a, 5)'],
    ['avg(temp, 100)', 'avg[temp 100]'],
    ["p95(a, '1h') - p99.9(b, 3)", '(percentile95[a 3600000ms] - percentile99.9[b 3])'],
    ["avg(temp - ambient, '5m')", 'avg[<temp - ambient> 300000ms]'],
    ["avg(avg(x, 3) * 2, '5m')", 'avg[<avg(x, 3) * 2> 300000ms]'],
    ['p95 + p99', '(p95 + p99)'],
    ['max > 3', '(max > 3)'],
    ['coalesce(clamp(x, 0, 1), bit(y, 3))', 'coalesce(clamp(x, 0, 1), bit(y, 3))'],
    ['x\n>\t3', '(x > 3)'],
  ];
  test.each(table)('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree);
  });

  test('as JavaScript computes it', () => {
    const number = fc.integer({ min: 0, max: 9 }).map(String);
    const expression = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        number,
        fc
          .tuple(
            tie('any'),
            fc.constantFrom('+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!='),
            tie('any'),
          )
          .map(([a, operator, b]) => `${a} ${operator} ${b}`),
        tie('any').map((a) => `(${a})`),
        fc.tuple(fc.constantFrom('-', '+', '!'), number).map(([sign, a]) => `${sign}${a}`),
        fc.tuple(number, number).map(([a, b]) => `${a} ** ${b}`),
        fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
      ),
    })).any;
    // Every bracket written out, the text must mean the same to JavaScript as without them.
    const compute = (text: string): unknown => new Function(`return ${text}`)();
    fc.assert(
      fc.property(expression, (text) => {
        expect(compute(treeOf(text))).toEqual(compute(text));
      }),
    );
  });
});

describe('mistakes', () => {
  const table: [text: string, place: string, message: string, hint: string | null][] = [
    ['', '0-0', 'The expression is empty.', null],
    ['  ', '2-2', 'The expression is empty.', null],
    ['temp +', '6-6', 'The expression ends too early.', 'A value belongs here.'],
    ['temp + * 3', '7-8', '`*` cannot stand here.', 'A value belongs here.'],
    ['(temp', '5-5', 'A bracket is not closed.', '`)` is expected here.'],
    ['temp)', '4-5', 'Nothing more is expected here.', null],
    ['a ? b', '5-5', 'A `?` needs its `:`.', '`:` is expected here.'],
    ['a b', '2-3', 'Nothing more is expected here.', null],
    ['a and b', '2-5', 'There is no operator `and`.', 'Write `&&`.'],
    ['(a OR b)', '3-5', 'There is no operator `OR`.', 'Write `||`.'],
    ['not a', '0-3', 'There is no operator `not`.', 'Write `!`.'],
    ['not (a)', '0-3', 'There is no operator `not`.', 'Write `!`.'],
    ['a = 3', '2-3', '`=` means nothing here.', 'Compare with `==`; nothing can be assigned.'],
    ['a === 3', '2-5', 'There is no operator `===`.', 'Write `==`.'],
    ['a => 3', '2-4', 'There is no operator `=>`.', 'Write `>=`.'],
    ['a ^ 2', '2-3', '`^` means nothing here.', 'A power is written `**`.'],
    ['a & b', '2-3', '`&` means nothing here.', 'Write `&&`.'],
    ['motor.temp', '5-6', '`.` means nothing here.', 'There is no member access; name a field in `inputs`.'],
    [
      'a[0]',
      '1-2',
      '`[` means nothing here.',
      'There are no lists; use the condition `{ "value": …, "in": [ … ] }`.',
    ],
    ['{temp} > 3', '0-1', '`{` means nothing here.', 'Write the name alone, without braces.'],
    ["a == 'x", '5-6', "`'` means nothing here.", 'This text is not closed.'],
    ['1e999', '0-5', 'This number is too large.', 'Numbers reach to about 1.8e308.'],
    ['avg(temp, 5m)', '10-12', 'A duration stands in quotes.', "Write '5m'."],
    ['temp > 80°C', '9-10', '`°` means nothing here.', 'Write the number without its unit.'],
    ['if(a, 1, 2)', '0-2', 'There is no function `if`.', 'Write test ? a : b.'],
    ['clamp(x, 1)', '0-11', '`clamp` does not take 2 arguments.', 'Write clamp(x, low, high).'],
    ['min(x)', '0-6', '`min` does not take 1 argument.', "Write min(a, b) or min(signal, '5m')."],
    ['abs()', '0-5', '`abs` does not take 0 arguments.', 'Write abs(x).'],
    [
      'avg(temp)',
      '0-9',
      '`avg` takes a signal and a window.',
      "Write avg(signal, '5m') or avg(signal, 100).",
    ],
    ["avg(temp, '5 min')", '10-17', "'5 min' is no duration above zero.", "Write '5m'."],
    ["avg(temp, '0s')", '10-14', "'0s' is no duration above zero.", null],
    [
      'avg(temp, 0)',
      '10-11',
      'A window is a quoted duration or a whole number of readings up to 1000000.',
      "Write avg(signal, '5m') or avg(signal, 100).",
    ],
    [
      'avg(temp, x)',
      '10-11',
      'A window is a quoted duration or a whole number of readings up to 1000000.',
      "Write avg(signal, '5m') or avg(signal, 100).",
    ],
    [
      "predict(temp, '5m')",
      '0-7',
      '`predict` needs more than a window and cannot be called.',
      'Give it a name in `let`: { "predict": signal, "over": "5m", … }.',
    ],
    [
      'timeAvg(temp, 5)',
      '14-15',
      '`timeAvg` weighs values by the time they hold; a number of readings has no length.',
      "Write timeAvg(signal, '5m').",
    ],
  ];
  test.each(table)('%s', (text, place, message, hint) => {
    const parsed = parseExpression(text);
    const error = parsed.kind === 'refused' ? parsed.error : null;
    expect([`${error?.start}-${error?.end}`, error?.message, error?.hint]).toEqual([place, message, hint]);
  });
});

describe('limits', () => {
  test('2,000 characters are the most', () => {
    const text = (length: number) => `x${' + x'.repeat(length / 4 - 1)}   `;
    expect(treeOf(text(2000)).startsWith('refused')).toBe(false);
    expect(treeOf(text(2004))).toBe('refused: An expression has at most 2000 characters, this one 2004.');
  });

  test.each([
    ['brackets', '(', 'x', ')'],
    ['signs', '-', 'x', ''],
    ['powers', '2 ** ', 'x', ''],
    ['calls', 'abs(', 'x', ')'],
    ['choices', 'a ? ', 'x', ' : b'],
  ])('64 nested %s are the most', (_, open, inner, close) => {
    const nested = (depth: number) => open.repeat(depth) + inner + close.repeat(depth);
    // The whole expression is the first of the 64.
    expect(treeOf(nested(63)).startsWith('refused')).toBe(false);
    expect(treeOf(nested(64))).toBe('refused: The expression is nested more than 64 deep.');
  });
});

test('no text makes it throw', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '+',
    '**',
    '-',
    '?',
    ':',
    ',',
    "'5m'",
    '5',
    'x',
    'avg',
    'min',
    '!',
    '"',
    ' ',
    'é',
    '\u{1F600}',
    '\\',
    '&&',
    '=',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (source) => {
      const parsed = parseExpression(source);
      if (parsed.kind === 'parsed') return;
      expect(parsed.error.start).toBeGreaterThanOrEqual(0);
      expect(parsed.error.end).toBeLessThanOrEqual(source.length);
      expect(parsed.error.end).toBeGreaterThanOrEqual(parsed.error.start);
    }),
    { numRuns: 2000 },
  );
});
