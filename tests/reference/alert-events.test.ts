// What events say and in which order, by both engines: rows of event-rows.ts, and whole events.
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { JsonValue } from '../../rules/reading.js';
import {
  bothEngines,
  feed,
  type Given,
  ofA,
  planOf,
  type RuleSource,
  readings,
  table,
} from './event-rows.js';

const x = ofA('x');

describe('pending', () => {
  const when = { value: 'x', above: 80, for: '10s' };
  table([
    {
      name: 'is of a delay that is outermost',
      rule: { when: { all: [when] } },
      given: [...x([0, 81]), { until: 10 }],
      events: ['10 a firing warning'],
    },
    {
      name: 'is of one under keepFor too',
      rule: { when: { ...when, keepFor: '5s' } },
      given: x([0, 81]),
      events: ['0 a pending warning'],
    },
    {
      name: 'is none while the alert fires',
      rule: { when: { critical: when, info: { value: 'x', above: 70 } } },
      given: [...x([0, 75], [1, 81]), { until: 11 }],
      events: ['0 a firing info', '11 a severity critical was info'],
    },
    {
      name: 'is the severity of the delay that runs, and is said once',
      rule: { when: { critical: { ...when, above: 90 }, warning: when } },
      given: [...x([0, 81], [5, 91]), { until: 10 }],
      events: ['0 a pending warning', '10 a firing warning'],
    },
    {
      name: 'breaks off with the schedule',
      rule: { when, active: { to: '00:01' } },
      given: [...x([55, 81]), { until: 60 }],
      events: ['55 a pending warning', '60 a cleared warning pending'],
    },
  ]);
});

describe('a schedule', () => {
  const active = [{ to: '00:01' }, { from: '00:02' }];
  table([
    {
      name: 'makes conditions forget their deadband',
      rule: { active, when: { value: 'x', above: 80, deadband: 5 } },
      given: [...x([0, 81], [1, 78]), { until: 120 }],
      events: ['0 a firing warning', '60 a resolved warning inactive'],
    },
    {
      name: 'makes conditions forget their delays',
      rule: { active, when: { all: [{ value: 'x', above: 80, for: '70s' }] } },
      given: [...x([0, 81]), { until: 189.999 }, { until: 190 }],
      events: ['190 a firing warning'],
    },
    {
      name: 'makes conditions forget their rises: what is true at its start rises',
      rule: { active, when: { value: 'x', above: 80, times: 2, within: '10m' } },
      given: [...x([0, 81]), { until: 120 }, ...x([121, 0], [122, 81])],
      events: ['122 a firing warning'],
    },
    {
      name: 'makes patterns forget what they waited for',
      rule: { active, when: { after: 'x > 0', expect: 'x > 1', within: '70s' } },
      given: [...x([0, 1], [100, 0]), { until: 300 }],
      events: [],
    },
    {
      name: 'counts absence from its start',
      rule: { active, when: { absent: 'x', for: '30s' } },
      given: [...x([50, 1]), { until: 149.999 }, { until: 150 }],
      events: ['150 a firing warning'],
    },
    {
      name: 'does not stop signals, nor the runs of conditions',
      rule: {
        active,
        let: {
          run: { count: 'x', during: { value: 'x', above: 0, for: '1s' } },
          n: { count: 'x', over: '10m' },
        },
        when: 'n >= 3 && run >= 2',
      },
      given: [...x([59, 1], [70, 1], [80, 1]), { until: 120 }],
      events: ['120 a firing warning'],
    },
    {
      name: 'ends what is suppressed like all else',
      rule: [
        { id: 'a', active: { to: '00:01' } },
        { id: 'b', suppressedBy: [{ rule: 'a' }] },
      ],
      given: [...x([0, 81]), { until: 60 }],
      events: [
        '0 a a firing warning',
        '0 b a firing warning suppressed',
        '60 a a resolved warning inactive',
        '60 b a unsuppressed warning',
      ],
    },
  ]);
});

