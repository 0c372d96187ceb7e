/** Rule tests run against real rules: the example of the rule reference, boundaries, commands, and what a failure tells. */
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { Coverage } from '../../../runtime/rule-tests/coverage.js';
import { failureText } from '../../../runtime/rule-tests/failure-text.js';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';
import { explainAt, runTest, type TestResult } from '../../../runtime/rule-tests/run-test.js';
import { HOT, HOT_FOR, rulesOf } from '../replay/rules-of.js';

const OVERHEAT = {
  id: 'press-overheat',
  inputs: { temp: 'factory/{line}/{machine}/temperature' },
  when: { value: 'temp', above: 80, deadband: 5, for: '30s' },
  severity: 'critical',
};
const TRIP = { ...HOT, id: 'trip', latch: true };

function run(rules: readonly object[], parts: object): TestResult & { readonly why: string } {
  const loaded = rulesOf(...rules);
  const file = {
    path: 'tests/t.json',
    text: JSON.stringify({ tests: [{ name: 'n', readings: [], expect: [], ...parts }] }),
  };
  const { tests, issues } = readTests(
    file,
    loaded.map(({ id }) => id),
  );
  const [only] = tests;
  if (only === undefined) throw new Error(issues.map(({ message }) => message).join('\n'));
  const result = runTest(only, { rules: loaded }, new Coverage(loaded));
  const why = failureText(
    result,
    (place) => explainAt(only, { rules: loaded }, place),
    (_format, text) => text,
  ).join('\n');
  return { ...result, why };
}

const temp = (at: string, payload: unknown, more: object = {}) => ({
  at,
  topic: 'plant/m1/temp',
  payload,
  ...more,
});

const EXAMPLE = {
  start: '2026-01-05T06:00:00Z',
  readings: [
    { at: '0s', topic: 'factory/l1/m1/temperature', payload: 70 },
    { from: '10s', every: '10s', to: '60s', topic: 'factory/l1/m1/temperature', payload: 85 },
    { at: '70s', every: '10s', topic: 'factory/l1/m1/temperature', payloads: [79, 75, 74] },
  ],
  until: '2m',
};

describe('passes', () => {
  test('what is expected counts from the start of the test', () => {
    const { plan } = loadRules([
      {
        path: 'rules/a.json',
        text: JSON.stringify({ ...HOT, when: { absent: 'temp', for: '10s', expected: 'machines' } }),
      },
      { path: 'tables/machines.csv', text: 'machine\nm9\n' },
    ]);
    const test = { name: 'n', start: '2026-01-05T06:00:00Z', readings: [temp('8s', 1)], until: '1m' };
    const expected = [
      { at: '10s', labels: { machine: 'm9' }, event: 'firing' },
      { at: '18s', labels: { machine: 'm1' }, event: 'firing' },
    ];
    const text = JSON.stringify({ tests: [{ ...test, expect: expected }] });
    const { tests } = readTests({ path: 'tests/t.json', text }, ['hot']);
    expect(tests.map((one) => runTest(one, plan, new Coverage(plan.rules)).isPassed)).toEqual([true]);
  });

  test('the example of the rule reference', () => {
    const expected = [
      { at: '40s', rule: 'press-overheat', labels: { machine: 'm1' }, event: 'firing', severity: 'critical' },
      { at: '80s', rule: 'press-overheat', event: 'resolved' },
    ];
    expect(run([OVERHEAT], { ...EXAMPLE, expect: expected }).isPassed).toBe(true);
  });

  test('a delay that ends at `until` has ended, and by default it ends with the last reading', () => {
    const readings = [temp('0s', 85)];
    const firing = { at: '30s', event: 'firing' };
    expect(run([HOT_FOR], { readings, until: '30s', expect: [firing] }).isPassed).toBe(true);
    expect(run([HOT_FOR], { readings, until: '29999ms', expect: [] }).isPassed).toBe(true);
    expect(run([HOT_FOR], { readings, expect: [] }).isPassed).toBe(true);
  });

  test('messages go in order of their times, and timers fire until one arrives', () => {
    const readings = [temp('20s', 70, { arrives: '40s' }), temp('0s', 85), temp('50s', 70)];
    const expected = [
      { at: '30s', event: 'firing' },
      { at: '40s', event: 'resolved', late: false },
    ];
    expect(run([HOT_FOR], { readings, expect: expected }).isPassed).toBe(true);
  });

  test('only the rules named are compared', () => {
    const readings = [temp('0s', 85)];
    expect(run([HOT, TRIP], { readings, rules: ['trip'], expect: [{ rule: 'trip' }] }).isPassed).toBe(true);
    expect(run([HOT, TRIP], { readings, expect: [{ rule: 'trip' }] }).isPassed).toBe(false);
  });

  test('pending is left out', () => {
    expect(run([HOT_FOR], { readings: [temp('0s', 85), temp('5s', 70)], expect: [] }).isPassed).toBe(true);
  });

  test('commands act at their time, those after the end do not', () => {
    const readings = [temp('0s', 85), temp('5s', 70), { at: '7s', reset: 'trip', labels: { machine: 'm1' } }];
    const start = [
      { at: '0s', event: 'firing' },
      { at: '5s', event: 'cleared' },
    ];
    const reset = { at: '7s', event: 'resolved', reason: 'reset' };
    expect(run([TRIP], { readings, expect: [...start, reset] }).isPassed).toBe(true);
    expect(run([TRIP], { readings, until: '6s', expect: start }).isPassed).toBe(true);
  });

  test('a retained message is stored state', () => {
    const expected = [{ at: '1s', event: 'firing' }];
    const readings = [temp('0s', 70, { retain: true }), temp('1s', 85), temp('2s', 70, { retain: true })];
    expect(run([HOT], { readings, expect: expected }).isPassed).toBe(true);
  });
});

