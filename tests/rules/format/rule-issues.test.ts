// Aim: each mistake in the keys of a rule, in its names and kinds, and between rules gives one issue, at its place.
// Method: tables of texts with the places marked.
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { type MistakeRow, ruleText, testMistakes } from './rule-text.js';

describe('files and keys', () => {
  const rows: MistakeRow[] = [
    ['a rule', '{"$schema":"x","id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1"}'],
    ['a list of rules', '{"$schema":"x","rules":[{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1"}]}'],
    ['an empty list of rules', '{"rules":[]}'],
    ['a list without its object', '‹[›]', 'wrong-type'],
    ['a text', '‹"a"›', 'wrong-type'],
    ['rules that are no list', '{"rules":‹{›}}', 'wrong-type'],
    ['a rule that is no object', '{"rules":[‹5›]}', 'wrong-type'],
    ['a key beside rules', '{"rules":[],‹"id"›:"a"}', 'unknown-key'],
    [
      '$schema in a list',
      '{"rules":[{‹"$schema"›:"x","id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1"}]}',
      'unknown-key',
    ],
    [
      'a misspelt key that is required, once',
      '{"id":"a",‹"input"›:{"t":"f/{m}/t"},"when":"t > 1"}',
      'unknown-key',
    ],
    ['inputs missing, and nothing else for it', '‹{›"id":"a","when":"t > 1"}', 'missing-key'],
    [
      'a key that has no meaning',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1",‹"color"›:"red"}',
      'unknown-key',
    ],
    ['an id with capitals', '{"id":‹"A"›,"inputs":{"t":"f/{m}/t"},"when":"t > 1"}', 'bad-name'],
    [
      'an id of 64 characters',
      '{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","inputs":{"t":"f/{m}/t"},"when":"t > 1"}',
    ],
    [
      'an id of 65 characters',
      '{"id":‹"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"›,"inputs":{"t":"f/{m}/t"},"when":"t > 1"}',
      'bad-name',
    ],
    [
      'a severity that does not exist',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","severity":‹"crit"›}',
      'invalid-value',
    ],
    [
      'a runbook that is no URL',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","runbook":‹"see wiki"›}',
      'invalid-value',
    ],
    ['no instances', '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","maxInstances":‹0›}', 'out-of-range'],
    [
      'a number as keepFor',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","keepFor":‹30›}',
      'bad-duration',
    ],
    [
      'a label that is no text',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","labels":{"a":‹1›}}',
      'wrong-type',
    ],
    [
      'a label that is no name',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","labels":{‹"a b"›:"1"}}',
      'bad-name',
    ],
    [
      'a receiver that is no text',
      '{"id":"a","inputs":{"t":"f/{m}/t"},"when":"t > 1","notify":[‹1›]}',
      'wrong-type',
    ],
    [
      'several mistakes at once',
      '{"id":‹"A"›,"inputs":{"t":"f/{m}/t"},"when":"‹x› > 1","notify":‹1›}',
      'bad-name',
      'unknown-name',
      'wrong-type',
    ],
    ['a key twice', '{"id":"a",‹"id"›:"b","inputs":{"t":"f/{m}/t"},"when":"t > 1"}', 'duplicate-key'],
  ];
  testMistakes(rows, (text) => text);
});

test('every required key is missed', () => {
  const { issues } = loadRules([{ path: 'a.json', text: '{}' }]);
  expect(issues.map(({ message }) => message)).toEqual(
    ['id', 'inputs', 'when'].map((key) => `The key "${key}" is missing.`),
  );
});

describe('severities', () => {
  const rows: MistakeRow[] = [
    ['one each', '{"info":"temp > 1","critical":{"value":"temp","above":3}}'],
    ['misspelt alone', '{‹"criticl"›:"temp > 1"}', 'unknown-key'],
    ['misspelt beside another', '{‹"criticl"›:"temp > 1","info":"temp > 2"}', 'unknown-key'],
    ['a modifier beside them', '{"info":"temp > 1",‹"for"›:"5m"}', 'unknown-key'],
  ];
  testMistakes(rows, (when) => ruleText({ when }));

  const beside: MistakeRow[] = [['a severity beside them', '‹"severity"›:"info",', 'severity-twice']];
  testMistakes(beside, (more) => ruleText({ when: '{"info":"temp > 1"}', more }));
});

