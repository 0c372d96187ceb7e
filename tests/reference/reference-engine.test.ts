// The reference engine decides who is right when it and the fast engine differ, so it is held to the rule
// reference itself: one row for each boundary that the reference states, with both sides of it. Both engines take it.
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine } from '../../rules/engine.js';
import type { JsonValue, Message } from '../../rules/reading.js';
import type { Condition, Level, Rule } from '../../rules/rule.js';
import {
  above,
  aggregateOf,
  buildInput,
  buildRule,
  compareWith,
  held,
  kept,
  literal,
  named,
  order,
  repeated,
} from './build-rule.js';
import { ReferenceEngine } from './reference-engine.js';

/** A message: `at` is its arrival, `time` its own time, by default the same. */
interface Arrived {
  at: number;
  x: JsonValue;
  time?: number;
  topic?: string;
  retain?: boolean;
}

type Input = Arrived | { advance: number } | { gap: [number, number] };

interface Row {
  name: string;
  rule: Rule | Rule[];
  inputs: Input[];
  /** `time event severity`, then the reason or the former severity. */
  events: string[];
}

/** The events of both engines. */
function run(rules: Rule | Rule[], inputs: readonly Input[]): AlertEvent[][] {
  const plan = { rules: Array.isArray(rules) ? rules : [rules] };
  return [new ReferenceEngine(plan), createEngine(plan)].map((engine) => feed(engine, inputs));
}

function feed(engine: Engine, inputs: readonly Input[]): AlertEvent[] {
  return inputs.flatMap((input) => {
    if ('advance' in input) return [...engine.advance(input.advance)];
    if ('gap' in input) return [...engine.gap(...input.gap)];
    return [...engine.message(messageOf(input))];
  });
}

function messageOf(input: Arrived): Message {
  const { at, x, time = at, topic = 'x/a', retain = false } = input;
  return { topic, payload: x, time, arrival: at, retain };
}

function line({ time, event, severity, reason, previous }: AlertEvent): string {
  return [time, event, severity, reason ?? previous ?? ''].join(' ').trim();
}

function table(rows: readonly Row[]): void {
  it.each(rows)('$name', ({ rule, inputs, events }) => {
    for (const given of run(rule, inputs)) expect(given.map(line)).toEqual(events);
  });
}

const x = (...values: [at: number, value: JsonValue][]): Input[] =>
  values.map(([at, value]) => ({ at, x: value }));
const level = (severity: Level['severity'], condition: Condition): Level => ({ severity, condition });

describe('a threshold', () => {
  table([
    {
      name: 'is passed only beyond it',
      rule: buildRule(above(80)),
      inputs: x([0, 80], [10, 80.25], [20, 80]),
      events: ['10 firing warning', '20 resolved warning normal'],
    },
    {
      name: 'with a deadband stays passed until the value is back by all of it',
      rule: buildRule(above(80, 5)),
      inputs: x([0, 81], [10, 75.25], [20, 75], [30, 80]),
      events: ['0 firing warning', '20 resolved warning normal'],
    },
    {
      name: 'of at least is kept by a value back by exactly the deadband',
      rule: buildRule(compareWith('x', order('atLeast', 80), 5)),
      inputs: x([0, 80], [10, 75], [20, 74.75]),
      events: ['0 firing warning', '20 resolved warning normal'],
    },
    {
      name: 'outside a range ends inside it by the deadband on both sides',
      rule: buildRule(compareWith('x', { comparator: 'outside', low: literal(0), high: literal(10) }, 2)),
      inputs: x([0, 10], [10, 10.25], [20, 8.25], [30, 8], [40, 1], [50, -1], [60, 1], [70, 2]),
      events: [
        '10 firing warning',
        '30 resolved warning normal',
        '50 firing warning',
        '70 resolved warning normal',
      ],
    },
    {
      name: 'on a value of another kind is unknown and holds the alert',
      rule: buildRule(above(80)),
      inputs: x([0, 81], [10, 'ON'], [20, 79]),
      events: ['0 firing warning', '20 resolved warning normal'],
    },
    {
      name: 'on a value of another kind resolves where the rule says so',
      rule: buildRule(above(80), { onUnknown: 'resolve' }),
      inputs: x([0, 81], [10, 'ON'], [20, 79]),
      events: ['0 firing warning', '10 resolved warning unknown'],
    },
  ]);
});

