// Tables in the engine: cells by labels, machines that never spoke, and tables that change while rules run.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine, Plan } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { at, type RuleSource, rows, START, until } from './engine-fixture.js';

function planWith(rule: RuleSource, table: string): Plan {
  const source = { id: 'r', inputs: { x: 'f/{m}/x' }, ...rule };
  const { plan, issues } = loadRules([
    { path: 'rules/r.json', text: JSON.stringify(source) },
    { path: 'tables/t.csv', text: table },
  ]);
  expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  return plan;
}

const engineWith = (rule: RuleSource, table: string): Engine => createEngine(planWith(rule, table));

const startedWith = (rule: RuleSource, table: string): Engine => createEngine(planWith(rule, table), START);

const LIMIT: RuleSource = { when: { value: 'x', above: { lookup: 't', column: 'max' } } };

describe('lookup', () => {
  it.each<[name: string, table: string, x: number, isAbove: boolean]>([
    ['finds the row of the machine', 'm,max\nb,1\na,80\n', 80.5, true],
    ['is the cell, no more', 'm,max\nb,1\na,80\n', 80, false],
    ['takes the first of two rows', 'm,max\na,90\na,1\n', 50, false],
    ['is unknown without a row', 'm,max\nb,1\n', 50, false],
    ['is unknown where the cell is empty', 'm,max\na,\na,1\n', 50, false],
    ['is unknown beside a number where it is a text', 'm,max\na,low\n', 50, false],
  ])('%s', (_name, table, x, isAbove) => {
    const events = engineWith(LIMIT, table).message(at(0, 'f/a/x', x));
    expect(rows(events)).toEqual(isAbove ? ['0 r a firing warning'] : []);
  });

  it('takes a default where there is no cell', () => {
    const when = { value: 'x', above: { lookup: 't', column: 'max', default: 10 } };
    const engine = engineWith({ when }, 'm,max\nb,99\n');
    expect(rows([...engine.message(at(0, 'f/a/x', 11)), ...engine.message(at(0, 'f/b/x', 11))])).toEqual([
      '0 r a firing warning',
    ]);
  });

  it('compares labels as texts, fixed ones too', () => {
    const engine = engineWith({ ...LIMIT, labels: { kind: '07' } }, 'm,kind,max\na,7,1\na,07,80\n');
    expect(rows(engine.message(at(0, 'f/a/x', 50)))).toEqual([]);
    expect(rows(engine.message(at(1, 'f/a/x', 81)))).toEqual(['1 r a 07 firing warning']);
  });
});

describe('a table that changes', () => {
  it('lets a delay go on, and is looked at in that step', () => {
    const rule = { when: { value: 'x', above: { lookup: 't', column: 'max' }, for: '10s' } };
    const engine = engineWith(rule, 'm,max\na,80\n');
    expect(rows(engine.message(at(0, 'f/a/x', 90)))).toEqual(['0 r a pending warning']);
    expect(until(engine, 5)).toEqual([]);
    expect(engine.replan(planWith(rule, 'm,max\na,85\n'))).toEqual([]);
    expect(until(engine, 9)).toEqual([]);
    expect(until(engine, 10)).toEqual(['10 r a firing warning']);
    expect(rows(engine.replan(planWith(rule, 'm,max\na,95\n')))).toEqual([
      '10 r a resolved warning rule changed',
    ]);
  });

  it('is no change for a rule that does not use it', () => {
    const rule: RuleSource = { when: { value: 'x', above: 80 } };
    const engine = engineWith(rule, 'm,max\na,80\n');
    engine.message(at(0, 'f/a/x', 90));
    const before = engine.save();
    expect(engine.replan(planWith(rule, 'm,max\na,99\n'))).toEqual([]);
    expect(engine.save()).toEqual(before);
  });

  it('keeps the sums of windows over signals made with it', () => {
    const rule: RuleSource = {
      let: {
        over: { expr: 'max(x - limit, 0)' },
        limit: { lookup: 't', column: 'max' },
        all: { sum: 'over', over: 10 },
      },
      when: { value: 'all', above: 25 },
    };
    const engine = engineWith(rule, 'm,max\na,80\n');
    engine.message(at(0, 'f/a/x', 90));
    engine.replan(planWith(rule, 'm,max\na,70\n'));
    expect(engine.explain('r', { m: 'a' })?.values['all']).toBe(10);
    expect(rows(engine.message(at(1, 'f/a/x', 90)))).toEqual(['1 r a firing warning']);
  });

  it('is not the state of another version after a restart', () => {
    const engine = engineWith(LIMIT, 'm,max\na,80\n');
    engine.message(at(0, 'f/a/x', 90));
    const loaded = engineWith(LIMIT, 'm,max\na,80\n');
    loaded.load(engine.save());
    expect(loaded.save()).toEqual(engine.save());
    expect(rows(loaded.replan(planWith(LIMIT, 'm,max\na,95\n')))).toEqual([
      '0 r a resolved warning rule changed',
    ]);
  });
});

