// Aim: what shared inputs alone gave a derived signal before an instance began counts in it, and nothing else does.
// Method: a table of signals. Before the machine speaks, the hall says 1 to 5 and the site 10 and 20; `v` when it does.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { JsonValue, Scalar } from '../../../rules/reading.js';
import { at, engineOf, START } from './engine-fixture.js';

const INPUTS = { own: 'h/{hall}/{m}/x', air: 'h/{hall}/amb', site: 'amb' };
const LETS = {
  double: 'air * 2',
  f: { lookup: 'halls', column: 'factor' },
  g: { lookup: 'machines', column: 'factor' },
};
const TABLES = [
  { path: 'tables/halls.csv', text: 'hall,factor\n1,100\n' },
  { path: 'tables/machines.csv', text: 'm,factor\na,100\n' },
];

function engineFor(v: JsonValue): Engine {
  const rule = { id: 'r', inputs: INPUTS, let: { ...LETS, v }, when: { value: 'own', above: 0 } };
  const { rules, issues } = loadRules([{ path: 'r.json', text: JSON.stringify(rule) }, ...TABLES]);
  expect(issues).toEqual([]);
  return createEngine({ rules });
}

function before(engine: Engine): void {
  for (let i = 1; i <= 5; i++) engine.message(at(i * 10, 'h/1/amb', i));
  engine.message(at(45, 'h/2/amb', 1000));
  engine.message(at(51, 'amb', 10));
  engine.message(at(52, 'amb', 20));
}

const begin = at(55, 'h/1/a/x', 7);

describe('before the instance', () => {
  it.each<[v: JsonValue, value: Scalar | null, why: string]>([
    [{ sum: 'air * 2', over: '1h' }, 30, 'a signal of one shared input'],
    [{ sum: 'double', over: '1h' }, 30, 'by name'],
    [{ count: 'double', over: 3 }, 3, 'the last few'],
    [{ count: 'double', over: '25s' }, 2, 'those of 40 and 50'],
    [{ previous: 'double' }, 8, 'the reading before'],
    [{ ewma: 'double + 0', halfLife: '1ms' }, 10, 'a mean'],
    ["sum(double, '1h') + 0", 30, 'in an expression'],
    [
      { avg: { avg: 'air', over: 2 }, over: '1h' },
      2.6,
      'an aggregate of an aggregate: 1, 1.5, 2.5, 3.5, 4.5',
    ],
    [{ sum: 'air + site', over: '1h' }, 15 + 25, 'known since both are'],
    [{ sum: 'coalesce(site, 0) + air', over: '1h' }, 15 + 15 + 25, 'known without the other'],
    [{ sum: 'coalesce(own, air)', over: '1h' }, 15 + 7, 'the own one was not heard of'],
    [{ sum: 'own + air', over: '1h' }, 12, 'unknown without the own one'],
    [{ sum: 'count(own, 9) + air', over: '1h' }, 15 + 6, 'no reading of the own one yet'],
    [{ sum: 'air == 3 && air < 9 || air == 5 ? air : 0', over: '1h' }, 8, 'a text of any kind'],
    [
      { sum: { expr: 'air + (air == 5 ? 1 : 0)' }, during: 'own > 0' },
      0,
      'runs begin with the instance: a new one without readings',
    ],
    [{ sum: { lookup: 'halls', column: 'factor' }, over: '1h' }, 0, 'made of no input'],
    [{ sum: 'air * f', over: '1h' }, 1500, 'by the table of the hall'],
    [{ sum: 'air * g', over: '1h' }, 0, 'by the table of the machine'],
    [{ count: "air + (m == 'a' ? 1 : 0)", over: '1h' }, 0, 'by a label that is not known'],
  ])('%j is %j: %s', (v, value) => {
    const engine = engineFor(v);
    before(engine);
    const [event] = engine.message(begin);
    expect(event?.values['v']).toBe(value);
  });
});

it('each instance goes on by itself', () => {
  const engine = engineFor({ sum: 'coalesce(own, air)', over: '1h' });
  before(engine);
  engine.message(begin);
  engine.message(at(60, 'h/1/amb', 6));
  const [event] = engine.message(at(61, 'h/1/b/x', 1));
  expect(event?.values['v']).toBe(15 + 6 + 1);
});

it('a window that closes in the instant in which it begins gives it no second reading', () => {
  const engine = engineFor({ previous: { max: 'air', every: '1m' } });
  engine.message(at(10, 'h/1/amb', 5));
  const [first] = engine.message(at(60, 'h/1/a/x', 1));
  expect(first?.values['v']).toBe(null);
  engine.message(at(70, 'h/1/amb', 6));
  const [second] = engine.message(at(120, 'h/1/b/x', 1));
  expect(second?.values['v']).toBe(5);
});

it('what goes before instances is no instance that anyone sees', () => {
  const engine = engineFor({ sum: 'air * 2', over: '1h' });
  before(engine);
  expect(engine.counters.instances).toBe(0);
  engine.message(begin);
  expect(engine.counters.instances).toBe(1);
  for (const rule of ['before r', 'before r hall', 'before r hall m'])
    expect(engine.command({ kind: 'forget', rule, labels: { hall: '1' } })).toMatchObject({
      kind: 'refused',
    });
});

it('rules that look at no such readings have nothing before their instances', () => {
  const engine = engineOf({
    id: 'r',
    inputs: INPUTS,
    let: { a: { avg: 'air', over: '1h' }, b: { sum: 'own * 2', over: 5 } },
    when: { value: 'own', above: 0 },
  });
  engine.message(at(0, 'amb', 1));
  expect([engine.nextDeadline(), engine.time]).toEqual([Number.POSITIVE_INFINITY, START]);
});
