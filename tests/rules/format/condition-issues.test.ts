// Aim: each mistake in a condition or signal gives one issue, at its place.
// Method: a table of conditions and signals with the places marked.
import { describe } from 'vitest';
import { type MistakeRow, ruleText, testMistakes } from './rule-text.js';

describe('conditions', () => {
  const rows: MistakeRow[] = [
    ['a comparison', '{"value":"temp","above":80,"deadband":5,"for":"30s"}'],
    ['an expression', '"temp - ambient > 40"'],
    ['an expression in an object', '{"expr":"temp > 40","keepFor":"5m"}'],
    ['a name alone is whether it is true', '"mode"'],
    [
      'operands: list, range, signal, duration',
      '{"all":[{"value":"mode","in":["a",1]},{"value":"temp","between":[1,2]},{"value":"temp","above":{"value":"ambient"}},{"value":"temp","above":"6h"}]}',
    ],
    ['m of n readings', '{"count":"temp","over":5,"where":{"above":80},"atLeast":3}'],
    ['a misspelt comparator', '{"value":"temp",‹"abve"›:80}', 'unknown-key'],
    ['a misspelt signal key', '{‹"valeu"›:"temp","above":80}', 'unknown-key'],
    ['a misspelt function', '{‹"stdev"›:"temp","over":"5m","above":80}', 'unknown-key'],
    ['a misspelt window key', '{"avg":"temp",‹"ovr"›:"5m","above":80}', 'unknown-key'],
    ['a misspelt modifier', '{"value":"temp","above":80,‹"keepfor"›:"5m"}', 'unknown-key'],
    ['a misspelt condition', '{‹"al"›:["temp > 3"]}', 'unknown-key'],
    ['a percentile that does not exist', '{‹"p100"›:"temp","over":5,"above":1}', 'unknown-function'],
    ['nothing at all', '‹{›}', 'no-subject'],
    ['a name as key', '{‹"temp"›:{"above":80}}', 'unknown-key'],
    ['a comparator without a signal', '{‹"above"›:80}', 'comparator-alone'],
    ['no comparator', '{‹"value"›:"temp"}', 'missing-comparator'],
    ['two comparators', '{"value":"temp","above":1,‹"below"›:3}', 'two-comparators'],
    ['two subjects', '{"avg":"temp",‹"max"›:"temp","over":5,"above":1}', 'two-subjects'],
    ['a comparator on a list of conditions', '{"all":["temp > 3"],‹"above"›:1}', 'comparator-not-allowed'],
    ['a deadband on a condition', '{"changed":"temp",‹"deadband"›:1}', 'comparator-not-allowed'],
    ['a number', '‹5›', 'wrong-type'],
    ['null', '‹null›', 'wrong-type'],
    ['a list', '‹[›"temp > 3"]', 'wrong-type'],
    ['severities within a condition', '{"all":[{‹"critical"›:"temp > 3"}]}', 'unknown-key'],
    ['a deadband with equals', '{"value":"temp","equals":1,‹"deadband"›:1}', 'deadband-not-allowed'],
    ['a deadband with an expression alone', '{"expr":"temp > 3",‹"deadband"›:1}', 'deadband-not-allowed'],
    ['a negative deadband', '{"value":"temp","above":1,"deadband":‹-1›}', 'out-of-range'],
    ['a deadband that is a text', '{"value":"temp","above":1,"deadband":‹"1"›}', 'wrong-type'],
    [
      'outside with half the span as deadband',
      '{"value":"temp","outside":[0,10],‹"deadband"›:5}',
      'deadband-too-wide',
    ],
    ['outside with less', '{"value":"temp","outside":[0,10],"deadband":4.9}'],
    ['between with a wide deadband', '{"value":"temp","between":[0,10],"deadband":50}'],
    ['a reversed range', '{"value":"temp","between":‹[3,1]›}', 'range-reversed'],
    ['a range of one value', '{"value":"temp","between":[3,3]}'],
    ['a range of three', '{"value":"temp","between":‹[›1,2,3]}', 'wrong-type'],
    ['a number as list', '{"value":"temp","in":‹3›}', 'wrong-type'],
    ['an empty list of values', '{"value":"temp","in":‹[›]}', 'empty-list'],
    ['null as operand', '{"value":"temp","above":‹null›}', 'wrong-type'],
    ['a condition as operand', '{"value":"temp","above":{‹"absent"›:"temp","for":"5m"}}', 'not-a-signal'],
    ['all of nothing', '{"all":‹[›]}', 'empty-list'],
    ['any of an object', '{"any":‹{›}}', 'wrong-type'],
    ['some beyond', '{"some":‹3›,"of":["temp > 1","temp > 2"]}', 'out-of-range'],
    ['some of zero', '{"some":‹0›,"of":["temp > 1"]}', 'out-of-range'],
    ['some without of', '‹{›"some":1}', 'missing-key'],
    [
      'a mistake in each part',
      '{"any":["temp >‹"›,{"value":"‹tmep›","above":1}]}',
      'bad-expression',
      'unknown-name',
    ],
    ['absent without for', '‹{›"absent":"temp"}', 'missing-key'],
    ['absent of what is no input', '{"absent":‹"tmep"›,"for":"5m"}', 'unknown-name'],
    ['absent of a signal', '{"absent":‹{›"avg":"temp","over":5},"for":"5m"}', 'not-an-input'],
    ['absent for nothing', '{"absent":"temp","for":‹"0s"›}', 'out-of-range'],
    ['times without within', '{"value":"temp","above":1,‹"times"›:3}', 'missing-key'],
    ['within without times', '{"value":"temp","above":1,‹"within"›:"5m"}', 'missing-key'],
    ['times of zero', '{"value":"temp","above":1,"times":‹0›,"within":"5m"}', 'out-of-range'],
    ['times on a sequence', '{"sequence":["temp > 1"],"within":"5m",‹"times"›:3}', 'modifier-taken'],
    ['a number as delay', '{"value":"temp","above":1,"for":‹30›}', 'bad-duration'],
    ['a wrong unit', '{"value":"temp","above":1,"for":‹"30 sec"›}', 'bad-duration'],
    ['a delay of nothing is one', '{"value":"temp","above":1,"for":"0s"}'],
    ['within of nothing', '{"value":"temp","above":1,"times":3,"within":‹"0s"›}', 'out-of-range'],
    ['a sequence', '{"sequence":["temp > 1","temp > 2"],"within":"5m","unless":"temp > 3","for":"1s"}'],
    ['a sequence without its time', '‹{›"sequence":["temp > 1"]}', 'missing-key'],
    ['after', '{"after":"temp > 1","expect":"temp > 2","within":"5m"}'],
    ['after without what is expected', '‹{›"after":"temp > 1","within":"5m"}', 'missing-key'],
  ];
  testMistakes(rows, (when) => ruleText({ when }));
});

