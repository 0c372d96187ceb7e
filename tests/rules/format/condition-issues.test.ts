// Aim: each mistake in a condition or signal gives one issue, at its place.
// Method: a table of conditions, each the only thing on its line of a rule file; "column-endColumn code".
import { describe, expect, test } from 'vitest';
import { placesIn, ruleText } from './rule-text.js';

type Row = [name: string, text: string, ...issues: string[]];

function check(rows: Row[], toText: (part: string) => string, line: number): void {
  test.each(rows.map(([name, part, ...issues]) => ({ name, part, issues })))('$name', ({ part, issues }) => {
    expect(placesIn(toText(part), line, { allowAll: true })).toEqual(issues);
  });
}

describe('conditions', () => {
  const rows: Row[] = [
    ['a comparison', '{"value":"temp","above":80,"deadband":5,"for":"30s"}'],
    ['an expression', '"temp - ambient > 40"'],
    ['an expression in an object', '{"expr":"temp > 40","keepFor":"5m"}'],
    ['a name alone is whether it is true', '"mode"'],
    [
      'operands: list, range, signal, duration',
      '{"all":[{"value":"mode","in":["a",1]},{"value":"temp","between":[1,2]},{"value":"temp","above":{"value":"ambient"}},{"value":"temp","above":"6h"}]}',
    ],
    ['m of n readings', '{"count":"temp","over":5,"where":{"above":80},"atLeast":3}'],

    ['a misspelt comparator', '{"value":"temp","abve":80}', '17-23 unknown-key'],
    ['a misspelt signal key', '{"valeu":"temp","above":80}', '2-9 unknown-key'],
    ['a misspelt function', '{"stdev":"temp","over":"5m","above":80}', '2-9 unknown-key'],
    ['a misspelt window key', '{"avg":"temp","ovr":"5m","above":80}', '15-20 unknown-key'],
    ['a misspelt modifier', '{"value":"temp","above":80,"keepfor":"5m"}', '28-37 unknown-key'],
    ['a misspelt condition', '{"al":["temp > 3"]}', '2-6 unknown-key'],
    ['a percentile that does not exist', '{"p100":"temp","over":5,"above":1}', '2-8 unknown-function'],
    ['nothing at all', '{}', '1-2 no-subject'],
    ['a comparator without a signal', '{"above":80}', '2-9 comparator-alone'],
    ['no comparator', '{"value":"temp"}', '2-9 missing-comparator'],
    ['two comparators', '{"value":"temp","above":1,"below":3}', '27-34 two-comparators'],
    ['two subjects', '{"avg":"temp","max":"temp","over":5,"above":1}', '15-20 two-subjects'],
    [
      'a comparator on a list of conditions',
      '{"all":["temp > 3"],"above":1}',
      '21-28 comparator-not-allowed',
    ],
    ['a deadband on a condition', '{"changed":"temp","deadband":1}', '19-29 comparator-not-allowed'],
    ['a number', '5', '1-2 wrong-type'],
    ['null', 'null', '1-5 wrong-type'],
    ['a list', '["temp > 3"]', '1-2 wrong-type'],
    ['severities within a condition', '{"all":[{"critical":"temp > 3"}]}', '10-20 unknown-key'],

    ['a deadband with equals', '{"value":"temp","equals":1,"deadband":1}', '28-38 deadband-not-allowed'],
    ['a deadband with an expression alone', '{"expr":"temp > 3","deadband":1}', '20-30 deadband-not-allowed'],
    ['a negative deadband', '{"value":"temp","above":1,"deadband":-1}', '38-40 out-of-range'],
    ['a deadband that is a text', '{"value":"temp","above":1,"deadband":"1"}', '38-41 wrong-type'],
    [
      'outside with half the span as deadband',
      '{"value":"temp","outside":[0,10],"deadband":5}',
      '34-44 deadband-too-wide',
    ],
    ['outside with less', '{"value":"temp","outside":[0,10],"deadband":4.9}'],
    ['between with a wide deadband', '{"value":"temp","between":[0,10],"deadband":50}'],
    ['a reversed range', '{"value":"temp","between":[3,1]}', '27-32 range-reversed'],
    ['a range of one value', '{"value":"temp","between":[3,3]}'],
    ['a range of three', '{"value":"temp","between":[1,2,3]}', '27-28 wrong-type'],
    ['a number as list', '{"value":"temp","in":3}', '22-23 wrong-type'],
    ['an empty list of values', '{"value":"temp","in":[]}', '22-23 empty-list'],
    ['null as operand', '{"value":"temp","above":null}', '25-29 wrong-type'],
    ['a condition as operand', '{"value":"temp","above":{"absent":"temp","for":"5m"}}', '26-34 not-a-signal'],

    ['all of nothing', '{"all":[]}', '8-9 empty-list'],
    ['any of an object', '{"any":{}}', '8-9 wrong-type'],
    ['some beyond', '{"some":3,"of":["temp > 1","temp > 2"]}', '9-10 out-of-range'],
    ['some of zero', '{"some":0,"of":["temp > 1"]}', '9-10 out-of-range'],
    ['some without of', '{"some":1}', '1-2 missing-key'],
    [
      'a mistake in each part',
      '{"any":["temp >",{"value":"tmep","above":1}]}',
      '16-17 bad-expression',
      '28-32 unknown-name',
    ],

    ['absent without for', '{"absent":"temp"}', '1-2 missing-key'],
    ['absent of what is no input', '{"absent":"tmep","for":"5m"}', '11-17 unknown-name'],
    ['absent of a signal', '{"absent":{"avg":"temp","over":5},"for":"5m"}', '11-12 not-an-input'],
    ['absent for nothing', '{"absent":"temp","for":"0s"}', '24-28 out-of-range'],

    ['times without within', '{"value":"temp","above":1,"times":3}', '27-34 missing-key'],
    ['within without times', '{"value":"temp","above":1,"within":"5m"}', '27-35 missing-key'],
    ['times of zero', '{"value":"temp","above":1,"times":0,"within":"5m"}', '35-36 out-of-range'],
    ['times on a sequence', '{"sequence":["temp > 1"],"within":"5m","times":3}', '40-47 modifier-taken'],
    ['a number as delay', '{"value":"temp","above":1,"for":30}', '33-35 bad-duration'],
    ['a wrong unit', '{"value":"temp","above":1,"for":"30 sec"}', '33-41 bad-duration'],
    ['a delay of nothing is one', '{"value":"temp","above":1,"for":"0s"}'],
    ['within of nothing', '{"value":"temp","above":1,"times":3,"within":"0s"}', '46-50 out-of-range'],

    ['a sequence', '{"sequence":["temp > 1","temp > 2"],"within":"5m","unless":"temp > 3","for":"1s"}'],
    ['a sequence without its time', '{"sequence":["temp > 1"]}', '1-2 missing-key'],
    ['after', '{"after":"temp > 1","expect":"temp > 2","within":"5m"}'],
    ['after without what is expected', '{"after":"temp > 1","within":"5m"}', '1-2 missing-key'],
  ];
  check(rows, (when) => ruleText({ when }), 4);
});

