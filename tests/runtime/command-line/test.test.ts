/** `tocsin test` as a command. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HOT, HOT_FOR } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const topic = 'plant/m1/temp';
const PASSES = {
  name: 'fires above 80',
  readings: [{ at: '0s', every: '1s', topic, payloads: [80, 81, 80] }],
  expect: [
    { at: '1s', rule: 'hot', event: 'firing' },
    { at: '2s', rule: 'hot', event: 'resolved' },
  ],
};
const FAILS = {
  name: 'fires late',
  readings: [{ at: '0s', topic, payload: 85 }],
  expect: [{ at: '1s', rule: 'hot' }],
};
const SILENT = {
  name: 'waits',
  rules: ['hot-for'],
  readings: [{ at: '0s', topic, payload: 85 }],
  expect: [],
};

const site = (files: Readonly<Record<string, unknown>>) =>
  temporarySite({ 'rules/rules.json': { rules: [HOT, HOT_FOR] }, ...files });

test('passes', async () => {
  const folder = site({ 'tests/a.json': { tests: [PASSES, SILENT] } });
  expect(await tocsin(['test', '--site', folder])).toEqual({
    code: 0,
    stdout: `tests/a.json
  ✓ fires above 80
  ✓ waits

2 passed
Rules that never fire in a test (1 of 2):
  hot-for
Conditions that are always the same (1 of 3):
  rules/rules.json:1:175: never true: temp above 80 for 30s (hot-for, warning)
`,
    stderr: '',
  });
});

test('a failure is shown, and the exit code is 1', async () => {
  const folder = site({ 'tests/a.json': { tests: [PASSES] }, 'tests/b.json': { tests: [FAILS] } });
  const { code, stdout } = await tocsin(['test', '--site', folder]);
  expect(code).toBe(1);
  expect(stdout).toContain('tests/a.json\n  ✓ fires above 80\n');
  expect(stdout).toContain('tests/b.json\n  ✗ fires late (tests/b.json:1)\n      ≠ 0s ');
  expect(stdout).toContain('fired at 0s, expected at 1s');
  expect(stdout).toContain('\n1 passed, 1 failed\n');
});

test('for programs: one value', async () => {
  const folder = site({ 'tests/a.json': { tests: [PASSES, FAILS] } });
  const { code, stdout } = await tocsin(['test', '--site', folder, '--json']);
  const report = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(report).toMatchObject({
    passed: 1,
    failed: 1,
    coverage: { rules: { total: 2, neverFired: ['hot-for'] } },
  });
  expect(report.tests[0]).toEqual({
    file: 'tests/a.json',
    line: 1,
    name: 'fires above 80',
    passed: true,
    mismatches: [],
    refusals: [],
    failedFunctions: [],
  });
  expect(report.tests[1].mismatches[0]).toMatchObject({
    kind: 'different',
    event: { rule: 'hot', event: 'firing' },
    differences: [{ key: 'at', expected: Date.UTC(2026, 0, 1) + 1000, got: Date.UTC(2026, 0, 1) }],
  });
});

test('a function that threw is said where a test fails', async () => {
  const fussy = { id: 'fussy', inputs: HOT.inputs, when: 'fussy(temp) > 80' };
  const folder = temporarySite({
    'rules/fussy.json': fussy,
    'functions/fussy.js': "function fussy(x) { if (x > 84) throw new Error('too much'); return x; }",
    'tests/a.json': { tests: [{ ...FAILS, expect: [{ at: '0s', rule: 'fussy' }] }] },
  });
  const { stdout } = await tocsin(['test', '--site', folder]);
  expect(stdout).toContain('\n      ! 0s     functions/fussy.js threw: too much; unknown from then on\n');
});

test('files and rules choose tests; what they leave untouched is not asked then', async () => {
  const folder = site({ 'tests/a.json': { tests: [PASSES] }, 'tests/b.json': { tests: [FAILS, SILENT] } });
  const run = async (...args: string[]) => (await tocsin(['test', '--site', folder, ...args])).stdout;
  expect(await run('tests/a.json')).toBe('tests/a.json\n  ✓ fires above 80\n\n1 passed\n');
  expect(await run(join(folder, 'tests/a.json'))).toBe('tests/a.json\n  ✓ fires above 80\n\n1 passed\n');
  expect(await run('--rule', 'hot-for')).toBe('tests/b.json\n  ✓ waits\n\n1 passed\n');
});

test.each<[string[], string]>([
  [['tests/c.json'], 'tests/c.json is none of the test files of'],
  [['--rule', 'hto'], "there is no rule 'hto' in the site, did you mean 'hot'?"],
  [['--rule', 'hot-for'], 'no test is left to run'],
])('%j is wrong usage', async (args, message) => {
  const folder = site({ 'tests/a.json': { tests: [PASSES] } });
  const { code, stderr } = await tocsin(['test', '--site', folder, ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('no tests, and tests that are wrong', async () => {
  expect(await tocsin(['test', '--site', site({})])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('there are no tests in'),
  });
  const folder = site({ 'tests/a.json': { tests: [{ ...PASSES, untill: '5s' }] } });
  const { code, stdout, stderr } = await tocsin(['test', '--site', folder]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('Did you mean');
  expect(stderr).toMatch(/1 error\ntocsin test: the tests of the site have errors\n$/);
});

describe('--mutate', () => {
  const LIMIT = { ...HOT, when: { value: 'temp', above: 80 } };
  const files = (...tests: readonly object[]) => ({
    'rules/rules.json': JSON.stringify({ rules: [LIMIT, HOT_FOR] }, null, 2),
    'tests/a.json': { tests },
  });
  const exact = {
    ...PASSES,
    rules: ['hot'],
    readings: [{ at: '0s', every: '1s', topic, payloads: [70, 81, 70] }],
  };

  test('lists what no test notices, where it stands, and the test that would', async () => {
    const folder = temporarySite(files(exact));
    const { code, stdout } = await tocsin(['test', '--site', folder, '--mutate']);
    expect(code).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "rules/rules.json:10:18: above 80: unnoticed
                "above": 80
                         ^^
        72       temp at 76: it must not be true
        atLeast  temp at exactly 80: it must not be true

      rules/rules.json:13:5: no test sends anything to hot-for and looks at it: nobody would notice any of 6 changes

      9 changes, 1 noticed (11%), 8 unnoticed in 3 places of 2 rules
      "
    `);
  });

  test('nothing to say', async () => {
    const below = {
      ...exact,
      name: 'below',
      readings: [{ at: '0s', every: '1s', topic, payloads: [76, 80] }],
      expect: [],
    };
    const folder = temporarySite(files(exact, below));
    expect(await tocsin(['test', '--site', folder, '--mutate', '--rule', 'hot'])).toEqual({
      code: 0,
      stdout: '3 changes, 3 noticed (100%)\n',
      stderr: '',
    });
  });

  test('for programs', async () => {
    const folder = temporarySite(files(exact));
    const { code, stdout } = await tocsin(['test', '--site', folder, '--mutate', '--rule', 'hot', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      changes: 3,
      noticed: 1,
      unnoticed: 2,
      rules: [
        {
          rule: 'hot',
          file: 'rules/rules.json',
          tests: 1,
          changes: 3,
          noticed: 1,
          unnoticed: [
            {
              line: 10,
              column: 18,
              endColumn: 20,
              address: 'hot.when.above',
              what: 'above 80',
              change: '72',
              test: 'temp at 76: it must not be true',
            },
            {
              line: 10,
              column: 18,
              endColumn: 20,
              address: 'hot.when.above',
              what: 'above 80',
              change: 'atLeast',
              test: 'temp at exactly 80: it must not be true',
            },
          ],
        },
      ],
    });
  });

  test('tests that fail by themselves come first', async () => {
    const { code, stdout, stderr } = await tocsin([
      'test',
      '--site',
      temporarySite(files(FAILS)),
      '--mutate',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('✗ fires late');
    expect(stderr).toContain('these tests fail as it is: mend them before you ask what they notice');
  });
});