describe('signals', () => {
  const rows: MistakeRow[] = [
    ['names, forwards too', '{"a":"b","b":"temp","c":{"value":"a"}}'],
    [
      'every window',
      '{"a":{"avg":"temp","over":"5m"},"b":{"avg":"temp","over":100},"c":{"avg":"temp","every":"5m"},"d":{"avg":"temp","over":"10m","every":"5m","timezone":"Europe/Berlin"},"e":{"avg":"temp","session":"30s","longest":"1h"},"f":{"avg":"temp","during":"temp > 3"}}',
    ],
    [
      'options of functions',
      '{"a":{"rate":"temp","over":"5m","per":"1h"},"b":{"predict":"temp","over":"5m","ahead":"1h"},"c":{"timeTo":"temp","over":"5m","limit":90,"from":"above"},"d":{"lookup":"t","column":"c","default":1},"e":{"ewma":"temp","halfLife":"5m"},"f":{"avg":"pool","across":"sensor"}}',
    ],
    [
      'every percentile',
      '{"a":{"p1":"temp","over":5},"b":{"p99":"temp","over":5},"c":{"p99.9":"temp","over":5}}',
    ],
    ['a number', '{"a":‹5›}', 'wrong-type'],
    ['a number in a key', '{"a":{"value":‹5›}}', 'wrong-type'],
    ['nothing', '{"a":‹{›}}', 'no-subject'],
    ['a condition', '{"a":{‹"all"›:["temp > 1"]}}', 'not-a-signal'],
    ['a comparator', '{"a":{"value":"temp",‹"above"›:1}}', 'comparator-not-allowed'],
    ['no window', '{"a":‹{›"avg":"temp"}}', 'missing-window'],
    ['two windows', '{"a":{"avg":"temp","over":5,‹"session"›:"5m"}}', 'bad-window'],
    ['a number of readings with every', '{"a":{"avg":"temp","over":5,‹"every"›:"5m"}}', 'bad-window'],
    ['longest without session', '{"a":{"avg":"temp","over":5,‹"longest"›:"5m"}}', 'bad-window'],
    ['timezone without every', '{"a":{"avg":"temp","over":5,‹"timezone"›:"UTC"}}', 'bad-window'],
    [
      'every that does not divide a day',
      '{"a":{"avg":"temp",‹"every"›:"7h","timezone":"UTC"}}',
      'bad-window',
    ],
    [
      'a time zone that does not exist',
      '{"a":{"avg":"temp","every":"1h","timezone":‹"Berlin"›}}',
      'bad-timezone',
    ],
    ['an offset as time zone', '{"a":{"avg":"temp","every":"1h","timezone":‹"+01:00"›}}', 'bad-timezone'],
    ['full on a session', '{"a":{"avg":"temp","session":"5m",‹"full"›:true}}', 'bad-window'],
    [
      'more readings wanted than the window holds',
      '{"a":{"avg":"temp","over":5,‹"minCount"›:6}}',
      'bad-window',
    ],
    ['as many as it holds', '{"a":{"avg":"temp","over":5,"minCount":5}}'],
    [
      'a time-weighted function over a number of readings',
      '{"a":{"timeAvg":"temp",‹"over"›:5}}',
      'bad-window',
    ],
    ['a window length in quotes', '{"a":{"avg":"temp","over":‹"100"›}}', 'bad-duration'],
    ['a window of no time', '{"a":{"avg":"temp","over":‹"0s"›}}', 'out-of-range'],
    ['a window of no readings', '{"a":{"avg":"temp","over":‹0›}}', 'out-of-range'],
    ['a window of half a reading', '{"a":{"avg":"temp","over":‹1.5›}}', 'wrong-type'],
    ['an option of another function', '{"a":{"avg":"temp","over":5,‹"per"›:"1h"}}', 'unknown-key'],
    ['predict without ahead', '{"a":‹{›"predict":"temp","over":5}}', 'missing-key'],
    ['a window beside across', '{"a":{"avg":"pool","across":"sensor",‹"over"›:5}}', 'bad-window'],
    ['a function that cannot run across', '{"a":{‹"rate"›:"pool","across":"sensor"}}', 'unknown-function'],
    ['an expression across', '{"a":{"avg":‹"temp + 1"›,"across":"sensor"}}', 'unknown-name'],
    ['a signal across', '{"b":"temp + 1","a":{"avg":‹"b"›,"across":"sensor"}}', 'not-an-input'],
    ['where', '{"a":{"avg":"temp","over":5,"where":{"above":1,"below":3}}}'],
    ['an empty where', '{"a":{"avg":"temp","over":5,"where":‹{›}}}', 'empty-list'],
    ['a where that is no object', '{"a":{"avg":"temp","over":5,"where":‹"temp > 3"›}}', 'wrong-type'],
    [
      'a signal in where',
      '{"a":{"avg":"temp","over":5,"where":{"above":‹{"value":"ambient"}›}}}',
      'not-constant',
    ],
    [
      'a deadband in where',
      '{"a":{"avg":"temp","over":5,"where":{"above":1,‹"deadband"›:1}}}',
      'deadband-not-allowed',
    ],
    ['a misspelt comparator in where', '{"a":{"avg":"temp","over":5,"where":{‹"abov"›:1}}}', 'unknown-key'],
    ['one made of itself', '{‹"a"›:"a + 1"}', 'let-cycle'],
    ['a circle, once', '{‹"a"›:"b + 1","b":"c + 1","c":"a + 1"}', 'let-cycle'],
    ['a circle of names', '{‹"a"›:"b","b":"a"}', 'let-cycle'],
    ['a circle through an aggregate', '{‹"a"›:{"avg":"b","over":5},"b":"a + 1"}', 'let-cycle'],
    ['two circles', '{‹"a"›:"a",‹"b"›:"b"}', 'let-cycle', 'let-cycle'],
    ['a name that is none', '{‹"a b"›:"temp"}', 'bad-name'],
    ['a name that is a value', '{‹"true"›:"temp"}', 'bad-name'],
    ['a name that is no key', '{‹"__proto__"›:"temp"}', 'bad-name'],
    ['the name of an input', '{‹"temp"›:"ambient"}', 'name-clash'],
  ];
  testMistakes(rows, (lets) => ruleText({ let: lets }));
});