describe('for', () => {
  const rule = buildRule(held(30, above(80)));
  table([
    {
      name: 'fires at exactly its end when nothing arrives',
      rule,
      inputs: [...x([0, 81]), { advance: 29 }, { advance: 30 }],
      events: ['0 pending warning', '30 firing warning'],
    },
    {
      name: 'fires before a message of the same instant is applied',
      rule,
      inputs: x([0, 81], [30, 79]),
      events: ['0 pending warning', '30 firing warning', '30 resolved warning normal'],
    },
    {
      name: 'breaks off when the condition is false just before its end',
      rule,
      inputs: [...x([0, 81], [29, 79]), { advance: 100 }],
      events: ['0 pending warning', '29 cleared warning pending'],
    },
    {
      name: 'goes on through an unknown, and ends its pending there',
      rule,
      inputs: [...x([0, 81], [10, 'ON']), { advance: 50 }, ...x([60, 82])],
      events: ['0 pending warning', '30 cleared warning pending', '60 firing warning'],
    },
    {
      name: 'moves with a gap',
      rule,
      inputs: [...x([0, 81]), { gap: [10, 100] }, { advance: 119 }, { advance: 120 }],
      events: ['0 pending warning', '120 firing warning'],
    },
    {
      name: 'of nothing is no delay',
      rule: buildRule(held(0, above(80))),
      inputs: x([0, 81]),
      events: ['0 firing warning'],
    },
  ]);
});

describe('keepFor and times', () => {
  table([
    {
      name: 'a condition is kept until it has not been true for so long',
      rule: buildRule(kept(30, above(80))),
      inputs: [...x([0, 81], [10, 70], [39, 81], [40, 70]), { advance: 69 }, { advance: 70 }],
      events: ['0 firing warning', '70 resolved warning normal'],
    },
    {
      name: 'a rule is kept likewise, at its last severity',
      rule: buildRule([level('critical', above(90)), level('warning', above(80))], { keepForMs: 30 }),
      inputs: [...x([0, 91], [10, 85], [20, 70], [50, 81], [60, 70]), { advance: 90 }],
      events: [
        '0 firing critical',
        '10 severity warning critical',
        '50 resolved warning normal',
        '50 firing warning',
        '90 resolved warning normal',
      ],
    },
    {
      name: 'a rise exactly the length of the window ago does not count',
      rule: buildRule(repeated(2, 20, above(80))),
      inputs: [...x([0, 81], [10, 70], [20, 81], [25, 70], [39, 81]), { advance: 100 }],
      events: ['39 firing warning', '40 resolved warning normal'],
    },
  ]);
});

describe('windows', () => {
  const sliding = (name: Parameters<typeof aggregateOf>[0], parts = {}) =>
    aggregateOf(name, { kind: 'sliding', overMs: 30 }, parts);
  table([
    {
      name: 'a reading exactly as old as a sliding window has left it, with nothing arriving',
      rule: buildRule(compareWith(sliding('count'), order('atLeast', 2))),
      inputs: [...x([0, 1], [29, 1]), { advance: 100 }],
      events: ['29 firing warning', '30 resolved warning normal'],
    },
    {
      name: 'a late reading enters by its own time',
      rule: buildRule(compareWith(sliding('count'), order('atLeast', 2))),
      inputs: [...x([20, 1]), { at: 40, x: 1, time: 10 }, { at: 41, x: 1, time: 12 }, { advance: 100 }],
      events: ['41 firing warning', '42 resolved warning normal'],
    },
    {
      name: 'a full window is known from its length after the first reading on',
      rule: buildRule(compareWith(sliding('count', { full: true }), order('atLeast', 0))),
      inputs: [...x([5, 1]), { advance: 34 }, { advance: 35 }],
      events: ['35 firing warning'],
    },
    {
      name: 'a count window counts readings that do not pass',
      rule: buildRule(
        compareWith(
          aggregateOf('count', { kind: 'count', count: 3 }, { where: [order('above', 80)] }),
          order('atLeast', 2),
        ),
      ),
      inputs: x([0, 81], [1, 0], [2, 81], [3, 0]),
      events: ['2 firing warning', '3 resolved warning normal'],
    },
    {
      name: 'an increase begins at the reading before the window',
      rule: buildRule(compareWith(sliding('increase'), order('atLeast', 15))),
      inputs: [...x([0, 10], [31, 20], [40, 5]), { advance: 100 }],
      events: ['40 firing warning', '61 resolved warning normal'],
    },
    {
      name: 'a third value of another kind begins the series anew',
      rule: buildRule(compareWith(sliding('count'), order('atLeast', 2))),
      inputs: x([0, 1], [1, 1], [2, 'a'], [3, 'b'], [4, 'c'], [5, 'd']),
      events: ['1 firing warning', '4 resolved warning normal', '5 firing warning'],
    },
  ]);
});