describe('inputs', () => {
  const rows: MistakeRow[] = [
    ['topics', '{"temp":"a/{m}/+/#","b":{"topic":"c/{m}","field":"x.y","maxAge":"5m","unit":"°C"}}'],
    ['a view that is not there', '{"temp":{"view":‹"v"›,"field":"x"}}', 'unknown-view'],
    ['a model that is not there', '{"temp":{"model":‹"m"›,"output":"o"}}', 'unknown-model'],
    ['none', '‹{›}', 'empty-list'],
    ['a list', '‹[›]', 'wrong-type'],
    ['a number', '{"temp":‹5›}', 'wrong-type'],
    ['an object that says nothing', '{"temp":‹{›"field":"x"}}', 'no-subject'],
    ['a misspelt key', '{"temp":{‹"topc"›:"a/{m}"}}', 'unknown-key'],
    ['a misspelt key beside another', '{"temp":{"topic":"a/{m}",‹"feild"›:"x"}}', 'unknown-key'],
    ['a topic and a view', '{"temp":{"topic":"a/{m}",‹"view"›:"x"}}', 'two-subjects'],
    ['a model without output', '{"temp":‹{›"model":"a"}}', 'missing-key'],
    ['maxAge of a view', '{"temp":{"view":"a",‹"maxAge"›:"5m"}}', 'unknown-key'],
    ['an empty field', '{"temp":{"topic":"a/{m}","field":‹""›}}', 'out-of-range'],
    ['a name that is none', '{"temp":"a/{m}",‹"1st"›:"b/{m}"}', 'bad-name'],
    ['an empty topic', '{"temp":"‹"›}', 'bad-topic'],
    ['a level that is partly captured', '{"temp":"a/‹m{m}›/t"}', 'bad-topic'],
    ['a wildcard within a level', '{"temp":"a/‹m+›/t"}', 'bad-topic'],
    ['# before the end', '{"temp":"a/‹#›/t"}', 'bad-topic'],
    ['one name for two levels', '{"temp":"a/{m}/‹{m}›"}', 'bad-topic'],
    ['a label that is no name', '{"temp":"a/‹{m-1}›"}', 'bad-topic'],
    ['a label without a name', '{"temp":"a/‹{}›"}', 'bad-topic'],
    ['a character that no topic holds', '{"temp":"a/‹\\u0000›"}', 'bad-topic'],
    ['empty levels', '{"temp":"/a//{m}/"}'],
    ['a place behind escapes', '{"temp":"\\u0061\\/‹m+›"}', 'bad-topic'],
  ];
  const toText = (inputs: string) => `{"id":"a", "inputs":${inputs},\n"when":"temp > 1"}`;
  testMistakes(rows, toText);
});

describe('labels', () => {
  const rows: MistakeRow[] = [
    [
      'one of groupBy that nothing captures',
      '"inputs":{"t":"f/{m}"},"groupBy":[‹"l"›],"when":"t > 1"',
      'unknown-label',
    ],
    ['one of groupBy twice', '"inputs":{"t":"f/{m}"},"groupBy":["m",‹"m"›],"when":"t > 1"', 'invalid-value'],
    [
      'inputs that capture different ones',
      '‹"inputs"›:{"t":"f/{m}","u":"g/{l}"},"when":"t > 1"',
      'no-instance-input',
    ],
    [
      'no input that captures all of groupBy',
      '"inputs":{"t":"f/{m}","u":"g/{l}"},"groupBy":‹[›"m","l"],"when":"t > 1"',
      'no-instance-input',
    ],
    ['none at all', '"inputs":{"t":"f"},"when":"t > 1"'],
    ['groupBy of nothing', '"inputs":{"t":"f/{m}"},"groupBy":[],"when":"t > 1"'],
    ['one named like an input', '"inputs":{"t":"f/‹{t}›"},"when":"t > 1"', 'name-clash'],
    [
      'one named like an input, in an object',
      '"inputs":{"t":{"topic":"f/‹{t}›"}},"when":"t > 1"',
      'name-clash',
    ],
    ['one named like a signal', '"inputs":{"t":"f/‹{m}›"},"let":{"m":"t"},"when":"t > 1"', 'name-clash'],
    [
      'a fixed one named like an input',
      '"inputs":{"t":"f/{m}"},"labels":{‹"t"›:"x"},"when":"t > 1"',
      'name-clash',
    ],
    [
      'a fixed one that is captured',
      '"inputs":{"t":"f/{m}"},"labels":{‹"m"›:"x"},"when":"t > 1"',
      'name-clash',
    ],
    [
      'one that a view that is not there may bring',
      '"inputs":{"t":{"view":‹"v"›}},"groupBy":["m"],"when":"t > 1","message":"{m}"',
      'unknown-view',
    ],
  ];
  testMistakes(rows, (keys) => `{"id":"a",${keys}}`);
});

