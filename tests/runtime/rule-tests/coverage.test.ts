/** What the tests of a site leave untouched. */
import { expect, test } from 'vitest';
import { Coverage, type CoverageReport } from '../../../runtime/rule-tests/coverage.js';
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
    conditions: { total: 0, untested: [] },
  });
});

test('several tests together touch everything', () => {
  expect(coverageOf([HOT], [70], [85, 70])).toEqual({
    rules: { total: 1, neverFired: [] },
    transitions: { total: 2, untested: [] },
    conditions: { total: 1, untested: [] },
  });
});

test('a severity that is never reached, and a latch that is never left', () => {
  const rule = { ...HOT, latch: true, when: { warning: 'temp > 80', critical: 'temp > 90' } };
  expect(coverageOf([rule], [85, 70]).transitions).toEqual({
    total: 4,
    untested: [
      { rule: 'hot', event: 'firing', severity: 'critical' },
      { rule: 'hot', event: 'resolved', severity: null },
    ],
  });
  expect(coverageOf([rule], [85, 95]).transitions.untested.map(({ event }) => event)).toEqual([
    'cleared',
    'resolved',
  ]);
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
  expect(total).toBe(2);
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
