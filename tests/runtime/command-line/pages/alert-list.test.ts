/** The list of alerts as people see it. */
import { expect, test } from 'vitest';
import { alertList } from '../../../../runtime/command-line/pages/alert-list.js';
import { ALERT } from '../../control/fake-target.js';
import { NOW, PAGE, tooLong } from './page-fixture.js';

const minutes = (count: number) => NOW - count * 60_000;

test('the worst first, then the newest; with what to do next', () => {
  const alerts = [
    {
      ...ALERT,
      severity: 'info',
      rule: 'product-changed',
      since: minutes(1),
      labels: {},
      message: 'Now B',
    } as const,
    { ...ALERT, severity: 'warning', rule: 'oil-hot', since: minutes(90) } as const,
    { ...ALERT, severity: 'warning', rule: 'oil-cold', since: minutes(2) } as const,
    { ...ALERT, since: NOW - 312_000 },
  ];
  expect(alertList(alerts, PAGE)).toBe(
    `CRITICAL press-overheat  line=l1 machine=m1                               5m 12s
         m1 on l1 is at 85.5 °C
WARNING  oil-cold  line=l1 machine=m1                                         2m
         m1 on l1 is at 85.5 °C
WARNING  oil-hot  line=l1 machine=m1                                      1h 30m
         m1 on l1 is at 85.5 °C
INFO     product-changed                                                      1m
         Now B

4 alerts: 1 critical, 2 warning, 1 info
Why: tocsin explain press-overheat line=l1 machine=m1
`,
  );
});

test('what stands beside an alert', () => {
  const text = alertList([{ ...ALERT, state: 'latched', suppressed: true, stale: true }], PAGE);
  expect(text).toContain(
    `         is over, and stays until it is reset; suppressed by another alert:
         nobody is told; an input of its rule is silent
         End it: tocsin reset press-overheat line=l1 machine=m1
`,
  );
});

test('alerts of the program itself are not explained by a rule', () => {
  const text = alertList([{ ...ALERT, rule: 'tocsin/storage-degraded', labels: {} }], PAGE);
  expect(text).toContain('tocsin/storage-degraded');
  expect(text).not.toContain('Why:');
});

test('nothing', () => {
  expect(alertList([], PAGE)).toBe('No alerts.\n');
});

test('labels can be pasted into a shell, and nothing steers the terminal', () => {
  const labels = { machine: "o'neil; rm -rf", line: 'l\u001b[31m1' };
  const text = alertList([{ ...ALERT, labels, message: 'a\n\u001b[2Jb' }], PAGE);
  expect(text).toContain(`tocsin explain press-overheat machine='o'\\''neil; rm -rf' line='l [31m1'`);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('         a [2Jb\n');
});

test('long names and texts stay on the page', () => {
  const labels = { machine: 'm'.repeat(200), line: 'x' };
  const text = alertList([{ ...ALERT, labels, message: `${'word '.repeat(40)}${'w'.repeat(100)}` }], PAGE);
  // What is to be pasted is whole.
  expect(tooLong(text).map((line) => line.slice(0, 5))).toEqual(['Why: ']);
});

test('an alert from the future, by a clock that was set, has just begun', () => {
  expect(alertList([{ ...ALERT, since: NOW + 5000 }], PAGE)).toMatch(/ 0s\n/);
});
