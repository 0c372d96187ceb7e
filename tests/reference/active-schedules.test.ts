// When a rule is active, at both sides of each boundary and where clocks are put forward and back. Worked out by hand;
// both engines are held to it.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../rules/create-engine.js';
import type { Plan } from '../../rules/engine.js';
import { loadRules } from '../../rules/format/load-rules.js';
import type { JsonValue } from '../../rules/reading.js';
import { ReferenceEngine } from './reference-engine.js';

interface Row {
  name: string;
  active: JsonValue;
  /** RFC 3339, UTC. */
  first: string;
  until: string;
  /** `time event`: the alert fires whenever the rule is active. */
  events: string[];
}

const ROWS: readonly Row[] = [
  {
    name: 'from its start up to before its end',
    active: { from: '06:00', to: '22:00' },
    first: '2026-01-01T00:00:00Z',
    until: '2026-01-02T05:59:59Z',
    events: ['2026-01-01T06:00:00Z firing', '2026-01-01T22:00:00Z resolved'],
  },
  {
    name: 'a message at its end is outside',
    active: { to: '06:00' },
    first: '2026-01-01T06:00:00Z',
    until: '2026-01-01T07:00:00Z',
    events: [],
  },
  {
    name: 'over midnight, by the day it starts on',
    active: { days: ['thu'], from: '22:00', to: '06:00' },
    first: '2026-01-01T00:00:00Z',
    until: '2026-01-08T21:59:59Z',
    events: ['2026-01-01T22:00:00Z firing', '2026-01-02T06:00:00Z resolved'],
  },
  {
    name: 'two spans that touch are one',
    active: [
      { from: '06:00', to: '12:00' },
      { from: '12:00', to: '14:00' },
    ],
    first: '2026-01-01T05:00:00Z',
    until: '2026-01-01T15:00:00Z',
    events: ['2026-01-01T06:00:00Z firing', '2026-01-01T14:00:00Z resolved'],
  },
  {
    name: 'a start that the clock skips is the jump',
    active: { timezone: 'Europe/Berlin', from: '02:30', to: '04:00' },
    first: '2026-03-29T00:00:00Z',
    until: '2026-03-29T03:00:00Z',
    events: ['2026-03-29T01:00:00Z firing', '2026-03-29T02:00:00Z resolved'],
  },
  {
    name: 'an end that the clock shows twice is the first',
    active: { timezone: 'Europe/Berlin', from: '01:00', to: '02:30' },
    first: '2026-10-24T22:00:00Z',
    until: '2026-10-25T03:00:00Z',
    events: ['2026-10-24T23:00:00Z firing', '2026-10-25T00:30:00Z resolved'],
  },
];

describe('a rule is active', () => {
  it.each(ROWS)('$name', ({ active, first, until, events }) => {
    const plan = planOf(active);
    for (const engine of [new ReferenceEngine(plan), createEngine(plan)]) {
      const time = Date.parse(first);
      const given = [
        ...engine.message({ topic: 'x', payload: 1, time, arrival: time }),
        ...engine.advance(Date.parse(until)),
      ];
      expect(
        given.map((one) => `${new Date(one.time).toISOString().replace('.000', '')} ${one.event}`),
      ).toEqual(events);
    }
  });
});

function planOf(active: JsonValue): Plan {
  const rule = { id: 'r', inputs: { x: 'x' }, when: { value: 'x', above: 0 }, active };
  const { rules, issues } = loadRules([{ path: 'rules/r.json', text: JSON.stringify(rule) }]);
  expect(issues).toEqual([]);
  return { rules };
}
