// Settled differences between the two engines in alerts, instances and clocks, of those that random rules once found (regression-rows.ts says how).
import { at, command, LINE_BESIDE_MACHINE, MACHINE, START, table } from '../reference/regression-rows.js';

table([
  {
    name: 'an instance that ends is still suppressed in its last event',
    rules: [
      { id: 'a', inputs: MACHINE, when: { value: 'x', atMost: 10 } },
      {
        id: 'b',
        inputs: MACHINE,
        when: { all: [{ absent: 'x', for: '10s' }] },
        suppressedBy: [{ rule: 'a' }],
      },
    ],
    inputs: [
      at(5, 'f/1/a/x', 0),
      { kind: 'advance', time: START + 25_000 },
      command('forget', 'b', { line: '1', m: 'a' }),
    ],
  },
  {
    name: 'an alert that resolves while a delay runs is pending again',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        when: {
          info: { some: 1, of: [{ value: 'x', notEquals: 10, times: 1, within: '10s' }] },
          warning: { value: 'x', above: 10, for: '30s' },
        },
      },
    ],
    inputs: [at(5, 'f/1/a/x', 30)],
  },
  {
    name: 'a step of the wall clock does not change for how long an alert has been firing',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        when: { info: { not: { value: 'x', above: 10 } }, warning: { value: 'x', above: 10 } },
        message: '{duration}',
      },
    ],
    inputs: [at(5, 'f/1/a/x', 0), { kind: 'offset', ms: 3_600_000 }, at(10, 'f/1/a/x', 20)],
  },
  {
    name: 'a message counts for all the instances it reaches before one makes room',
    rules: [
      {
        id: 'b',
        inputs: LINE_BESIDE_MACHINE,
        groupBy: ['line', 'm'],
        when: { all: [{ value: 'x', above: { expr: '-x ** 2' }, for: '1m' }] },
        maxInstances: 2,
      },
    ],
    inputs: [
      at(5, 'f/2/a/run', false),
      at(10, 'f/1/a/x', 19.75),
      at(15, 'f/2/a/y', 0),
      at(20, 'f/1/b/run', false),
      at(25, 'f/1/a/x', 30),
    ],
  },
  {
    name: 'of instances silent for as long the first by key makes room',
    rules: [{ id: 'b', inputs: MACHINE, when: { value: 'x', above: 10 }, maxInstances: 2 }],
    inputs: [
      at(5, 'f/1/b/x', 0),
      at(10, 'f/2/a/x', 0),
      at(10, 'f/1/a/x', 0),
      at(15, 'f/1/b/x', 0),
      command('forget', 'b', { line: '1', m: 'a' }),
    ],
  },
  {
    name: 'a message without the field of an input does not keep its instance',
    rules: [
      {
        id: 'b',
        inputs: LINE_BESIDE_MACHINE,
        groupBy: ['line', 'm'],
        when: { value: 'any', above: 10 },
        forgetAfter: '1m',
      },
    ],
    inputs: [at(5, 'f/2/a/x', 0), at(15, 'f/2/a/rec', { a: 0 }), at(65, 'f/2/z/y', 35)],
  },
  {
    name: 'an alert that is reset while a delay runs is pending at once',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        when: {
          some: 1,
          of: [
            { absent: 'x', for: '10s' },
            { previous: 'x', atMost: 10 },
          ],
          for: '10s',
        },
        latch: true,
      },
    ],
    inputs: [
      at(5, 'f/1/a/x', 25),
      at(25, 'f/1/a/x', 0),
      at(30, 'f/1/a/x', 0),
      command('reset', 'b', { line: '1', m: 'a' }),
    ],
  },
  {
    name: 'a schedule may be active without an end',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        when: { value: 'x', above: 10 },
        active: [{ timezone: 'Europe/Berlin', from: '22:00', to: '02:30' }, { from: '00:01' }],
      },
    ],
    inputs: [at(5, 'f/1/a/x', 20)],
  },
  {
    name: 'an alert that is not suppressed any more says what its signals are at that instant',
    rules: ['b', 'a'].map((id) => ({
      id,
      inputs: MACHINE,
      let: { shared: { count: 'x', over: '10s' } },
      when: { info: { not: { absent: 'x', for: '10s' } }, warning: { value: 'x', above: 10 } },
      ...(id === 'b' ? { suppressedBy: [{ rule: 'a' }] } : {}),
    })),
    inputs: [at(5, 'f/1/a/x', 2)],
  },
]);