describe('pooled inputs', () => {
  const rows: MistakeRow[] = [
    [
      'what they can do',
      '{"a":"pool","b":{"value":"pool"},"c":{"avg":"pool","over":5},"d":{"count":"any","over":"5m"},"e":{"p95":"pool","over":5},"f":{"distinct":"pool","over":5},"g":"pool - temp"}',
    ],
    ['previous', '{"a":{‹"previous"›:"pool"}}', 'pooled-input'],
    ['a smoothed average', '{"a":{‹"ewma"›:"pool","halfLife":"5m"}}', 'pooled-input'],
    ['differences', '{"a":{‹"delta"›:"pool","over":5}}', 'pooled-input'],
    ['through another name', '{"a":{‹"first"›:"b","over":5},"b":{"value":"pool"}}', 'pooled-input'],
    ['by a wildcard', '{"a":{‹"last"›:"any","over":5}}', 'pooled-input'],
    ['as a call', `{"a":"1 + ‹rate(pool, '5m')›"}`, 'pooled-input'],
    ['across of one series', '{"a":{‹"avg"›:"temp","across":"sensor"}}', 'not-pooled'],
    ['across of a shared input', '{"a":{‹"avg"›:"ambient","across":"line"}}', 'not-pooled'],
    ['across a label they share', '{"a":{‹"avg"›:"pool","across":"line"}}', 'unknown-label'],
  ];
  testMistakes(rows, (lets) => ruleText({ let: lets }));
  const changed: MistakeRow[] = [['changed', '{‹"changed"›:"pool"}', 'pooled-input']];
  testMistakes(changed, (when) => ruleText({ when }));
});