const EXPECTED: RuleSource = { when: { absent: 'x', for: '10s', expected: 't' } };

describe('what is expected', () => {
  it('is missed from the first message on, each in the order of its labels', () => {
    const engine = engineWith(EXPECTED, 'm\nb\na\na\n');
    expect(rows(engine.message(at(0, 'other', 1)))).toEqual([]);
    expect(until(engine, 9.999)).toEqual([]);
    expect(until(engine, 10)).toEqual(['10 r a firing warning', '10 r b firing warning']);
    expect(rows(engine.message(at(11, 'f/a/x', 1)))).toEqual(['11 r a resolved warning normal']);
  });

  it('is missed from when the host says that it begins', () => {
    const engine = startedWith(EXPECTED, 'm\na\n');
    expect(until(engine, 9.999)).toEqual([]);
    expect(until(engine, 10)).toEqual(['10 r a firing warning']);
  });

  it('is not missed before anything began, however much time passes', () => {
    const engine = engineWith(EXPECTED, 'm\na\n');
    expect(until(engine, 60)).toEqual([]);
    expect(rows(engine.message(at(60, 'other', 1)))).toEqual([]);
    expect(until(engine, 70)).toEqual(['70 r a firing warning']);
  });

  it('counts from its message once there is one', () => {
    const engine = startedWith(EXPECTED, 'm\na\n');
    engine.message(at(8, 'f/a/x', 1));
    expect(until(engine, 17)).toEqual([]);
    expect(until(engine, 18)).toEqual(['18 r a firing warning']);
  });

  it('names no instance by an empty cell', () => {
    const engine = startedWith(EXPECTED, 'm,n\n,1\n');
    expect(engine.instances('r')).toEqual([]);
  });

  it('is refused beyond the cap, and counted', () => {
    const engine = startedWith({ ...EXPECTED, maxInstances: 1 }, 'm\na\nb\n');
    expect(engine.instances('r')).toHaveLength(1);
    expect(engine.counters.refusedInstances).toBe(1);
  });

  it('begins when a table names it, and ends when it does not any more and never spoke', () => {
    const engine = startedWith(EXPECTED, 'm\na\nb\n');
    engine.message(at(0, 'f/b/x', 1));
    expect(until(engine, 10)).toEqual(['10 r a firing warning', '10 r b firing warning']);
    const swap = engine.replan(planWith(EXPECTED, 'm\nc\n'));
    expect(rows(swap)).toEqual(['10 r a resolved warning rule changed']);
    expect(engine.instances('r').map(({ labels }) => labels['m'])).toEqual(['b', 'c']);
    expect(until(engine, 20)).toEqual(['20 r c firing warning']);
  });

  it('counts from when the rule came', () => {
    const engine = createEngine({ rules: [] });
    engine.advance(START + 5000);
    engine.replan(planWith(EXPECTED, 'm\na\n'));
    expect(until(engine, 14.999)).toEqual([]);
    expect(until(engine, 15)).toEqual(['15 r a firing warning']);
  });

  it('goes on after a restart, and is not begun again when somebody ended it', () => {
    const engine = startedWith(EXPECTED, 'm\na\nb\n');
    engine.command({ kind: 'forget', rule: 'r', labels: { m: 'b' } });
    const loaded = engineWith(EXPECTED, 'm\na\nb\n');
    loaded.load(engine.save());
    expect(until(loaded, 20)).toEqual(['10 r a firing warning']);
  });
});