describe('signals', () => {
  const rows: Row[] = [
    ['names, forwards too', '{"a":"b","b":"temp","c":{"value":"a"}}'],
    [
      'every window',
      `{"a":{"avg":"temp","over":"5m"},"b":{"avg":"temp","over":100},"c":{"avg":"temp","every":"5m"},"d":{"avg":"temp","over":"10m","every":"5m","timezone":"Europe/Berlin"},"e":{"avg":"temp","session":"30s","longest":"1h"},"f":{"avg":"temp","during":"temp > 3"}}`,
    ],
    [
      'options of functions',
      `{"a":{"rate":"temp","over":"5m","per":"1h"},"b":{"predict":"temp","over":"5m","ahead":"1h"},"c":{"timeTo":"temp","over":"5m","limit":90,"from":"above"},"d":{"lookup":"t","column":"c","default":1},"e":{"ewma":"temp","halfLife":"5m"},"f":{"avg":"pool","across":"sensor"}}`,
    ],
    [
      'every percentile',
      '{"a":{"p1":"temp","over":5},"b":{"p99":"temp","over":5},"c":{"p99.9":"temp","over":5}}',
    ],

    ['a number', '{"a":5}', '6-7 wrong-type'],
    ['a number in a key', '{"a":{"value":5}}', '15-16 wrong-type'],
    ['nothing', '{"a":{}}', '6-7 no-subject'],
    ['a condition', '{"a":{"all":["temp > 1"]}}', '7-12 not-a-signal'],
    ['a comparator', '{"a":{"value":"temp","above":1}}', '22-29 comparator-not-allowed'],
    ['no window', '{"a":{"avg":"temp"}}', '6-7 missing-window'],
    ['two windows', '{"a":{"avg":"temp","over":5,"session":"5m"}}', '29-38 bad-window'],
    ['a number of readings with every', '{"a":{"avg":"temp","over":5,"every":"5m"}}', '29-36 bad-window'],
    ['longest without session', '{"a":{"avg":"temp","over":5,"longest":"5m"}}', '29-38 bad-window'],
    ['timezone without every', '{"a":{"avg":"temp","over":5,"timezone":"UTC"}}', '29-39 bad-window'],
    [
      'every that does not divide a day',
      '{"a":{"avg":"temp","every":"7h","timezone":"UTC"}}',
      '20-27 bad-window',
    ],
    [
      'a time zone that does not exist',
      '{"a":{"avg":"temp","every":"1h","timezone":"Berlin"}}',
      '44-52 bad-timezone',
    ],
    ['an offset as time zone', '{"a":{"avg":"temp","every":"1h","timezone":"+01:00"}}', '44-52 bad-timezone'],
    ['full on a session', '{"a":{"avg":"temp","session":"5m","full":true}}', '35-41 bad-window'],
    [
      'more readings wanted than the window holds',
      '{"a":{"avg":"temp","over":5,"minCount":6}}',
      '29-39 bad-window',
    ],
    ['as many as it holds', '{"a":{"avg":"temp","over":5,"minCount":5}}'],
    [
      'a time-weighted function over a number of readings',
      '{"a":{"timeAvg":"temp","over":5}}',
      '24-30 bad-window',
    ],
    ['a window of no time', '{"a":{"avg":"temp","over":"0s"}}', '27-31 out-of-range'],
    ['a window of no readings', '{"a":{"avg":"temp","over":0}}', '27-28 out-of-range'],
    ['a window of half a reading', '{"a":{"avg":"temp","over":1.5}}', '27-30 wrong-type'],
    ['an option of another function', '{"a":{"avg":"temp","over":5,"per":"1h"}}', '29-34 unknown-key'],
    ['predict without ahead', '{"a":{"predict":"temp","over":5}}', '6-7 missing-key'],
    ['a window beside across', '{"a":{"avg":"pool","across":"sensor","over":5}}', '38-44 bad-window'],
    ['a function that cannot run across', '{"a":{"rate":"pool","across":"sensor"}}', '7-13 unknown-function'],
    ['an expression across', '{"a":{"avg":"temp + 1","across":"sensor"}}', '13-23 unknown-name'],
    ['a signal across', '{"b":"temp + 1","a":{"avg":"b","across":"sensor"}}', '28-31 not-an-input'],

    ['where', '{"a":{"avg":"temp","over":5,"where":{"above":1,"below":3}}}'],
    ['an empty where', '{"a":{"avg":"temp","over":5,"where":{}}}', '37-38 empty-list'],
    ['a where that is no object', '{"a":{"avg":"temp","over":5,"where":"temp > 3"}}', '37-47 wrong-type'],
    [
      'a signal in where',
      '{"a":{"avg":"temp","over":5,"where":{"above":{"value":"ambient"}}}}',
      '46-65 not-constant',
    ],
    [
      'a deadband in where',
      '{"a":{"avg":"temp","over":5,"where":{"above":1,"deadband":1}}}',
      '48-58 deadband-not-allowed',
    ],
    [
      'a misspelt comparator in where',
      '{"a":{"avg":"temp","over":5,"where":{"abov":1}}}',
      '38-44 unknown-key',
    ],

    ['one made of itself', '{"a":"a + 1"}', '2-5 let-cycle'],
    ['a circle, once', '{"a":"b + 1","b":"c + 1","c":"a + 1"}', '2-5 let-cycle'],
    ['a circle of names', '{"a":"b","b":"a"}', '2-5 let-cycle'],
    ['a circle through an aggregate', '{"a":{"avg":"b","over":5},"b":"a + 1"}', '2-5 let-cycle'],
    ['two circles', '{"a":"a","b":"b"}', '2-5 let-cycle', '10-13 let-cycle'],
    ['a name that is none', '{"a b":"temp"}', '2-7 bad-name'],
    ['a name that is a value', '{"true":"temp"}', '2-8 bad-name'],
    ['a name that is no key', '{"__proto__":"temp"}', '2-13 bad-name'],
    ['the name of an input', '{"temp":"ambient"}', '2-8 name-clash'],
  ];
  check(rows, (lets) => ruleText({ let: lets }), 2);
});

