/**
 * `tocsin test --mutate`: which little changes of a rule are tried, and which of them tests notice. The verdict is compared
 * with that of all tests on all rules of the changed site.
 */
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';
import { runTest } from '../../../runtime/rule-tests/run-test.js';
import { editedFiles } from '../../../runtime/tuning/edited-files.js';
import type { Mutation } from '../../../runtime/tuning/mutation.js';
import { type MutatedRule, mutateRules } from '../../../runtime/tuning/mutation-run.js';
import { mutationsOf } from '../../../runtime/tuning/mutations-of.js';

const path = 'rules/test.json';

function mutationsIn(rule: object): Mutation[] {
  const { rules, origins, issues } = loadRules([{ path, text: JSON.stringify(rule) }], { allowAll: true });
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
  return rules.flatMap(({ id }) => {
    const origin = origins.get(id);
    return origin === undefined ? [] : mutationsOf(id, origin);
  });
}

const inputs = { temp: { topic: 'plant/{machine}/temp', maxAge: '10s' }, on: 'plant/{machine}/on' };

/** What is tried with a `when`, without the name of the rule and what is tried with its inputs. */
const triedWith = (when: unknown, more: object = {}) =>
  mutationsIn({ id: 'r', inputs, when, ...more })
    .filter(({ address }) => !address.startsWith('r.inputs'))
    .map(({ address, what, change }) => `${address.slice(2)}: ${what} → ${change}`);