describe('inputs', () => {
  const aging = buildRule(above(80), {
    inputs: [buildInput('x', 'x/{m}', { maxAgeMs: 30 })],
    onUnknown: 'resolve',
  });
  table([
    {
      name: 'a value is unknown from its greatest age on',
      rule: aging,
      inputs: [...x([0, 81]), { advance: 29 }, { advance: 30 }],
      events: ['0 firing warning', '30 resolved warning unknown'],
    },
    {
      name: 'absence counts from the arrival of the newest reading',
      rule: buildRule({ kind: 'absent', input: 'x', forMs: 30, expected: null }),
      inputs: [...x([0, 1]), { at: 10, x: 1, time: 0 }, { advance: 39 }, { advance: 40 }, ...x([50, 1])],
      events: ['40 firing warning', '50 resolved warning normal'],
    },
    {
      name: 'a retained message sets the value of a series without readings, and no other',
      rule: buildRule(above(80)),
      inputs: [{ at: 0, x: 81, retain: true }, ...x([10, 70]), { at: 20, x: 81, retain: true }],
      events: ['0 firing warning', '10 resolved warning normal'],
    },
    {
      name: 'a late reading never becomes the newest value, one of equal time does',
      rule: buildRule(above(80)),
      inputs: [...x([10, 70]), { at: 20, x: 81, time: 9 }, { at: 21, x: 81, time: 10 }],
      events: ['21 firing warning'],
    },
    {
      name: 'changed is true until the next equal reading',
      rule: buildRule({ kind: 'changed', of: named('x') }),
      inputs: x([0, 'a'], [1, 'b'], [2, 'b']),
      events: ['1 firing warning', '2 resolved warning normal'],
    },
    {
      name: 'a pool has the value of its newest series',
      rule: buildRule(above(80), { inputs: [buildInput('x', 'x/+')] }),
      inputs: [
        { at: 10, x: 81, topic: 'x/a' },
        { at: 20, x: 70, topic: 'x/b', time: 9 },
        { at: 30, x: 70, topic: 'x/b' },
      ],
      events: ['10 firing warning', '30 resolved warning normal'],
    },
  ]);
});

describe('patterns', () => {
  const y = compareWith('x', order('below', 0));
  table([
    {
      name: 'a sequence must end less than its length after its first rise',
      rule: buildRule({ kind: 'sequence', of: [above(80), y], withinMs: 30, unless: null }),
      inputs: x([0, 81], [30, -1], [40, 81], [69, -1], [70, 0]),
      events: ['69 firing warning', '70 resolved warning normal'],
    },
    {
      name: 'what is expected within a time is too late at its end',
      rule: buildRule({ kind: 'after', cause: above(80), expect: y, withinMs: 30 }),
      inputs: x([0, 81], [29, -1], [40, 81], [70, -1]),
      events: ['70 firing warning', '70 resolved warning normal'],
    },
  ]);
});

describe('alerts', () => {
  const both = { labels: [{ name: 'line', value: 'l1' }] };
  const critical = [level('critical', above(90)), level('warning', above(80))];
  table([
    {
      name: 'change severity both ways',
      rule: buildRule(critical),
      inputs: x([0, 81], [1, 91], [2, 85], [3, 80]),
      events: [
        '0 firing warning',
        '1 severity critical warning',
        '2 severity warning critical',
        '3 resolved warning normal',
      ],
    },
    {
      name: 'once latched stay until they are reset',
      rule: buildRule(critical, { latch: true }),
      inputs: x([0, 91], [1, 70], [2, 91], [3, 81], [4, 70]),
      events: [
        '0 firing critical',
        '1 cleared critical normal',
        '3 severity warning critical',
        '4 cleared warning normal',
      ],
    },
    {
      name: 'that are suppressed say so, and when that ends',
      rule: [
        buildRule(above(90), { id: 'a', ...both }),
        buildRule(above(80), { id: 'b', ...both, suppressedBy: [{ rule: 'a', on: ['line'] }] }),
      ],
      inputs: [
        { at: 0, x: 95, topic: 'x/1' },
        { at: 1, x: 85, topic: 'x/2' },
        { at: 2, x: 85, topic: 'x/1' },
      ],
      events: [
        '0 firing warning',
        '0 firing warning',
        '1 firing warning',
        '2 resolved warning normal',
        '2 unsuppressed warning',
        '2 unsuppressed warning',
      ],
    },
    {
      name: 'of an instance forgotten while pending break off',
      rule: buildRule(held(50, above(80)), { forgetAfterMs: 30 }),
      inputs: [...x([0, 81]), { advance: 100 }, ...x([101, 81])],
      events: ['0 pending warning', '30 cleared warning pending', '101 pending warning'],
    },
  ]);
});

describe('an event', () => {
  it('is marked late more than a minute after the time of its message', () => {
    const given = run(buildRule(above(80)), [
      { at: 60_000, x: 81, time: 0 },
      { at: 120_002, x: 70, time: 60_001 },
    ]);
    expect(given.map((events) => events.map((event) => event.late))).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
  });

  it('comes in order of deadline, then rule, then instance', () => {
    const rules = ['b', 'a'].map((id) => buildRule(held(10, above(80)), { id }));
    const given = run(rules, [
      { at: 0, x: 81, topic: 'x/2' },
      { at: 0, x: 81, topic: 'x/1' },
      { at: 1, x: 81, topic: 'x/0' },
      { advance: 20 },
    ]);
    const order = given.map((events) =>
      events
        .filter(({ event }) => event === 'firing')
        .map(({ time, rule, labels }) => `${time} ${rule} ${labels['m']}`),
    );
    const expected = ['10 a 1', '10 a 2', '10 b 1', '10 b 2', '11 a 0', '11 b 0'];
    expect(order).toEqual([expected, expected]);
  });
});