describe('a failure tells', () => {
  test('a wrong time and severity', () => {
    const expected = [
      { at: '41s', rule: 'press-overheat', event: 'firing', severity: 'warning' },
      { at: '80s', rule: 'press-overheat', event: 'resolved' },
    ];
    expect(run([OVERHEAT], { ...EXAMPLE, expect: expected }).why).toMatchInlineSnapshot(`
      "≠ 40s    press-overheat firing critical line=l1 machine=m1
               fired at 40s, expected at 41s
               severity is "critical", expected "warning"
               values: temp=85
        1m20s  press-overheat resolved critical line=l1 machine=m1"
    `);
  });

  test('an event that did not come, and what the rule saw then', () => {
    const expected = [{ at: '20s', rule: 'hot-for', event: 'firing' }];
    expect(run([HOT_FOR], { readings: [temp('0s', 85)], expect: expected }).why).toMatchInlineSnapshot(`
      "- 20s    hot-for firing  did not come
               at 20s it was pending, machine=m1, values: temp=85
                 false   for 30s   (until 30s)
                   true    temp above 80   (85)"
    `);
  });

  test('an instance that was not there', () => {
    const expected = [{ at: '0s', rule: 'hot', event: 'firing', labels: { machine: 'm2' } }];
    expect(run([HOT], { readings: [temp('0s', 5)], expect: expected }).why).toMatchInlineSnapshot(`
      "- 0s     hot firing machine=m2  did not come
               at 0s there was no instance machine=m2: no message had reached it"
    `);
  });

  test('an event too many', () => {
    expect(run([HOT], { readings: [temp('90s', 85)] }).why).toMatchInlineSnapshot(`
      "+ 1m30s  hot firing warning machine=m1  not expected
               values: temp=85"
    `);
  });

  test('the wrong order', () => {
    const expected = [
      { rule: 'trip', event: 'firing' },
      { rule: 'hot', event: 'firing' },
    ];
    expect(run([HOT, TRIP], { readings: [temp('0s', 85)], expect: expected }).why).toMatchInlineSnapshot(`
      "- any time trip firing  did not come
               it fired at 0s, in another order
        0s     hot firing warning machine=m1
      + 0s     trip firing warning machine=m1  not expected
               values: temp=85"
    `);
  });

  test('a command that was refused', () => {
    const readings = [temp('0s', 85), { at: '5s', reset: 'trip', labels: { machine: 'm1' } }];
    const expected = [{ event: 'firing' }, { at: '5s', rule: 'trip', event: 'resolved', reason: 'reset' }];
    expect(run([TRIP], { readings, expect: expected }).why).toMatchInlineSnapshot(`
      "  0s     trip firing warning machine=m1
      - 5s     trip resolved (reset)  did not come
               at 5s it was firing, machine=m1, values: temp=85
                 true    temp > 80
      ! 5s     command refused: the alert cannot be reset: its condition still holds"
    `);
  });

  test('only what is wrong, where there is much', () => {
    const readings = Array.from({ length: 40 }, (_, index) => temp(`${index}s`, index % 2 === 0 ? 85 : 70));
    const expected = Array.from({ length: 40 }, (_, index) => ({ at: `${index === 30 ? 31 : index}s` }));
    const { why } = run([HOT], { readings, expect: expected });
    expect(why.split('\n').filter((line) => line.startsWith('≠'))).toHaveLength(1);
    expect(why).toContain('fired at 30s, expected at 31s');
  });
});
