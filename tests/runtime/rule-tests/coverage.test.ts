/** What the tests of a site leave untouched. */
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { Coverage, type CoverageReport } from '../../../runtime/rule-tests/coverage.js';
import { transitionText } from '../../../runtime/rule-tests/possible-transitions.js';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';
import { runTest } from '../../../runtime/rule-tests/run-test.js';
import { HOT, rulesOf } from '../replay/rules-of.js';

/** Runs one test per list of payloads, one second apart. */
function coverageOf(rules: readonly object[], ...runs: readonly (readonly unknown[])[]): CoverageReport {
  const loaded = rulesOf(...rules);
  const coverage = new Coverage(loaded);
  const tests = runs.map((payloads) => ({
    name: 'n',
    readings: [{ at: '0s', every: '1s', topic: 'plant/m1/temp', payloads }],
    expect: [],
  }));
  const read = readTests({ path: 'tests/t.json', text: JSON.stringify({ tests }) }, null);
  for (const one of read.tests) runTest(one, { rules: loaded }, coverage);
  return coverage.report();
}

test('nothing is touched without tests', () => {
  expect(coverageOf([HOT])).toEqual({
    rules: { total: 1, neverFired: ['hot'] },
    transitions: {
      total: 2,
      untested: [
        { rule: 'hot', event: 'firing', severity: 'warning' },
        { rule: 'hot', event: 'resolved', severity: null },
      ],
    },
    conditions: { total: 1, unknown: 0, untested: [] },
  });
});

test('several tests together touch everything', () => {
  expect(coverageOf([HOT], [70], [85, 70])).toEqual({
    rules: { total: 1, neverFired: [] },
    transitions: { total: 2, untested: [] },
    conditions: { total: 1, unknown: 0, untested: [] },
  });
});

test('a severity that is never reached, and a latch that is never left', () => {
  const rule = { ...HOT, latch: true, when: { warning: 'temp > 80', critical: 'temp > 90' } };
  expect(coverageOf([rule], [85, 70]).transitions).toEqual({
    total: 6,
    untested: [
      { rule: 'hot', event: 'firing', severity: 'critical' },
      { rule: 'hot', event: 'severity', severity: null, change: 'up' },
      { rule: 'hot', event: 'severity', severity: null, change: 'down' },
      { rule: 'hot', event: 'resolved', severity: null },
    ],
  });
  expect(
    coverageOf([rule], [85, 95]).transitions.untested.map(({ event, change }) => change ?? event),
  ).toEqual(['down', 'cleared', 'resolved']);
});

test('a condition that is always the same: the test would pass without it', () => {
  const rule = {
    ...HOT,
    when: {
      all: [
        { value: 'temp', above: 80 },
        { value: 'temp', below: 200 },
      ],
    },
  };
  const { total, untested } = coverageOf([rule], [85, 70]).conditions;
  expect(total).toBe(3);
  expect(untested).toMatchObject([{ rule: 'hot', severity: 'warning', never: 'false' }]);
  expect(untested[0]?.text).toContain('200');
});

test('what a timer makes true between two messages is seen', () => {
  const rule = { ...HOT, when: { absent: 'temp', for: '500ms' } };
  expect(coverageOf([rule], [1, 1])).toMatchObject({
    rules: { neverFired: [] },
    conditions: { untested: [] },
  });
});

test('rules that are switched off are not asked for', () => {
  expect(coverageOf([{ ...HOT, enabled: false }]).rules).toEqual({ total: 0, neverFired: [] });
});