describe('pooled inputs', () => {
  const rows: Row[] = [
    [
      'what they can do',
      `{"a":"pool","b":{"value":"pool"},"c":{"avg":"pool","over":5},"d":{"count":"any","over":"5m"},"e":{"p95":"pool","over":5},"f":{"distinct":"pool","over":5},"g":"pool - temp"}`,
    ],
    ['previous', '{"a":{"previous":"pool"}}', '7-17 pooled-input'],
    ['a smoothed average', '{"a":{"ewma":"pool","halfLife":"5m"}}', '7-13 pooled-input'],
    ['differences', '{"a":{"delta":"pool","over":5}}', '7-14 pooled-input'],
    ['through another name', '{"a":{"first":"b","over":5},"b":{"value":"pool"}}', '7-14 pooled-input'],
    ['by a wildcard', '{"a":{"last":"any","over":5}}', '7-13 pooled-input'],
    ['as a call', `{"a":"1 + rate(pool, '5m')"}`, '11-27 pooled-input'],
    ['across of one series', '{"a":{"avg":"temp","across":"sensor"}}', '7-12 not-pooled'],
    ['across of a shared input', '{"a":{"avg":"ambient","across":"line"}}', '7-12 not-pooled'],
    ['across a label they share', '{"a":{"avg":"pool","across":"line"}}', '7-12 unknown-label'],
  ];
  check(rows, (lets) => ruleText({ let: lets }), 2);
  const changed: Row[] = [['changed', '{"changed":"pool"}', '2-11 pooled-input']];
  check(changed, (when) => ruleText({ when }), 4);
});