describe('what is tried', () => {
  test.each<[name: string, when: unknown, more: object, tried: readonly string[]]>([
    [
      'a limit',
      { value: 'temp', above: 80, deadband: 5, for: '30s' },
      {},
      [
        'when.above: above 80 → 72',
        'when.above: above 80 → 88',
        'when.above: above 80 → atLeast',
        'when.deadband: deadband 5 → 4.5',
        'when.deadband: deadband 5 → 5.5',
        'when.deadband: deadband 5 → left out',
        'when.for: for 30s → 27s',
        'when.for: for 30s → 33s',
        'when.for: for 30s → left out',
      ],
    ],
    [
      'a count: whole numbers, by at least one',
      { count: 'temp', over: 10, where: { atLeast: 0 }, atLeast: 6, deadband: 3 },
      {},
      [
        'when.over: over 10 → 9',
        'when.over: over 10 → 11',
        'when.where.atLeast: atLeast 0 → -1',
        'when.where.atLeast: atLeast 0 → 1',
        'when.where.atLeast: atLeast 0 → above',
        'when.atLeast: atLeast 6 → 5',
        'when.atLeast: atLeast 6 → 7',
        'when.atLeast: atLeast 6 → above',
        'when.deadband: deadband 3 → 2',
        'when.deadband: deadband 3 → 4',
        'when.deadband: deadband 3 → left out',
      ],
    ],
    [
      'a count under a name',
      { value: 'much', below: 2 },
      { let: { n: { count: 'temp', over: '1m' }, much: { value: 'n' } } },
      [
        'when.below: below 2 → 1',
        'when.below: below 2 → 3',
        'when.below: below 2 → atMost',
        'let.n.over: over 1m → 54s',
        'let.n.over: over 1m → 1m6s',
      ],
    ],
    [
      'expressions',
      "avg(temp, '10s') > 40 && on == true",
      {},
      [
        'when.#1: 10s → 9s',
        'when.#1: 10s → 11s',
        'when.>: > → >=',
        'when.#2: 40 → 36',
        'when.#2: 40 → 44',
        'when.&&: && → ||',
        'when.==: == → !=',
      ],
    ],
    [
      'lists, texts and how often',
      {
        any: [
          { value: 'on', in: ['a', 'b'] },
          { value: 'on', equals: 'c', times: 3, within: '1m' },
        ],
      },
      {},
      [
        'when.any: any → all',
        'when.any.0: a condition of any → left out',
        'when.any.1: a condition of any → left out',
        'when.any.0.in: in → notIn',
        'when.any.0.in.0: a value of in "a" → left out',
        'when.any.0.in.1: a value of in "b" → left out',
        'when.any.1.equals: equals c → notEquals',
        'when.any.1.times: times 3 → 2',
        'when.any.1.times: times 3 → 4',
        'when.any.1.within: within 1m → 54s',
        'when.any.1.within: within 1m → 1m6s',
      ],
    ],
    [
      'one condition alone is no list, and absence needs its time',
      { all: [{ absent: 'temp', for: '8s', keepFor: '0s' }] },
      {},
      [
        'when.all.0.for: for 8s → 7s200ms',
        'when.all.0.for: for 8s → 8s800ms',
        'when.all.0.keepFor: keepFor 0s → 1s',
      ],
    ],
    [
      'severities',
      { warning: 'temp > on', critical: { value: 'temp', between: [10, 20] } },
      {},
      [
        'when.warning: warning temp > on → left out',
        'when.warning.>: > → >=',
        'when.critical: critical → left out',
        'when.critical.between: between → outside',
        'when.critical.between.0: the lower limit of between, 10 → 9',
        'when.critical.between.0: the lower limit of between, 10 → 11',
        'when.critical.between.1: the upper limit of between, 20 → 18',
        'when.critical.between.1: the upper limit of between, 20 → 22',
      ],
    ],
    [
      'the rest of a rule',
      'on',
      {
        severity: 'info',
        latch: true,
        onUnknown: 'resolve',
        keepFor: '20s',
        active: { days: ['mon', 'tue'], from: '00:00', to: '22:15' },
      },
      [
        'severity: severity info → warning',
        'latch: latch true → false',
        'onUnknown: onUnknown resolve → hold',
        'keepFor: keepFor 20s → 18s',
        'keepFor: keepFor 20s → 22s',
        'keepFor: keepFor 20s → left out',
        'active.from: from 00:00 → 00:30',
        'active.to: to 22:15 → 21:45',
        'active.to: to 22:15 → 22:45',
        'active.days.0: a day "mon" → left out',
        'active.days.1: a day "tue" → left out',
      ],
    ],
    [
      'a sequence',
      { sequence: ['on', 'temp > on'], within: '10s', unless: 'on' },
      {},
      [
        'when.sequence.0: a step of sequence "on" → left out',
        'when.sequence.1: a step of sequence "temp > on" → left out',
        'when.sequence.1.>: > → >=',
        'when.within: within 10s → 9s',
        'when.within: within 10s → 11s',
        'when.unless: unless on → left out',
      ],
    ],
  ])('%s', (_name, when, more, tried) => {
    expect(triedWith(when, more)).toEqual(tried);
  });

  test('every change gives another rule that is right', () => {
    const rule = {
      id: 'r',
      inputs,
      let: { n: { avg: 'temp', over: '1m', minCount: 2, where: { above: 0 } } },
      when: {
        warning: {
          all: [{ value: 'n', above: 5, deadband: 1, for: '3s' }, 'temp > 3', { value: 'on', in: [1, 2] }],
        },
        critical: { some: 2, of: ['on', 'temp > 9', { value: 'temp', outside: [0, 9], deadband: 2 }] },
      },
      suppressedBy: [],
      keepFor: '1s',
    };
    const text = JSON.stringify(rule, null, 2);
    const original = JSON.stringify(loadRules([{ path, text }]).rules[0]);
    for (const { address, change, edit } of mutationsIn(JSON.parse(text))) {
      // Offsets are those of a text without spaces.
      const files = editedFiles([{ path, text: JSON.stringify(rule) }], [{ path, ...edit }]);
      const { rules, issues } = loadRules(files);
      expect({ address, change, issues }).toEqual({ address, change, issues: [] });
      expect(JSON.stringify(rules[0])).not.toBe(original);
    }
  });
});