describe('suppression', () => {
  const line = { inputs: { x: 'line/{l}' } };
  const machine = { inputs: { x: 'f/{l}/{m}' } };
  table([
    {
      name: 'goes by the labels that both have',
      rule: [
        { id: 'a', ...line },
        { id: 'b', ...machine, suppressedBy: [{ rule: 'a' }] },
      ],
      given: [...readings('line/1', [0, 81]), ...readings('f/1/m', [1, 81]), ...readings('f/2/m', [1, 81])],
      events: ['0 a 1 firing warning', '1 b 1 m firing warning suppressed', '1 b 2 m firing warning'],
    },
    {
      name: 'goes by the labels that it names, and by none of the others',
      rule: [
        { id: 'a', ...machine },
        { id: 'b', inputs: { x: 'g/{l}/{m}' }, suppressedBy: [{ rule: 'a', on: ['l'] }] },
      ],
      given: [...readings('f/1/m', [0, 81]), ...readings('g/1/n', [1, 81]), ...readings('g/2/m', [1, 81])],
      events: ['0 a 1 m firing warning', '1 b 1 n firing warning suppressed', '1 b 2 m firing warning'],
    },
    {
      name: 'goes by fixed labels too',
      rule: [
        { id: 'a', inputs: { x: 'a' }, labels: { area: 'one' } },
        { id: 'b', inputs: { x: 'b' }, labels: { area: 'two' }, suppressedBy: [{ rule: 'a', on: ['area'] }] },
      ],
      given: [...readings('a', [0, 81]), ...readings('b', [1, 81])],
      events: ['0 a one firing warning', '1 b two firing warning'],
    },
    {
      name: 'is settled after all rules of the step, whatever their order',
      rule: [{ id: 'b' }, { id: 'a', suppressedBy: [{ rule: 'b' }] }],
      given: x([0, 81]),
      events: ['0 a a firing warning suppressed', '0 b a firing warning'],
    },
    {
      name: 'of what begins later marks the events from then on',
      rule: [
        { id: 'a', when: { value: 'x', above: 90 } },
        { id: 'b', suppressedBy: [{ rule: 'a' }] },
      ],
      given: x([0, 81], [1, 91], [2, 0]),
      events: [
        '0 b a firing warning',
        '1 a a firing warning',
        '2 a a resolved warning normal',
        '2 b a resolved warning normal',
      ],
    },
    {
      name: 'ends where the last of several does',
      rule: [
        { id: 'a', when: { value: 'x', above: 90 } },
        { id: 'b', when: { value: 'x', above: 95 } },
        { id: 'c', suppressedBy: [{ rule: 'a' }, { rule: 'b' }] },
      ],
      given: x([0, 96], [1, 91], [2, 81]),
      events: [
        '0 a a firing warning',
        '0 b a firing warning',
        '0 c a firing warning suppressed',
        '1 b a resolved warning normal',
        '2 a a resolved warning normal',
        '2 c a unsuppressed warning',
      ],
    },
    {
      name: 'is none by an alert that is latched and cleared',
      rule: [
        { id: 'a', latch: true, when: { value: 'x', above: 90 } },
        { id: 'b', suppressedBy: [{ rule: 'a' }] },
      ],
      given: x([0, 91], [1, 85]),
      events: [
        '0 a a firing warning',
        '0 b a firing warning suppressed',
        '1 a a cleared warning normal',
        '1 b a unsuppressed warning',
      ],
    },
  ]);
});

function eventsOf(rule: RuleSource, given: readonly Given[]): (AlertEvent | string)[][] {
  return bothEngines(planOf(rule)).map((engine) => given.flatMap((one) => feed(engine, one)));
}