describe('names and templates', () => {
  const rows: MistakeRow[] = [
    [
      'everything there is',
      '"labels":{"area":"x"},"let":{"d":"t * 2"},"message":"{t} {d:.2f} {m:d} {area} {rule} {severity} {duration} {{x}"',
    ],
    ['a name that is none', '"message":"‹{x}›"', 'unknown-name'],
    ['a label that is pooled away', '"groupBy":[],"message":"‹{m}›"', 'unknown-name'],
    ['a brace that is not closed', '"message":"a ‹{t›"', 'bad-template'],
    ['an expression', '"message":"‹{t + 1}›"', 'bad-template'],
    ['a format that does not exist', '"message":"‹{t:.2}›"', 'bad-template'],
    ['too many decimals', '"message":"‹{t:.21f}›"', 'bad-template'],
    ['several', '"message":"‹{x}› ‹{y:q}›"', 'unknown-name', 'bad-template'],
    ['a title is no template', '"title":"{x}"'],
  ];
  const toText = (keys: string) => `{"id":"a","inputs":{"t":"f/{m}"},"when":"t > 1",\n${keys}}`;
  testMistakes(rows, toText);
});

describe('schedules', () => {
  const rows: MistakeRow[] = [
    ['a span', '{"timezone":"Europe/Berlin","days":["mon","sun"],"from":"22:00","to":"06:00"}'],
    ['several', '[{"from":"06:00"},{"days":["sat"]}]'],
    ['none', '‹[›]', 'empty-list'],
    ['a span without days', '{"days":‹[›]}', 'empty-list'],
    ['a day that does not exist', '{"days":[‹"monday"›]}', 'invalid-value'],
    ['a time that does not exist', '{"from":‹"24:30"›}', 'invalid-value'],
    ['a day that starts at its end', '{"from":‹"24:00"›}', 'invalid-value'],
    ['a time zone that does not exist', '{"timezone":‹"CEST"›}', 'bad-timezone'],
    ['a number', '‹5›', 'wrong-type'],
  ];
  const toText = (active: string) => `{"id":"a","inputs":{"t":"f/{m}"},"when":"t > 1",\n"active":${active}}`;
  testMistakes(rows, toText);
});

describe('kinds', () => {
  const rows: MistakeRow[] = [
    [
      'what fits',
      `{"all":["temp + 1 > 2","mode == 'on'","line != 'a'","mode ? temp > 1 : false",{"value":"mode","equals":"on"},{"value":"line","in":["a","b"]},{"count":"mode","over":5,"above":"1m"},{"last":"mode","over":5,"equals":true}]}`,
    ],
    ['an expression that is a number', '"‹temp + 1›"', 'kind-mismatch'],
    ['an expression that is a text', `"‹'on'›"`, 'kind-mismatch'],
    ['a label as condition', '"‹line›"', 'kind-mismatch'],
    ['a text to compare with', '{"value":"temp","above":‹"abc"›}', 'kind-mismatch'],
    ['a number in quotes', '{"value":"temp","above":‹"80"›}', 'kind-mismatch'],
    ['a boolean to compare with', '{"value":"temp","below":‹true›}', 'kind-mismatch'],
    ['a text at the end of a range', '{"value":"temp","between":[1,‹"x"›]}', 'kind-mismatch'],
    ['an operand that is a text', '{"value":"temp","above":‹{"value":"line"}›}', 'kind-mismatch'],
    ['a boolean signal compared by order', '{"expr":"temp > 1",‹"above"›:3}', 'kind-mismatch'],
    ['a number that equals a text', '{"avg":"temp","over":5,"equals":‹"x"›}', 'kind-mismatch'],
    ['a number that equals a duration', '{"avg":"temp","over":5,"equals":"5m"}'],
    ['a number in texts', '{"avg":"temp","over":5,"in":[‹"x"›,"y"]}', 'kind-mismatch'],
    ['a number in texts and numbers', '{"avg":"temp","over":5,"in":["x",1]}'],
    ['a text in numbers', '{"value":"line","notIn":[‹1›,2]}', 'kind-mismatch'],
    ['an average of texts', `{‹"avg"›:"line == 'a' ? 'x' : 'y'","over":5,"above":1}`, 'kind-mismatch'],
    ['changes of texts', `{"changes":"line == 'a' ? 'x' : 'y'","over":5,"above":1}`],
    [
      'where on texts',
      `{"count":"line == 'a' ? 'x' : 'y'","over":5,"where":{‹"above"›:1},"above":1}`,
      'kind-mismatch',
    ],
    ['arithmetic with a text', `"temp + ‹'a'› > 1"`, 'kind-mismatch'],
    ['arithmetic with a boolean', '"temp * (‹mode == 1›) > 1"', 'kind-mismatch'],
    ['a chain of comparisons', '"‹1 < temp› < 3"', 'kind-mismatch'],
    ['numbers joined by and', '"temp && mode"'],
    ['a number joined by and', '"‹temp + 1› && mode"', 'kind-mismatch'],
    ['not of a number', '"!(‹temp + 1›)"', 'kind-mismatch'],
    ['minus of a text', '"-‹line› > 1"', 'kind-mismatch'],
    ['a number compared with a text', `"temp + 1 == ‹'a'›"`, 'kind-mismatch'],
    ['a choice by a number', '"‹temp - 1› ? mode : mode"', 'kind-mismatch'],
    ['a function of a text', '"abs(‹line›) > 1"', 'kind-mismatch'],
    ['a bit is a boolean', '"bit(temp, 3) && isKnown(line)"'],
    ['a bit is no number', '"‹bit(temp, 3)› > 1"', 'kind-mismatch'],
    ['coalesce of one kind', '"‹coalesce(temp + 1, 0)›"', 'kind-mismatch'],
    ['coalesce of an input', '"coalesce(mode, false)"'],
  ];
  testMistakes(rows, (when) => ruleText({ when }));

  const chain: MistakeRow[] = [
    [
      'go through let signals in any order',
      '{"c":"b > 1","b":"a + 1","a":"‹line› + 1"},"when":"c && ‹b›"',
      'kind-mismatch',
      'kind-mismatch',
    ],
  ];
  testMistakes(chain, (lets) => `{"id":"a","inputs":{"t":"f/{line}"},"let":${lets}}`);
});

