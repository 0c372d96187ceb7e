// Aim: what the engine cannot evaluate yet is refused, once and at its place, and everything else is not.
// Method: a rule for each row of the table; whether it loads must be what the table says.
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { NOT_BUILT_YET } from '../../../rules/format/not-built-yet.js';
import { ruleText } from './rule-text.js';

function refused(text: string): string[] {
  return loadRules([{ path: 'a.json', text }]).issues.map(({ code, message }) => `${code}: ${message}`);
}

const { windows, functions, signals, conditions, inputs, expected, active, derivedReadings } = NOT_BUILT_YET;
const derived = 'Readings of anything but an input (here: of a signal made from others) are';

describe('conditions and signals', () => {
  test.each<[when: string, isMissing: boolean, what: string]>([
    ['{"value":"temp","above":80,"deadband":1,"times":2,"within":"5m","for":"30s"}', false, ''],
    ["\"avg(temp, '5m') - min(temp, 3) > rate(temp, '1h')\"", false, ''],
    ['{"all":[{"absent":"temp","for":"5m"},{"changed":"temp"},{"some":1,"of":["temp > 1"]}]}', false, ''],
    ['{"avg":{"value":"temp"},"over":5,"above":1}', false, ''],
    ['{"median":"temp","over":5,"above":1}', functions.has('median'), '`median` is'],
    ['"p95(temp, 5) > 1"', functions.has('percentile'), 'Percentiles are'],
    ['{"timeAvg":"temp","over":"5m","above":1}', functions.has('timeAvg'), '`timeAvg` is'],
    ['{"integral":"temp","over":"5m","above":1}', functions.has('integral'), '`integral` is'],
    ['{"duty":"temp","over":"5m","above":1}', functions.has('duty'), '`duty` is'],
    ['{"avg":"temp","every":"5m","above":1}', windows.has('aligned'), 'Aligned windows (`every`) are'],
    ['{"avg":"temp","session":"5m","above":1}', windows.has('session'), 'Session windows (`session`) are'],
    [
      '{"avg":"temp","during":"temp > 1","above":1}',
      windows.has('during'),
      'Windows while a condition is true (`during`) are',
    ],
    ['{"ewma":"temp","halfLife":"5m","above":1}', signals.has('ewma'), '`ewma` is'],
    ['{"lookup":"t","column":"c","above":1}', signals.has('lookup'), '`lookup` is'],
    ['{"value":"temp","above":{"lookup":"t","column":"c"}}', signals.has('lookup'), '`lookup` is'],
    ['{"avg":"pool","across":"sensor","above":1}', signals.has('across'), '`across` is'],
    ['{"sequence":["temp > 1"],"within":"5m"}', conditions.has('sequence'), '`sequence` is'],
    ['{"after":"temp > 1","expect":"temp > 2","within":"5m"}', conditions.has('after'), '`after` is'],
    ['{"absent":"temp","for":"5m","expected":"machines"}', expected, '`expected` of `absent` is'],
    ['{"avg":"temp + 1","over":5,"above":1}', derivedReadings, derived],
    ['"avg(temp * 2, 5) > 1"', derivedReadings, derived],
    ['{"changed":"temp > 1"}', derivedReadings, derived],
    ['{"value":{"previous":"temp + 1"},"above":1}', derivedReadings, derived],
  ])('%s', (when, isMissing, what) => {
    const text = ruleText({ when });
    expect(refused(text)).toEqual(isMissing ? [`not-supported-yet: ${what} not supported yet.`] : []);
    expect(loadRules([{ path: 'a.json', text }], { allowAll: true }).issues).toEqual([]);
  });
});

describe('rules', () => {
  test.each<[input: string, more: string, isMissing: boolean, what: string]>([
    ['{"view":"v"}', '', inputs.has('view'), 'Inputs from a `view` are'],
    ['{"model":"m","output":"o"}', '', inputs.has('model'), 'Inputs from a `model` are'],
    ['"t/{m}"', '"active":{},', active, 'Schedules (`active`) are'],
    [
      '"t/{m}"',
      '"latch":true,"quiet":true,"forgetAfter":"1d","maxInstances":5,"suppressedBy":[],',
      false,
      '',
    ],
  ])('%s %s', (input, more, isMissing, what) => {
    const text = `{"id":"a",${more}"inputs":{"t":${input}},"when":"t > 1"}`;
    expect(refused(text)).toEqual(isMissing ? [`not-supported-yet: ${what} not supported yet.`] : []);
  });
});

test("what is not a thing of the engine is in no table: functions of one's own", () => {
  expect(refused(ruleText({ when: '"mine(temp) > 1"' }))).toEqual([
    'unknown-function: There is no function `mine`.',
  ]);
});