describe('the test that would notice', () => {
  test.each<[when: object, tests: readonly string[]]>([
    [
      { value: 'temp', above: 80, deadband: 5 },
      [
        'temp at 76: it must not be true',
        'temp at 84: it must be true',
        'temp at exactly 80: it must not be true',
        'after it was true, temp at 75.25: it must still be true',
        'after it was true, temp at 74.75: it must be over',
        'after it was true, temp at 77.5: it must still be true',
      ],
    ],
    [
      { count: 'temp', over: 5, atMost: 3, deadband: 1 },
      [
        'a window in which the 5th reading from the end decides',
        'a window in which the 6th reading from the end decides',
        'count(temp) at 3: it must be true',
        'count(temp) at 4: it must not be true',
        'count(temp) at exactly 3: it must be true',
        'after it was true, count(temp) at 4: it must still be true',
        'after it was true, count(temp) at 5: it must be over',
        'after it was true, count(temp) at 4: it must still be true',
      ],
    ],
  ])('%j', (when, tests) => {
    const own = mutationsIn({ id: 'r', inputs: { temp: 'plant/{machine}/temp' }, when });
    expect(own.map(({ test: words }) => words)).toEqual(tests);
  });
});

const RULES = JSON.stringify({
  rules: [
    { id: 'fan-off', inputs: { fan: 'plant/{machine}/fan' }, when: { value: 'fan', below: 10, for: '2s' } },
    {
      id: 'hot',
      inputs: { temp: 'plant/{machine}/temp' },
      when: { value: 'temp', above: 80, deadband: 5 },
      suppressedBy: [{ rule: 'fan-off' }],
    },
    { id: 'wet', inputs: { water: 'plant/{machine}/water' }, when: 'water > 3' },
  ],
});
const send = (name: string, from: number, payloads: readonly number[]) => ({
  at: `${from}s`,
  every: '1s',
  topic: `plant/m1/${name}`,
  payloads,
});
const TESTS = [
  {
    name: 'hot',
    readings: [send('temp', 0, [70, 81, 80, 76, 75])],
    rules: ['hot'],
    expect: [
      { at: '1s', rule: 'hot', event: 'firing' },
      { at: '4s', rule: 'hot', event: 'resolved' },
    ],
  },
  {
    name: 'suppressed, in any order',
    readings: [send('fan', 0, [50, 5, 5, 5, 5]), send('temp', 2, [90, 90, 90])],
    expect: [
      { rule: 'hot', event: 'firing' },
      { rule: 'fan-off', event: 'firing' },
    ],
  },
];

async function mutated(rules: readonly string[] = []): Promise<MutatedRule[]> {
  const files = [{ path, text: RULES }];
  const { tests } = readTests({ path: 'tests/t.json', text: JSON.stringify({ tests: TESTS }) }, null);
  const done: MutatedRule[] = [];
  for await (const one of mutateRules({ files, tests, rules }, async () => undefined)) done.push(one);
  return done;
}

describe('what is noticed', () => {
  test('is what all tests on all rules of the changed site notice', async () => {
    const { tests } = readTests({ path: 'tests/t.json', text: JSON.stringify({ tests: TESTS }) }, null);
    const done = await mutated();
    expect(done.map(({ rule, tests: count }) => `${rule.id} ${count}`)).toEqual([
      'fan-off 1',
      'hot 2',
      'wet 0',
    ]);
    for (const { kind, mutation } of done.flatMap(({ results }) => results)) {
      const { plan } = loadRules(editedFiles([{ path, text: RULES }], [{ path, ...mutation.edit }]));
      const isNoticed = tests.some((one) => !runTest(one, plan, null).isPassed);
      const { address, change } = mutation;
      expect({ address, change, isNoticed }).toEqual({ address, change, isNoticed: kind === 'noticed' });
    }
  });

  test('and what is not is listed', async () => {
    const unnoticed = (await mutated(['fan-off', 'hot'])).flatMap(({ results }) =>
      results
        .filter(({ kind }) => kind === 'unnoticed')
        .map(({ mutation }) => `${mutation.address} ${mutation.change}`),
    );
    expect(unnoticed).toEqual([
      'fan-off.when.below 9',
      'fan-off.when.below 11',
      'fan-off.when.below atMost',
      'fan-off.when.for 1s800ms',
      'fan-off.when.for 2s200ms',
      'hot.when.deadband 4.5',
      'hot.suppressedBy.0 left out',
    ]);
  });
});
