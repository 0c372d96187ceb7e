// Settled differences between the two engines in windows, of those that random rules once found (regression-rows.ts says how).
import { at, by, command, MACHINE, type Row, START, table, waiting } from '../reference/regression-rows.js';

table([
  {
    name: 'a session of a pool whose readings all went with a series that began anew does not close',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', any: 'f/{line}/#' },
        groupBy: ['line', 'm'],
        when: { p75: 'any', session: '10s', above: 10, for: '10s' },
      },
    ],
    inputs: [
      waiting(45_000, at(5, 'f/1/b/x', 20)),
      waiting(45_000, at(15, 'f/1/a/x', 'ON')),
      ...[20, 25, 30].map((seconds) => waiting(45_000, at(seconds, 'f/1/a/x', 0))),
      { kind: 'advance', time: START + 120_000 },
    ],
  },
  {
    name: 'two rules that share a window each see what time alone takes out of it',
    rules: ['a', 'b'].map((id) => ({
      id,
      inputs: { x: 'f/{line}/{m}/x' },
      when: { distinct: 'x', over: '10s', above: 0 },
    })),
    inputs: [at(5, 'f/1/a/x', 0)],
  },
  {
    name: 'a late reading older than the one before a count window does not take its place',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        let: { rise: 'increase(x, 1)' },
        when: { info: { value: 'x', above: 10 }, warning: { range: 'x', over: 3, above: 9 } },
      },
    ],
    inputs: [at(5, 'f/2/a/x', 22.5), at(10, 'f/2/a/x', 22.5), at(15, 'f/2/a/x', 12.5, -45)],
  },
  {
    name: 'a pool stays full when one of its series changes its kind',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x' },
        groupBy: ['line'],
        when: { not: { stddev: 'x', over: '10s', full: true, above: 0.513, for: '10s' } },
      },
    ],
    inputs: [at(5, 'f/1/a/x', 'ON'), at(10, 'f/1/a/x', 0), at(15, 'f/1/a/x', 0), at(20, 'f/1/a/x', 0)],
  },
  {
    name: 'an aligned window closes as the last one skipped when the wall clock jumps ahead',
    rules: [
      {
        id: 'b',
        inputs: { run: 'f/{line}/{m}/run' },
        groupBy: ['line'],
        when: { range: 'run', every: '1m', atMost: 10, for: '10s' },
      },
    ],
    inputs: [
      at(30, 'f/1/a/run', false),
      { kind: 'advance', time: START + 60_000 },
      { kind: 'offset', ms: 3_600_000 },
    ],
  },
  {
    name: 'an aligned window closes at the next boundary there is when the wall clock jumps back',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        let: { spread: { mad: 'x', every: '10s' } },
        when: { value: 'y', above: 10 },
      },
    ],
    inputs: [
      at(5, 'f/1/a/x', 0),
      at(10, 'f/1/a/x', 15),
      { kind: 'offset', ms: -5_000 },
      at(15, 'f/1/a/y', 20),
    ],
  },
  {
    name: 'a line over an aligned window is looked at from its boundary',
    rules: [{ id: 'b', inputs: MACHINE, when: { predict: 'x', every: '30s', ahead: '10s', above: 60.137 } }],
    inputs: [at(5, 'f/1/a/x', 0, 0), at(10, 'f/1/a/x', 15.25)],
  },
  {
    name: 'what is just before a run is older than its readings',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        let: { turns: { changes: 'y', during: { not: { absent: 'x', for: '20s' } } } },
        when: { value: 'x', above: 10 },
      },
    ],
    inputs: [
      at(5, 'f/1/b/x', 0),
      at(5, 'f/1/b/y', 12.5),
      at(30, 'f/1/b/x', 0, -30),
      at(30, 'f/1/b/y', 22.5, -30),
      at(35, 'f/1/b/x', 20),
    ],
  },
  {
    name: 'a session that closes when an instance begins gave its value before',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        let: { first: { count: 'x', session: '20s' } },
        when: { count: 'first', over: '10s', in: [0, 10] },
      },
    ],
    inputs: [at(5, 'f/1/a/x', 0), command('forget', 'b', { line: '1', m: 'a' }), at(25, 'f/1/a/x', 0)],
  },
  {
    name: 'a window that closed while there was no instance gives one that begins again no reading',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', amb: 'amb' },
        let: {
          first: { count: 'x', every: '10s' },
          second: { count: 'first', over: '10s' },
          before: { previous: 'amb' },
        },
        when: { value: 'second', above: 0 },
      },
    ],
    inputs: [
      at(5, 'f/1/a/x', 0),
      command('forget', 'b', { line: '1', m: 'a' }),
      at(25, 'amb', 0),
      at(25, 'f/1/a/x', 0),
    ],
  },
  {
    name: 'a limit is that of the step in which a reading entered, also where another left in the same instant',
    rules: [
      {
        id: 'b',
        inputs: MACHINE,
        let: { left: { timeTo: 'x', over: '10s', limit: { value: 'y' } } },
        when: { value: 'x', atLeast: 5 },
      },
    ],
    inputs: [
      at(5, 'f/1/a/y', 50),
      at(5, 'f/1/a/x', 0),
      at(10, 'f/1/a/x', 5),
      at(15, 'f/1/a/y', 20),
      at(15, 'f/1/a/x', 10),
    ],
  },
  ...[5, undefined].map(
    (over): Row => ({
      name: `a reading that was too late for the window is none that a time to a limit goes by (${over ?? 'run'})`,
      rules: [
        {
          id: 'b',
          inputs: MACHINE,
          let: {
            left: {
              timeTo: 'x',
              limit: { value: 'y' },
              ...(over === undefined ? { during: { value: 'y', above: 0 } } : { over: `${over}s` }),
            },
          },
          when: { value: 'y', above: 0 },
        },
      ],
      inputs: [
        at(1, 'f/1/a/y', 50),
        at(2, 'f/1/a/x', 0),
        at(3, 'f/1/a/x', 5),
        at(4, 'f/1/a/y', 20),
        at(4, 'f/1/a/x', 1, -10),
        at(4, 'f/1/a/y', -1),
      ],
    }),
  ),
  {
    name: 'a line over a session of a shared input is known to an instance that begins in it',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', run: 'amb' },
        when: { not: { timeTo: 'run', session: '10s', limit: 10, above: 0.513 } },
      },
    ],
    inputs: [at(5, 'amb', 0), at(10, 'amb', 20.25), at(15, 'f/1/a/x', 0)],
  },
  {
    name: 'of the series of a pool a session takes what is not late in its own',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x' },
        groupBy: ['line'],
        when: { stddev: 'x', session: '10s', above: 0.513 },
      },
    ],
    inputs: [at(5, 'f/2/b/x', 0), at(10, 'f/2/a/x', 0, 0), at(15, 'f/2/a/x', 30)],
  },
  {
    name: 'a boundary that the wall clock is set back to is not reached again',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', any: 'f/{line}/#' },
        let: { low: { p25: 'any', every: '10s' } },
        when: 'isKnown(x)',
      },
    ],
    inputs: [
      at(20, 'f/1/b/x', 0),
      at(25, 'f/1/b/x', 0),
      { kind: 'offset', ms: -5_000 },
      at(30, 'f/1/a/x', 0),
    ],
  },
  {
    name: 'a line over an aligned window that nobody looked at is looked at from its last boundary',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', amb: 'amb' },
        let: { spread: { predict: 'amb', over: '5m', every: '10s', ahead: '10s' } },
        when: { value: 'x', atLeast: 0 },
      },
    ],
    inputs: [at(5, 'amb', 0), at(10, 'amb', 35), at(30, 'f/1/a/x', 0)],
  },
  {
    name: 'an aligned window that nobody looks at closes before the wall clock is set back',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', amb: 'amb' },
        let: { last: { last: 'amb', every: '10s' } },
        when: { value: 'x', atLeast: 0 },
      },
    ],
    inputs: [
      at(5, 'amb', 7),
      { kind: 'advance', time: START + 10_000 },
      { kind: 'offset', ms: -5_000 },
      at(12, 'f/1/a/x', 0),
    ],
  },
  {
    name: 'a gap does not move what was measured after a session into it',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', run: 'f/+/+/run' },
        groupBy: [],
        when: { max: 'run', session: '20s', atMost: 10 },
        onUnknown: 'resolve',
      },
    ],
    inputs: [
      waiting(1, at(5, 'f/1/a/run', false)),
      at(15, 'f/1/a/x', 0),
      at(25, 'f/1/b/run', false),
      { kind: 'gap', from: START + 30_000, to: START + 35_000 },
      at(40, 'f/1/a/x', 0),
    ],
  },
  ...['b', 'c'].map(
    (other): Row => ({
      name: `rules that share an aligned window each see it close (${other})`,
      rules: ['a', other].map((id) => ({
        id,
        inputs: MACHINE,
        let: { mean: { avg: 'x', every: '10s' }, highest: { max: 'mean', over: 3 } },
        when: { value: 'highest', above: 10 },
      })),
      inputs: [at(5, 'f/1/a/x', 20), at(15, 'f/1/a/x', 0), at(25, 'f/1/a/x', 0), at(35, 'f/1/a/x', 0)],
    }),
  ),
  {
    name: 'a value that comes late by a connection that is down has not got older since that went down',
    rules: [
      {
        id: 'b',
        inputs: { x: { topic: 'f/{line}/{m}/x', maxAge: '10s' } },
        when: {
          any: [
            { integral: 'x', over: '10s', above: 0.5 },
            { value: 'x', above: 10 },
          ],
        },
      },
    ],
    inputs: [
      { kind: 'connection', name: 'p', isUp: false },
      by('p', at(605, 'f/1/a/x', 25, 545)),
      by('p', at(610, 'f/1/a/x', 0)),
    ],
  },
  {
    name: 'a window that nobody looked at for long counts nothing older than it',
    rules: [
      {
        id: 'b',
        inputs: { x: 'f/{line}/{m}/x', y: 'f/{line}/amb' },
        groupBy: ['m', 'line'],
        when: {
          any: [
            { p75: 'y', every: '10s', above: 10 },
            { value: 'x', above: 10 },
          ],
        },
      },
    ],
    inputs: [
      waiting(2_000, at(10, 'f/1/amb', 0)),
      waiting(2_000, at(20, 'f/1/amb', 0)),
      at(50, 'f/1/a/x', 30),
      at(50, 'f/1/a/x', 0),
    ],
  },
]);