describe('between rules', () => {
  const rule = (id: string, more = '') => `{"id":"${id}","inputs":{"t":"f/{m}"},"when":"t > 1"${more}}`;
  const issuesOf = (...texts: string[]) => {
    const { rules, issues } = loadRules(texts.map((text, index) => ({ path: `${index}.json`, text })));
    return [
      ...issues.map(
        (one) => `${one.file}:${one.line}:${one.column}-${one.endColumn} ${one.code} ${one.message}`,
      ),
      `loaded: ${rules.map(({ id }) => id)}`,
    ];
  };

  test('an id twice keeps the first and names its place', () => {
    expect(issuesOf(rule('a'), `\n${rule('a')}`, rule('b'))).toEqual([
      '1.json:2:7-10 duplicate-id The id "a" is taken by the rule in 0.json, line 1.',
      'loaded: a,b',
    ]);
  });

  test('a rule that does not exist', () => {
    expect(issuesOf(rule('abc'), rule('b', ',"suppressedBy":[{"rule":"abd"}]'))).toEqual([
      '1.json:1:73-78 unknown-rule There is no rule with the id "abd".',
      'loaded: abc',
    ]);
  });

  test('a rule that is broken exists', () => {
    expect(issuesOf(rule('a', ',"color":1'), rule('b', ',"suppressedBy":[{"rule":"a"}]'))).toEqual([
      '0.json:1:49-56 unknown-key The key "color" has no meaning here.',
      'loaded: b',
    ]);
  });

  test('a label that one of the two lacks', () => {
    const other = '{"id":"b","inputs":{"t":"f/{m}/{n}"},"when":"t > 1"}';
    const text = rule('a', ',"suppressedBy":[{"rule":"b","on":["m","n"]}]');
    expect(issuesOf(text, other)).toEqual([
      '0.json:1:87-90 unknown-label This rule has no label `n`.',
      'loaded: b',
    ]);
    expect(issuesOf(`${other.slice(0, -1)},"suppressedBy":[{"rule":"a","on":["n"]}]}`, rule('a'))).toEqual([
      '0.json:1:87-90 unknown-label The rule "a" has no label `n`.',
      'loaded: a',
    ]);
  });

  test('a circle of suppression, reported once', () => {
    const by = (id: string) => `,"suppressedBy":[{"rule":"${id}"}]`;
    expect(issuesOf(rule('a', by('b')), rule('b', by('c')), rule('c', by('a')))).toEqual([
      '0.json:1:65-77 suppression-cycle These rules suppress each other in a circle: a ← b ← c ← a.',
      'loaded: b,c',
    ]);
    expect(issuesOf(rule('a', by('a')))).toEqual([
      '0.json:1:65-77 suppression-cycle These rules suppress each other in a circle: a ← a.',
      'loaded: ',
    ]);
  });
});
