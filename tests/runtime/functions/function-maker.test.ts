// Functions of a site: which texts are one, what they can see and leave behind, and that they end.
import { describe, expect, test } from 'vitest';
import type { Scalar } from '../../../rules/reading.js';
import { functionMaker } from '../../../runtime/functions/function-maker.js';

function call(text: string, ...args: Scalar[]): unknown {
  const made = functionMaker.make(text);
  if (made.kind === 'refused') throw new Error(`refused: ${made.message}`);
  return made.call(...args);
}

/** What is wrong, with the part of the text that is marked. */
function refusal(text: string): string {
  const made = functionMaker.make(text);
  if (made.kind === 'made') return 'made';
  return `${text.slice(made.place.start, made.place.end)}: ${made.message}`;
}

const LOOPS = `function f(a, b) {
  let n = 0;
  for (let i = 0; i < a; i++) n++;
  for (const x of [1, 2, 3]) n++
  for (const k in { a, b, c: 1 }) { n++; }
  while (n < 13) n++
  do n++; while (false);
  return n;
}`;

describe('what is a function', () => {
  test.each<[string, string, unknown]>([
    ['a declaration', 'function f(a, b) { return a - b; }', 3],
    ['an arrow', '(a, b) => a - b;', 3],
    ['an arrow with a block', '(a, b) => { return a - b; }', 3],
    ['what a module exports', '// Why.\nexport default function f(a, b) { return a - b; }\n', 3],
    ['an arrow that a module exports', 'export default (a, b) => a - b;', 3],
    ['one with its own helpers', 'function f(a, b) { const g = (x) => x * 2; return g(a) - b; }', 8],
    ['loops of every sort', LOOPS, 5 + 3 + 3 + 2 + 1],
    ['helpers within helpers', '(a, b) => ((x) => (y) => x - y)(a)(b)', 3],
    ['an arrow of an object', '(a, b) => ((x) => ({ v: x }))(a).v - b', 3],
    ['mathematics', '(a, b) => Math.round(Math.sin(b) + a) - 3', 3],
    [
      'shorthands and labels',
      'function f(a, b) { const o = { a }; out: while (true) { break out; } return o.a - b; }',
      3,
    ],
  ])('%s', (_name, text, value) => {
    expect(call(text, 5, 2)).toBe(value);
  });
});

describe('what is none', () => {
  test.each<[string, string]>([
    ['function f(a { return a; }', '{: Unexpected token.'],
    ['', ': There is no function in the file.'],
    ['const a = 1;', 'const a = 1;: A file of `functions/` holds one function.'],
    ['class A {}', 'class A {}: A file of `functions/` holds one function.'],
    ['const K = 2; function f(a) { return a; }', 'const K = 2;: A file of `functions/` holds one function.'],
    [
      'function f(a) { return a; } const K = 2;',
      'const K = 2;: A file holds one function, and this is beside it.',
    ],
    ['function f() { return 1; }', 'function f() : A function takes at least one argument.'],
    ['function f(a = 1) { return a; }', 'a = 1: A parameter is a plain name.'],
    ['function f(...a) { return a; }', '...a: A parameter is a plain name.'],
    [
      'async function f(a) { return a; }',
      'async function f(a) : A function gives its result at once: no `async`, no `*`.',
    ],
    [
      'function* f(a) { yield a; }',
      'function* f(a) : A function gives its result at once: no `async`, no `*`.',
    ],
    ['(a) => this', 'this: `this` is not allowed in a function.'],
    ['(a) => import("fs")', 'import("fs"): `import` is not allowed in a function.'],
    ['(a) => new (class {})()', 'class {}: A class is not allowed in a function.'],
    ['(a) => /x/.test(a)', '/x/: Regular expressions can run for ever.'],
    ['(a) => 2n', '2n: Numbers are plain numbers.'],
    ['(a) => Math.random()', 'random: `random` would give another result another time.'],
    ['(a) => [].constructor', 'constructor: `constructor` is not allowed in a function.'],
    ['(a) => $tocsinStep(-1e9)', '$tocsinStep: Names that begin with `$tocsin` are taken.'],
    ['function f(a) { return f(a - 1); }', 'f: A function cannot call itself.'],
    ...[
      'Date',
      'globalThis',
      'process',
      'console',
      'eval',
      'Function',
      'setTimeout',
      'require',
      'Reflect',
      'arguments',
    ].map((name): [string, string] => [
      `(a) => ${name}(a)`,
      `${name}: \`${name}\` is not declared in the function.`,
    ]),
  ])('%s', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });
});

describe('what it can leave behind, by ways that are not seen in its text', () => {
  test.each<[string, string]>([
    ['on what arrays have in common', `(a) => { [][['__pro', 'to__'].join('')].x = a; return 1; }`],
    ['on mathematics', '(a) => { Math.x = a; return 1; }'],
    ['on a constructor', `(a) => { ''[['constr', 'uctor'].join('')].x = a; return 1; }`],
    ['by code that it makes', `(a) => ((f) => f[['constr', 'uctor'].join('')]('return 1')())(() => 1)`],
    ['by chance', `(a) => Math[['ran', 'dom'].join('')]()`],
    ['by the place it runs at', `(a) => a.toLocaleString()`],
  ])('%s: it throws', (_name, text) => {
    expect(() => call(text, 1)).toThrow();
  });
});

describe('it ends', () => {
  const loop = (rounds: number) => `(a) => { let n = 0; while (n < ${rounds}) n += 1; return n; }`;
  const nested = (depth: number) =>
    `(a) => { const down = (n) => n === 0 ? 0 : down(n - 1); return down(${depth}); }`;

  test('with as many steps as it may take, call after call', () => {
    expect(call(loop(99_900), 1)).toBe(99_900);
    expect(call(loop(99_900), 1)).toBe(99_900);
    expect(call(nested(998), 1)).toBe(0);
  });

  test.each([
    ['one round too many', loop(99_901)],
    ['one call too many', nested(999)],
    ['rounds without an end', '(a) => { for (;;); }'],
    ['calls without an end', '(a) => { const f = () => f(); return f(); }'],
  ])('%s', (_name, text) => {
    expect(() => call(text, 1)).toThrow('it takes more than 100000 steps');
  });
});