describe('an event', () => {
  it('has its keys in order, and only those that apply', () => {
    const rule = { latch: true, labels: { zone: 'z', area: 'a' }, let: { d: 'x * 2' } };
    for (const events of eventsOf(rule, [
      [100, 'f/m1/x', 81, { own: 0 }],
      ...readings('f/m1/x', [101, -0]),
    ])) {
      const common = ['time', 'rule', 'event', 'severity', 'labels', 'values', 'message', 'episode'];
      expect(events.map((event) => Object.keys(event))).toEqual([
        [...common, 'late'],
        [...common, 'reason'],
      ]);
      const [, cleared] = events;
      expect(JSON.stringify(cleared)).toContain(
        '"labels":{"m":"m1","area":"a","zone":"z"},"values":{"x":0,"d":0},"message":"r"',
      );
    }
  });

  it('has the episode of the firing until it is over, and none before', () => {
    const rule = { when: { value: 'x', above: 80, for: '10s' } };
    for (const events of eventsOf(rule, [
      ...x([0, 81]),
      { until: 10 },
      ...x([11, 1], [12, 81]),
      { until: 22 },
    ])) {
      const episodes = events.map((event) => (typeof event === 'string' ? '' : event.episode));
      expect(episodes).toEqual([null, episodes[1], episodes[1], null, episodes[4]]);
      expect(episodes[1]).toMatch(/^[0-9a-f]{16}$/);
      expect(episodes[4]).not.toBe(episodes[1]);
    }
  });
});

describe('a message', () => {
  const says = (name: string, message: string, value: JsonValue, expected: string) => ({
    name,
    message,
    value,
    expected,
  });
  const rows = [
    says('prints six digits', '{x}', 1234.5678, '1234.57'),
    says('prints no more of a large one', '{x}', 1_234_567, '1234570'),
    says('prints no zeros behind', '{x}', 0.5, '0.5'),
    says('prints a very small one', '{x}', 1.5e-7, '1.5e-7'),
    says('prints no minus zero', '{x}', -0, '0'),
    says('prints decimals', '{x:.2f}', 2.345, '2.35'),
    says('prints decimals of a whole one', '{x:.1f}', 3, '3.0'),
    says('rounds to no minus zero', '{x:.1f}', -0.04, '0.0'),
    says('rounds halves up', '{x:d}', 2.5, '3'),
    says('rounds negative halves up', '{x:d}', -2.5, '-2'),
    says('prints texts', '{x:.1f}', 'ON', 'ON'),
    says('prints booleans', '{x}', true, 'true'),
    says('prints what is unknown', '{y:.1f}', 1, '?'),
    says('prints braces', '{{x} {x}', 1, '{x} 1'),
    says('prints labels and what is its own', '{m} {rule} {severity} {duration}', 1, 'a r warning 0s'),
    says('has no control characters', 'a\n{x}', 'b\u0000c\u2028d', 'a b c d'),
    says('has 1,000 characters', '{x}', 'x'.repeat(1000), 'x'.repeat(1000)),
    says('has no more', '{x}', 'x'.repeat(1001), 'x'.repeat(1000)),
    says('is cut between characters', '{x}', `${'x'.repeat(999)}😀😀`, `${'x'.repeat(999)}😀`),
  ];
  it.each(rows)('$name', ({ message, value, expected }) => {
    const rule = { inputs: { x: 'f/{m}/x', y: 'f/{m}/y' }, message, when: 'isKnown(x)' };
    for (const [event] of eventsOf(rule, x([0, value]))) {
      expect(typeof event === 'object' && event.message).toBe(expected);
    }
  });

  const durations: [seconds: number, text: string][] = [
    [0.999, '0s'],
    [45, '45s'],
    [59.999, '59s'],
    [60, '1m'],
    [61, '1m 1s'],
    [3600, '1h'],
    [3661, '1h 1m'],
    [86_400, '1d'],
    [90_061, '1d 1h'],
  ];
  it.each(durations)('after %d s says %s', (seconds, expected) => {
    for (const events of eventsOf({ message: '{duration}' }, x([0, 81], [seconds, 1]))) {
      expect(events.map((event) => typeof event === 'object' && event.message)).toEqual(['0s', expected]);
    }
  });
});
