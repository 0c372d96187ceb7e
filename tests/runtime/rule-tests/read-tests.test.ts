/** Files of rule tests: what an entry becomes, and what is said, and where, of what is wrong. */
import { describe, expect, test } from 'vitest';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';

const START = Date.UTC(2026, 0, 1);
const RULES = ['press-overheat', 'pump-silent'];

/** A file with one test; `parts` are keys of the test. */
const read = (parts: object) => {
  const content = { tests: [{ name: 'n', readings: [], expect: [], ...parts }] };
  return readTests({ path: 'tests/t.json', text: JSON.stringify(content, null, 1) }, RULES);
};

/** Times from the start in seconds with payloads, or the command. */
const inputs = (readings: object[], parts: object = {}) => {
  const { tests, issues } = read({ readings, ...parts });
  expect(issues).toEqual([]);
  return (tests[0]?.inputs ?? []).map((input) =>
    input.kind === 'message'
      ? [(input.time - START) / 1000, input.message.payload]
      : [(input.time - START) / 1000, input.command],
  );
};

/** `line: message [hint]` of each issue. */
const issues = (parts: object) =>
  read(parts).issues.map(
    ({ line, code, message, hint }) => `${line} ${code}: ${message}${hint ? ` (${hint})` : ''}`,
  );

describe('entries', () => {
  test('one message, and its keys', () => {
    const { tests } = read({
      start: '2026-01-05T06:00:00Z',
      readings: [{ at: '10s', topic: 'a/b', payload: { x: 1 }, arrives: '1m', retain: true }],
    });
    const time = Date.UTC(2026, 0, 5, 6, 0, 10);
    expect(tests[0]?.inputs).toEqual([
      {
        kind: 'message',
        time,
        message: { time, topic: 'a/b', payload: { x: 1 }, arrives: time + 50_000, retain: true },
      },
    ]);
  });

  test.each<[string, object, unknown[]]>([
    ['at', { at: '10s', payload: 5 }, [[10, 5]]],
    ['at, by the calendar', { at: '2026-01-01T00:00:10Z', payload: 5 }, [[10, 5]]],
    ['null is a payload', { at: '0s', payload: null }, [[0, null]]],
    [
      'from, to included',
      { from: '10s', every: '10s', to: '30s', payload: 5 },
      [10, 20, 30].map((t) => [t, 5]),
    ],
    ['to not met', { from: '10s', every: '10s', to: '39s', payload: 5 }, [10, 20, 30].map((t) => [t, 5])],
    ['from is to', { from: '10s', every: '10s', to: '10s', payload: 5 }, [[10, 5]]],
    [
      'payloads',
      { at: '70s', every: '10s', payloads: [79, 75, null] },
      [
        [70, 79],
        [80, 75],
        [90, null],
      ],
    ],
  ])('%s', (_name, entry, expected) => {
    expect(inputs([{ topic: 't', ...entry }])).toEqual(expected);
  });

  test('commands', () => {
    const reset = { at: '90s', reset: 'press-overheat', labels: { machine: 'm1' } };
    expect(inputs([reset, { at: '91s', forget: 'pump-silent' }])).toEqual([
      [90, { kind: 'reset', rule: 'press-overheat', labels: { machine: 'm1' } }],
      [91, { kind: 'forget', rule: 'pump-silent', labels: {} }],
    ]);
  });

  test('are in order of their times, equal ones in file order', () => {
    const message = (at: string, payload: string) => ({ at, topic: 't', payload });
    const entries = [
      message('20s', 'a'),
      { from: '0s', every: '20s', to: '40s', topic: 't', payload: 'b' },
      message('20s', 'c'),
      message('10s', 'd'),
    ];
    expect(inputs(entries)).toEqual([
      [0, 'b'],
      [10, 'd'],
      [20, 'a'],
      [20, 'b'],
      [20, 'c'],
      [40, 'b'],
    ]);
  });
});

describe('a test', () => {
  test('has its place, start, end and expectations', () => {
    const { tests } = read({
      start: '2026-01-05T06:00:00Z',
      until: '2m',
      rules: ['press-overheat'],
      expect: [{ at: '40s', rule: 'press-overheat', labels: { machine: 'm1' }, suppressed: false }, {}],
    });
    const start = Date.UTC(2026, 0, 5, 6);
    expect(tests[0]).toMatchObject({ file: 'tests/t.json', line: 3, start, until: start + 120_000 });
    expect(tests[0]?.expect).toEqual([
      { at: start + 40_000, rule: 'press-overheat', labels: { machine: 'm1' }, suppressed: false, line: 7 },
      { at: undefined, line: 15 },
    ]);
  });

  test('begins with 2026 and ends with the last reading by default', () => {
    expect(read({}).tests[0]).toMatchObject({ start: START, until: null, rules: null });
  });
});

