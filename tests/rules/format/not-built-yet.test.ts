// Aim: what the engine cannot evaluate yet is refused, once and at its place, and everything else is not.
// Method: a rule for each row of the table; whether it loads must be what the table says.
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { NOT_BUILT_YET } from '../../../rules/format/not-built-yet.js';
import { ruleText } from './rule-text.js';

const TABLES = [
  { path: 'tables/t.csv', text: 'machine,c\nm1,1\n' },
  { path: 'tables/machines.csv', text: 'line,machine\nl1,m1\n' },
];

function refused(text: string): string[] {
  return loadRules([{ path: 'a.json', text }, ...TABLES]).issues.map(
    ({ code, message }) => `${code}: ${message}`,
  );
}

const { windows, functions, signals, conditions, expected, active, derivedReadings, sharedReadings } =
  NOT_BUILT_YET;
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

describe('readings that may come before the instance', () => {
  const what =
    'Readings of a signal that can have some before the instance begins, from shared inputs alone, are';
  test.each<[signal: string, isBefore: boolean]>([
    ['"ambient * 2"', true],
    ['"ambient * temp"', false],
    ['"s + temp"', false],
    ['"s"', true],
    ['"t"', false],
    ['"coalesce(temp, ambient)"', true],
    ['"coalesce(temp, temp * ambient)"', false],
    ['"temp > 1 || ambient > 1"', true],
    ['"isKnown(temp) && ambient > 1"', true],
    ['"temp > 1 ? ambient : 2"', false],
    ['"ambient > 1 ? temp : ambient"', true],
    ['"-temp + mode"', false],
    ['{"sum":"ambient","over":5}', true],
    ['{"count":"temp","over":5}', false],
    ['"count(temp, 5) + ambient"', true],
    ['"avg(temp, 5) + ambient"', false],
    ['{"sum":"ambient","during":"ambient > 1"}', false],
    ['{"previous":"ambient"}', true],
    ['"5 + 1"', false],
  ])('%s', (signal, isBefore) => {
    const lets = `{"s":"ambient + 1","t":"temp + s","x":{"avg":${signal},"over":5}}`;
    const expected = sharedReadings && isBefore ? [`not-supported-yet: ${what} not supported yet.`] : [];
    // Booleans have an average too.
    expect(refused(ruleText({ let: lets }))).toEqual(expected);
  });

  test('of 10,000 signals that each use the one before twice', () => {
    const previous = (index: number) => (index === 0 ? 'ambient' : `s${index - 1}`);
    const lets = Array.from({ length: 10_000 }, (_, i) => `"s${i}":"${previous(i)} + ${previous(i)}"`);
    expect(refused(ruleText({ let: `{${lets},"x":{"avg":"s9999","over":5}}` }))).toHaveLength(
      sharedReadings ? 1 : 0,
    );
  });
});

describe('rules', () => {
  test.each<[input: string, more: string, isMissing: boolean, what: string]>([
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
