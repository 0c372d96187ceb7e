// Rules change while they run, 100 s after the start: the events of the swap, and of what comes next.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { RuleEngine } from '../../../rules/engine/rule-engine.js';
import type { Message } from '../../../rules/reading.js';
import { suppliedPattern } from '../../../rules/supply.js';
import { at, planOf, rows } from './engine-fixture.js';
import { AT_90, HOT, type Swap, verify } from './replan-fixture.js';

describe('a rule that is gone', () => {
  it.each<Swap>([
    {
      name: 'resolves its firing alert',
      before: [HOT],
      came: AT_90,
      after: [],
      swap: ['100 hot a resolved warning rule removed'],
      thenCame: [[101, 'f/a/x', 1]],
    },
    {
      name: 'resolves a latched alert',
      before: [{ ...HOT, latch: true }],
      came: [...AT_90, [1, 'f/a/x', 1]],
      after: [],
      swap: ['100 hot a resolved warning rule removed'],
    },
    {
      name: 'breaks off a delay',
      before: [{ ...HOT, when: { value: 'x', above: 80, for: '10m' } }],
      came: AT_90,
      after: [],
      swap: ['100 hot a cleared warning pending'],
      until: 700,
    },
    {
      name: 'says so when it is only switched off',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, enabled: false }],
      swap: ['100 hot a resolved warning disabled'],
      thenCame: [[101, 'f/a/x', 91]],
    },
    {
      name: 'ends its alerts in the order of their labels, among those of other rules',
      before: [HOT, { ...HOT, id: 'b' }, { ...HOT, id: 'z' }],
      came: [
        [0, 'f/b/x', 90],
        [1, 'f/a/x', 90],
      ],
      after: [{ ...HOT, id: 'b', when: { value: 'x', above: 95 } }],
      swap: [
        '100 b a resolved warning rule changed',
        '100 b b resolved warning rule changed',
        '100 hot a resolved warning rule removed',
        '100 hot b resolved warning rule removed',
        '100 z a resolved warning rule removed',
        '100 z b resolved warning rule removed',
      ],
    },
    {
      name: 'begins anew when it comes back',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, id: 'hotter' }],
      swap: ['100 hot a resolved warning rule removed'],
      thenCame: [
        [101, 'f/a/x', 90],
        [102, 'f/a/x', 1],
      ],
      next: ['101 hotter a firing warning', '102 hotter a resolved warning normal'],
    },
  ])('$name', verify);
});

describe('a rule in other words', () => {
  it('keeps the episode, the delays and the values, and says the new words', () => {
    const engine = createEngine(planOf({ ...HOT, message: 'old', labels: { team: 'a' } }));
    const [firing] = engine.message(at(0, 'f/a/x', 90));
    const words = { message: 'new', title: 'T', labels: { team: 'b' }, notify: [], runbook: 'https://e/r' };
    expect(engine.replan(planOf({ ...HOT, ...words }))).toEqual([]);
    const [resolved] = engine.message(at(1, 'f/a/x', 70));
    expect(resolved).toMatchObject({ event: 'resolved', message: 'new', labels: { m: 'a', team: 'b' } });
    expect(resolved?.episode).toBe(firing?.episode);
  });

  it.each<Swap>([
    {
      name: 'keeps a deadband',
      before: [{ ...HOT, when: { value: 'x', above: 80, deadband: 5 } }],
      came: [...AT_90, [1, 'f/a/x', 78]],
      after: [{ ...HOT, when: { value: 'x', above: 80, deadband: 5 }, message: 'new' }],
      swap: [],
      thenCame: [
        [101, 'f/a/x', 76],
        [102, 'f/a/x', 75],
      ],
      next: ['102 hot a resolved warning normal'],
    },
    {
      name: 'keeps a delay',
      before: [{ ...HOT, when: { value: 'x', above: 80, for: '3m' } }],
      came: AT_90,
      after: [{ ...HOT, when: { value: 'x', above: 80, for: '3m' }, quiet: true }],
      swap: [],
      until: 180,
      next: ['180 hot a firing warning'],
    },
    {
      name: 'may be another severity of a plain `when`',
      before: [HOT],
      came: AT_90,
      after: [{ ...HOT, severity: 'critical' }],
      swap: ['100 hot a severity critical was warning'],
      thenCame: [[101, 'f/a/x', 1]],
      next: ['101 hot a resolved critical normal'],
    },
    {
      name: 'may make room for fewer instances',
      before: [HOT],
      came: [
        [0, 'f/a/x', 1],
        [1, 'f/b/x', 1],
      ],
      after: [{ ...HOT, maxInstances: 1 }],
      swap: [],
      thenCame: [[101, 'f/c/x', 90]],
      next: ['101 hot c firing warning'],
    },
  ])('$name', verify);
});

