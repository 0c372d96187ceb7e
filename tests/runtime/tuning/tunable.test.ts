/** What of a rule can be set to something else: every number and time, found by its address, changed in its text. */
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { editedFiles } from '../../../runtime/tuning/edited-files.js';
import { findTunables, NoSuchTunable } from '../../../runtime/tuning/find-tunables.js';
import { addressOf } from '../../../runtime/tuning/tunable.js';
import { tunablesOfText } from './tunables-of-text.js';

const RULE = `{ // everything that has a number
  "id": "press",
  "inputs": {
    "temp": { "topic": "plant/{machine}/temp", "maxAge": "10s" }, "hall": "plant/{machine}/hall"
  },
  "let": {
    "rise": "avg(temp, '5m') - hall * 1.5",
    "pace": { "rate": "temp", "over": "20s", "per": "1m", "minCount": 16, "where": { "above": -5 } },
    "last": { "avg": "hall", "over": 10 }
  },
  "when": {
    "warning": { "all": [
      { "value": "rise", "above": 40, "deadband": 4, "for": "5s" },
      { "value": "pace", "between": [2, { "value": "last" }] },
      "temp > 0.5 && hall <= 3"
    ] },
    "critical": { "value": "temp", "atLeast": 90 }
  },
  "keepFor": "3s"
}`;

test('every number and time that is there, in file order', () => {
  const written = tunablesOfText(RULE).filter((tunable) => tunable.written !== null);
  expect(written.map((tunable) => `${addressOf(tunable)} ${tunable.type} ${tunable.written}`)).toEqual([
    'press.inputs.temp.maxAge duration 10s',
    'press.let.rise.#1 duration 5m',
    'press.let.rise.#2 number 1.5',
    'press.let.pace.over duration 20s',
    'press.let.pace.per duration 1m',
    'press.let.pace.minCount whole 16',
    'press.let.pace.where.above number -5',
    'press.let.last.over whole 10',
    'press.when.warning.all.0.above number 40',
    'press.when.warning.all.0.deadband number 4',
    'press.when.warning.all.0.for duration 5s',
    'press.when.warning.all.1.between.0 number 2',
    'press.when.warning.all.2.#1 number 0.5',
    'press.when.warning.all.2.#2 number 3',
    'press.when.critical.atLeast number 90',
    'press.keepFor duration 3s',
  ]);
});

describe('set to something else', () => {
  const original = loadRules([{ path: 'rules/test.json', text: RULE }]).rules[0];

  test.each(tunablesOfText(RULE).map((tunable) => [addressOf(tunable), tunable] as const))(
    '%s',
    (_address, tunable) => {
      const value = { number: '1', whole: '1', duration: '1s' }[tunable.type];
      const files = editedFiles([{ path: 'rules/test.json', text: RULE }], [tunable.edit(value)]);
      const { rules, issues } = loadRules(files);
      expect(issues).toEqual([]);
      expect(rules[0]).not.toEqual(original);
      // And back again, or to what means nothing: the text is another one, the rule is the same.
      const back = loadRules(
        editedFiles([{ path: 'rules/test.json', text: RULE }], [tunable.edit(tunable.written ?? value)]),
      );
      if (tunable.written !== null) expect(back.rules[0]).toEqual(original);
    },
  );

  test('several at once, also at one place, and in a file with a byte order mark', () => {
    const text = `\uFEFF${RULE}`;
    const edits = ['press.when.warning.for', 'press.when.warning.keepFor', 'critical.atLeast'].flatMap(
      (address, index) =>
        findTunables(address, tunablesOfText(text)).map((tunable) =>
          tunable.edit(index === 2 ? '95' : `${index + 1}s`),
        ),
    );
    const { rules, issues } = loadRules(editedFiles([{ path: 'rules/test.json', text }], edits));
    expect(issues).toEqual([]);
    expect(rules[0]?.levels).toMatchObject([
      { condition: { comparison: { operand: { value: 95 } } } },
      { condition: { kind: 'keepFor', keepForMs: 2_000, of: { kind: 'for', forMs: 1_000 } } },
    ]);
  });

  test('a negative number in an expression', () => {
    const [place] = findTunables('rise.#2', tunablesOfText(RULE));
    const [file] = editedFiles([{ path: 'rules/test.json', text: RULE }], place ? [place.edit('-2')] : []);
    expect(file?.text).toContain(`"avg(temp, '5m') - hall * (-2)"`);
  });
});

const TWO = JSON.stringify({
  rules: [
    {
      id: 'oven',
      inputs: { temp: 'plant/{machine}/temp' },
      when: {
        warning: { value: 'temp', above: 70, deadband: 2 },
        critical: { value: 'temp', above: 90, deadband: 2, for: '5s' },
      },
    },
    { id: 'fan', inputs: { speed: 'plant/{machine}/speed' }, when: { value: 'speed', below: 10 } },
  ],
});

describe('found by address', () => {
  const tunables = tunablesOfText(TWO);

  test.each([
    ['oven.when.warning.above', 'oven.when.warning.above'],
    ['when.warning.above', 'oven.when.warning.above'],
    ['warning.above', 'oven.when.warning.above'],
    ['oven.critical.deadband', 'oven.when.critical.deadband'],
    ['below', 'fan.when.below'],
    // Only one is set: the others would have to be put in.
    ['for', 'oven.when.critical.for'],
    ['fan.when.for', 'fan.when.for'],
    ['fan.deadband', 'fan.when.deadband'],
    ['oven.keepFor', 'oven.keepFor'],
    ['*.deadband', 'oven.when.warning.deadband oven.when.critical.deadband'],
    ['oven.*.above', 'oven.when.warning.above oven.when.critical.above'],
    ['fan.*.keepFor', 'fan.keepFor fan.when.keepFor'],
  ])('%s', (address, found) => {
    expect(findTunables(address, tunables).map(addressOf).join(' ')).toBe(found);
  });

  test.each([
    ['above', "'above' is in 2 places; write one of them, or '*.above' for all together:"],
    [
      'oven.deadband',
      "'oven.deadband' is in 2 places; write one of them, or 'oven.*.deadband' for all together:",
    ],
    ['abve', "nothing that can be swept is called 'abve', did you mean 'above'?"],
    ['ovn.above', "nothing that can be swept is called 'ovn' in 'ovn.above', did you mean 'oven'?"],
    ['hysteresis', "nothing that can be swept is called 'hysteresis', did you mean 'deadband'?"],
    ['fan.above', "there is no 'fan.above'; these end like it:"],
    [
      'qqq',
      "nothing that can be swept is called 'qqq'; what can be swept: keepFor, for, above, deadband, below",
    ],
    ['when', "nothing that can be swept is called 'when'"],
    ['*', "nothing that can be swept is called ''"],
  ])('not %s', (address, message) => {
    expect(() => findTunables(address, tunables)).toThrow(NoSuchTunable);
    expect(() => findTunables(address, tunables)).toThrow(message);
  });

  test('the places that could be meant are listed with what is written there', () => {
    expect(() => findTunables('above', tunables)).toThrow(
      /\n {2}oven\.when\.warning\.above {2}now 70, rules\/test\.json:1:\d+\n {2}oven\.when\.critical\.above {2}now 90/,
    );
  });
});