describe('transitions', () => {
  const untestedOf = (rule: object, ...runs: readonly (readonly unknown[])[]) =>
    coverageOf([rule], ...runs).transitions.untested.map(transitionText);
  const FOR = { ...HOT, when: { value: 'temp', above: 80, for: '3s' } };

  test.each<[name: string, rule: object, runs: readonly (readonly unknown[])[], untested: readonly string[]]>(
    [
      ['a delay that never breaks off', FOR, [[85, 85, 85, 85, 70]], ['a delay that breaks off']],
      ['one that always does', FOR, [[85, 85, 70]], ['firing warning', 'resolved']],
      [
        'both',
        FOR,
        [
          [85, 85, 70],
          [85, 85, 85, 85, 70],
        ],
        [],
      ],
      ['no delay', { ...FOR, when: { value: 'temp', above: 80, for: '0s' } }, [[85, 70]], []],
      [
        'a delay within a condition breaks off unseen',
        { ...HOT, when: { all: [{ value: 'temp', above: 80, for: '3s' }] } },
        [[85, 85, 85, 85, 70]],
        [],
      ],
      [
        'a schedule that never ends, and a value that never is unknown',
        { ...HOT, active: { from: '06:00', to: '22:00' }, onUnknown: 'resolve' },
        [[70]],
        [
          'firing warning',
          'resolved because its schedule ends',
          'resolved because its value is unknown',
          'resolved',
        ],
      ],
      [
        'a severity that rises and falls',
        { ...HOT, when: { info: 'temp > 80', critical: 'temp > 90' } },
        [[85, 95, 85, 70]],
        [],
      ],
    ],
  )('%s', (_name, rule, runs, untested) => {
    expect(untestedOf(rule, ...runs)).toEqual(untested);
  });

  test('of a rule that another one suppresses', () => {
    const rules = [
      { ...HOT, suppressedBy: [{ rule: 'off' }] },
      { ...HOT, id: 'off', when: 'temp > 90' },
    ];
    const of = (...runs: readonly (readonly unknown[])[]) =>
      coverageOf(rules, ...runs).transitions.untested.map(transitionText);
    expect(of([85, 70])).toEqual(['suppressed', 'unsuppressed', 'firing warning', 'resolved']);
    expect(of([95, 70])).toEqual(['unsuppressed']);
    expect(of([95, 85, 70])).toEqual([]);
  });
});

describe('conditions', () => {
  const untestedOf = (when: object, ...runs: readonly (readonly unknown[])[]) =>
    coverageOf([{ ...HOT, when }], ...runs).conditions.untested.map(({ never, text }) => `${never}: ${text}`);

  test.each<[name: string, when: object, runs: readonly (readonly unknown[])[], untested: readonly string[]]>(
    [
      [
        'what is around a condition counts by itself',
        { value: 'temp', above: 80, for: '3s' },
        [[85, 70]],
        ['true: temp above 80 for 3s'],
      ],
      [
        'of what is the same because of its parts, only these are told',
        { all: [{ value: 'temp', above: 80, for: '3s' }, 'temp < 200'] },
        [[70, 70]],
        ['true: temp above 80', 'false: temp < 200'],
      ],
      [
        'all parts change, and the whole never does',
        { all: ['temp > 80', 'temp < 75'] },
        [[85, 70]],
        ['true: (temp > 80) and (temp < 75)'],
      ],
      [
        'a window that is never full',
        { avg: 'temp', over: 5, full: true, above: 80 },
        [[85, 85]],
        ['known: avg(temp, last 5) above 80'],
      ],
      [
        'what one timer makes so and the next one undoes, between two messages',
        {
          all: [
            { count: 'temp', over: '300ms', atMost: 0 },
            { count: 'temp', over: '600ms', atLeast: 1 },
          ],
        },
        [[1, 1]],
        [],
      ],
    ],
  )('%s', (_name, when, runs, untested) => {
    expect(untestedOf(when, ...runs)).toEqual(untested);
  });

  test('where they stand', () => {
    const text = JSON.stringify(
      {
        ...HOT,
        when: {
          warning: { any: [{ value: 'temp', above: 80, for: '3s' }, { expr: 'temp > 99' }] },
          critical: 'temp > 90',
        },
      },
      null,
      2,
    );
    const { rules, origins } = loadRules([{ path: 'rules/hot.json', text }]);
    const coverage = new Coverage(rules, origins);
    const tests = [{ name: 'n', readings: [{ at: '0s', topic: 'plant/m1/temp', payload: 85 }], expect: [] }];
    const read = readTests({ path: 'tests/t.json', text: JSON.stringify({ tests }) }, null);
    for (const one of read.tests) runTest(one, { rules }, coverage);
    const places = coverage
      .report()
      .conditions.untested.map(({ text: words, place }) => `${words} ${place?.line}:${place?.column}`);
    const lineOf = (part: string) => 1 + text.slice(0, text.indexOf(part)).split('\n').length - 1;
    expect(places).toEqual([
      `temp > 90 ${lineOf('"critical"')}:17`,
      `temp above 80 ${lineOf('"above"')}:11`,
      `temp > 99 ${lineOf('"expr"')}:11`,
    ]);
  });
});