describe('mistakes', () => {
  const topic = 't';
  test.each<[string, object, string[]]>([
    ['no topic', { at: '0s', payload: 1 }, ['6 missing-key: The key "topic" is missing.']],
    ['no payload', { at: '0s', topic }, ['6 missing-key: The key "payload" (or "payloads") is missing.']],
    [
      'no time',
      { topic, payload: 1 },
      ['6 missing-key: The key "at" (or "from", "every" and "to") is missing.'],
    ],
    [
      'at and from',
      { at: '0s', from: '0s', every: '1s', to: '2s', topic, payload: 1 },
      ['8 invalid-value: Give "at" or "from", not both.'],
    ],
    [
      'payload and payloads',
      { at: '0s', every: '1s', topic, payload: 1, payloads: [2] },
      ['11 invalid-value: Give "payload" or "payloads", not both.'],
    ],
    [
      'from without to',
      { from: '0s', every: '1s', topic, payload: 1 },
      ['6 missing-key: The key "to" is missing: "from", "every" and "to" go together.'],
    ],
    [
      'payloads without every',
      { at: '0s', topic, payloads: [1, 2] },
      ['9 missing-key: The key "every" is missing: the time between them.'],
    ],
    [
      'payloads with to',
      { at: '0s', every: '1s', to: '5s', topic, payloads: [1, 2] },
      ['9 unknown-key: With "payloads" their number says where it ends; leave "to" out.'],
    ],
    [
      'to before from',
      { from: '10s', every: '1s', to: '5s', topic, payload: 1 },
      ['9 out-of-range: "to" is before "from".'],
    ],
    [
      'too many messages',
      { from: '0s', every: '1ms', to: '1d', topic, payload: 1 },
      ['8 out-of-range: This makes 86400001 messages; 100000 are possible.'],
    ],
    [
      'arrives too early',
      { at: '10s', arrives: '9s', topic, payload: 1 },
      ['8 out-of-range: A message cannot arrive before it was measured.'],
    ],
    [
      'a topic with wildcards',
      { at: '0s', topic: 'a/+', payload: 1 },
      ['8 invalid-value: "a/+" is no topic of a message: it cannot contain + or #.'],
    ],
    [
      'a command with a payload',
      { at: '0s', reset: 'press-overheat', payload: 1 },
      ['9 unknown-key: A command has no "payload".'],
    ],
    [
      'a message with labels',
      { at: '0s', topic, payload: 1, labels: { machine: 'm1' } },
      ['10 unknown-key: A message has no "labels": they come from its topic.'],
    ],
    [
      'a command without a time',
      { reset: 'press-overheat' },
      ['6 missing-key: The key "at" is missing: when the command is given.'],
    ],
    [
      'a command for a rule that is not there',
      { at: '0s', reset: 'press-overheet' },
      ['8 invalid-value: There is no rule "press-overheet" in this site. (Did you mean "press-overheat"?)'],
    ],
  ])('%s', (_name, entry, expected) => {
    expect(issues({ readings: [entry] })).toEqual(expected);
  });

  test('durations, keys and names are checked with a hint', () => {
    const found = issues({
      start: '10s',
      until: 'soon',
      readings: [{ at: '10 sec', topic, payload: 1 }],
      expect: [
        { at: '1s', event: 'fireing' },
        { at: '1s', rul: 'x' },
      ],
    });
    expect(found).toMatchInlineSnapshot(`
      [
        "7 bad-duration: \`at\` must be a duration from the start such as "40s", or a time such as "2026-01-05T06:00:00Z", not "10 sec". (Write "10s".)",
        "15 invalid-value: \`event\` must be one of "firing", "severity", "cleared", "unsuppressed", "resolved", not the text "fireing". (Did you mean "firing"?)",
        "19 unknown-key: The key "rul" has no meaning here. (Did you mean \`rule\`?)",
        "23 bad-duration: \`until\` must be a duration from the start such as "40s", or a time such as "2026-01-05T06:00:00Z", not "soon".",
      ]
    `);
  });

  test('rules that are not compared cannot be expected', () => {
    expect(issues({ rules: ['pump-silent'], expect: [{ rule: 'press-overheat' }] })).toEqual([
      '8 invalid-value: There is no rule "press-overheat" among the "rules" of this test.',
    ]);
    expect(issues({ rules: ['pump-silemt'] })).toEqual([
      '8 invalid-value: There is no rule "pump-silemt" in this site. (Did you mean "pump-silent"?)',
    ]);
  });

  test.each(['', '{', '[]', '{"tests": {}}', '{"tests": [{}]}', '{"test": []}', 'null', '"x"'])(
    '%s',
    (text) => {
      const { tests, issues } = readTests({ path: 'tests/t.json', text }, RULES);
      expect(tests).toEqual([]);
      expect(issues.length).toBeGreaterThan(0);
    },
  );
});