describe('a new rule', () => {
  it.each<Swap>([
    {
      name: 'begins with readings, of topics that are known',
      before: [HOT],
      came: AT_90,
      after: [HOT, { ...HOT, id: 'also' }],
      swap: [],
      thenCame: [[101, 'f/a/x', 91]],
      next: ['101 also a firing warning'],
    },
    {
      name: 'reads topics that nobody read',
      before: [HOT],
      came: [[0, 'f/a/y', 90]],
      after: [HOT, { ...HOT, id: 'also', inputs: { x: 'f/{m}/y' } }],
      swap: [],
      thenCame: [[101, 'f/a/y', 91]],
      next: ['101 also a firing warning'],
    },
    {
      name: 'reads another field of a known topic',
      before: [{ ...HOT, inputs: { x: { topic: 'f/{m}/x', field: 'b' } } }],
      came: [[0, 'f/a/x', { a: 1, b: 90 }]],
      after: [
        { ...HOT, inputs: { x: { topic: 'f/{m}/x', field: 'b' } } },
        { ...HOT, id: 'also', inputs: { x: { topic: 'f/{m}/x', field: 'a' } } },
      ],
      swap: [],
      thenCame: [[101, 'f/a/x', { a: 91, b: 1 }]],
      next: ['101 also a firing warning', '101 hot a resolved warning normal'],
    },
    {
      name: 'knows the values of a shared input from before',
      before: [{ ...HOT, inputs: { x: 'limit' } }],
      came: [[0, 'limit', 50]],
      after: [
        { ...HOT, inputs: { x: 'limit' } },
        { ...HOT, id: 'also', inputs: { x: 'f/{m}/x', limit: 'limit' }, when: 'x > limit' },
      ],
      swap: [],
      thenCame: [[101, 'f/a/x', 51]],
      next: ['101 also a firing warning'],
    },
    {
      name: 'pools topics that are known',
      before: [HOT],
      came: [
        [0, 'f/a/x', 1],
        [1, 'f/b/x', 2],
      ],
      after: [HOT, { ...HOT, id: 'all', groupBy: [], when: { sum: 'x', across: 'm', above: 12 } }],
      swap: [],
      thenCame: [
        [101, 'f/a/x', 10],
        [102, 'f/a/x', 11],
      ],
      next: ['102 all firing warning'],
    },
  ])('$name', verify);
});

describe('the swap', () => {
  it('fires first what is due, also what a slice left over', () => {
    const engine = createEngine(planOf({ ...HOT, when: { value: 'x', above: 80, for: '10s' } }));
    const machines: Message[] = ['a', 'b', 'c'].map((machine) => at(0, `f/${machine}/x`, 90));
    for (const message of machines) engine.message(message);
    engine.advance(at(10, '', 0).time, 1);
    expect(rows(engine.replan(planOf()))).toEqual([
      '10 hot b firing warning',
      '10 hot c firing warning',
      '10 hot a resolved warning rule removed',
      '10 hot b resolved warning rule removed',
      '10 hot c resolved warning rule removed',
    ]);
  });

  it('changes nothing when one of the rules cannot run', () => {
    const plan = planOf(HOT);
    const engine = createEngine(plan);
    engine.message(at(0, 'f/a/x', 90));
    const [rule] = plan.rules;
    const pattern = suppliedPattern({ kind: 'view', id: 'v', groupBy: [] });
    const inputs = [
      { name: 'x', source: { kind: 'view', view: 'v', field: 'f', pattern }, maxAgeMs: null, unit: null },
    ] as const;
    if (rule === undefined) throw new Error('a plan without a rule');
    const cannotRun = { ...rule, inputs, groupBy: [] };
    const before = engine.save();
    expect(() => engine.replan({ rules: [cannotRun] })).toThrow('no view v');
    expect(engine.save()).toEqual(before);
  });

  it('makes a rule forget after another time', () => {
    const engine = createEngine(planOf(HOT));
    engine.message(at(0, 'f/a/x', 1));
    engine.advance(at(100, '', 0).time);
    engine.replan(planOf({ ...HOT, forgetAfter: '101s' }));
    engine.advance(at(100.999, '', 0).time);
    expect(engine.counters.instances).toBe(1);
    engine.advance(at(101, '', 0).time);
    expect(engine.counters.instances).toBe(0);
    engine.message(at(200, 'f/a/x', 1));
    engine.advance(at(250, '', 0).time);
    engine.replan(planOf({ ...HOT, forgetAfter: '30s' }));
    expect(engine.nextDeadline()).toBeLessThanOrEqual(engine.time);
    engine.advance(engine.time);
    expect(engine.counters.instances).toBe(0);
  });

  it('leaves the instances of a rule that did not change the same objects', () => {
    const engine = new RuleEngine(planOf(HOT, { ...HOT, id: 'a' }));
    engine.message(at(0, 'f/a/x', 90));
    const instance = engine.population.find('hot', { m: 'a' });
    engine.replan(planOf(HOT));
    expect(engine.population.find('hot', { m: 'a' })).toBe(instance);
    expect(rows(engine.message(at(1, 'f/a/x', 1)))).toEqual(['1 hot a resolved warning normal']);
  });

  it('to the same rules is no step', () => {
    const engine = createEngine(planOf(HOT));
    engine.message(at(0, 'f/a/x', 90));
    const before = engine.save();
    expect(engine.replan(planOf(HOT))).toEqual([]);
    expect(engine.save()).toEqual(before);
  });
});
