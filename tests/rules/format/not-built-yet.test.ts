// Aim: what the engine cannot evaluate yet is refused, once and at its place, and only that.
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { ruleText } from './rule-text.js';

function refused(text: string): string[] {
  return loadRules([{ path: 'a.json', text }]).issues.map(({ code, message }) => `${code}: ${message}`);
}

const not = (what: string) => [`not-supported-yet: ${what} not supported yet.`];
const DERIVED = not('Readings of anything but an input (here: of a signal made from others) are');

describe('conditions and signals', () => {
  test.each([
    ['{"value":"temp","above":80,"deadband":1,"times":2,"within":"5m","for":"30s","keepFor":"1m"}', []],
    ["\"avg(temp, '5m') - min(temp, 3) > rate(temp, '1h')\"", []],
    [
      '{"all":[{"absent":"temp","for":"5m"},{"changed":"temp"},{"some":1,"of":["temp > 1"]},{"value":{"previous":"temp"},"above":1}]}',
      [],
    ],
    ['{"avg":{"value":"temp"},"over":5,"above":1}', []],
    ['{"median":"temp","over":5,"above":1}', not('`median` is')],
    ['"p95(temp, 5) > 1"', not('Percentiles are')],
    ['{"timeAvg":"temp","over":"5m","above":1}', not('`timeAvg` is')],
    ['{"avg":"temp","every":"5m","above":1}', not('Aligned windows (`every`) are')],
    ['{"avg":"temp","session":"5m","above":1}', not('Session windows (`session`) are')],
    ['{"avg":"temp","during":"temp > 1","above":1}', not('Windows while a condition is true (`during`) are')],
    ['{"ewma":"temp","halfLife":"5m","above":1}', not('`ewma` is')],
    ['{"lookup":"t","column":"c","above":1}', not('`lookup` is')],
    ['{"value":"temp","above":{"lookup":"t","column":"c"}}', not('`lookup` is')],
    ['{"avg":"pool","across":"sensor","above":1}', not('`across` is')],
    ['{"sequence":["temp > 1"],"within":"5m"}', not('`sequence` is')],
    ['{"after":"temp > 1","expect":"temp > 2","within":"5m"}', not('`after` is')],
    ['{"absent":"temp","for":"5m","expected":"machines"}', not('`expected` of `absent` is')],
    ['{"avg":"temp + 1","over":5,"above":1}', DERIVED],
    ['{"avg":{"avg":"temp","over":5},"over":5,"above":1}', DERIVED],
    ['"avg(temp * 2, 5) > 1"', DERIVED],
    ['{"changed":"temp > 1"}', DERIVED],
    ['{"value":{"previous":"temp + 1"},"above":1}', DERIVED],
  ])('%s', (when, issues) => {
    expect(refused(ruleText({ when }))).toEqual(issues);
    expect(loadRules([{ path: 'a.json', text: ruleText({ when }) }], { allowAll: true }).issues).toEqual([]);
  });
});

describe('rules', () => {
  test.each([
    ['{"view":"v"}', '', not('Inputs from a `view` are')],
    ['{"model":"m","output":"o"}', '', not('Inputs from a `model` are')],
    ['"t/{m}"', '"active":{},', not('Schedules (`active`) are')],
    ['"t/{m}"', '"latch":true,"quiet":true,"forgetAfter":"1d","maxInstances":5,"suppressedBy":[],', []],
  ])('%s %s', (input, more, issues) => {
    expect(refused(`{"id":"a",${more}"inputs":{"t":${input}},"when":"t > 1"}`)).toEqual(issues);
  });
});
