/**
 * Views: what a row holds, when it changes, and what those who read it see of that in the same step. Method: small sites
 * and messages, tables of one behaviour each; `differential-views.test.ts` compares with recomputation at random.
 */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import { at, rows, START, until } from './engine-fixture.js';
import { type Source, siteOf } from './view-fixture.js';

const LOAD: Source = {
  id: 'load',
  inputs: { x: 'f/{m}/x' },
  emit: { mean: { avg: 'x', over: '10s' }, now: 'x' },
};
const HIGH: Source = { id: 'high', inputs: { mean: { view: 'load', field: 'mean' } }, when: 'mean > 80' };

const table = (engine: Engine, view = 'load') =>
  engine.rows('view', view).map(({ labels, values }) => [...Object.values(labels), ...Object.values(values)]);

describe('rows', () => {
  it('are one for each instance, with the values of now', () => {
    const engine = createEngine(siteOf({ views: [LOAD] }));
    expect(table(engine)).toEqual([]);
    engine.message(at(0, 'f/b/x', 10));
    engine.message(at(1, 'f/a/x', 1));
    engine.message(at(2, 'f/a/x', 3));
    expect(table(engine)).toEqual([
      ['a', 2, 3],
      ['b', 10, 10],
    ]);
  });

  it('change when time alone changes them', () => {
    const engine = createEngine(siteOf({ views: [LOAD] }));
    engine.message(at(0, 'f/a/x', 10));
    engine.message(at(5, 'f/a/x', 20));
    until(engine, 9.999);
    expect(table(engine)).toEqual([['a', 15, 20]]);
    until(engine, 10);
    expect(table(engine)).toEqual([['a', 20, 20]]);
    until(engine, 15);
    expect(table(engine)).toEqual([['a', null, 20]]);
  });

  it('with `every` hold what was so at the last boundary', () => {
    const engine = createEngine(siteOf({ views: [{ ...LOAD, every: '1m' }] }));
    engine.message(at(30, 'f/a/x', 10));
    expect(table(engine)).toEqual([['a', null, null]]);
    until(engine, 59.999);
    expect(table(engine)).toEqual([['a', null, null]]);
    engine.message(at(60, 'f/a/x', 99));
    expect(table(engine)).toEqual([['a', null, 10]]);
    until(engine, 120);
    expect(table(engine)).toEqual([['a', null, 99]]);
  });

  it('are forgotten as instances are', () => {
    const plan = siteOf({
      views: [{ ...LOAD, forgetAfter: '1h' }],
      rules: [{ ...HIGH, onUnknown: 'resolve' }],
    });
    const engine = createEngine(plan);
    const bare = createEngine(
      siteOf({
        views: [{ ...LOAD, emit: { mean: 'x' }, forgetAfter: '1h' }],
        rules: [{ ...HIGH, onUnknown: 'resolve' }],
      }),
    );
    engine.message(at(0, 'f/a/x', 90));
    bare.message(at(0, 'f/a/x', 90));
    until(engine, 3600);
    expect(table(engine)).toEqual([]);
    expect(until(bare, 3599.999)).toEqual([]);
    expect(until(bare, 3600)).toEqual(['3600 high a resolved warning unknown']);
  });
});

describe('rules that read a view', () => {
  it('see it in the same step', () => {
    const engine = createEngine(siteOf({ views: [LOAD], rules: [HIGH] }));
    expect(rows(engine.message(at(0, 'f/a/x', 81)))).toEqual(['0 high a firing warning']);
    expect(rows(engine.message(at(1, 'f/a/x', 70)))).toEqual(['1 high a resolved warning normal']);
    expect(rows(engine.message(at(2, 'f/b/x', 70)))).toEqual([]);
  });

  it('see what time alone changes in the step that it makes', () => {
    const engine = createEngine(siteOf({ views: [LOAD], rules: [HIGH] }));
    engine.message(at(0, 'f/a/x', 70));
    engine.message(at(5, 'f/a/x', 90));
    expect(until(engine, 9.999)).toEqual([]);
    expect(until(engine, 10)).toEqual(['10 high a firing warning']);
  });

  it('see rows with `every` at the boundaries only', () => {
    const rule = { id: 'r', inputs: { now: { view: 'load', field: 'now' } }, when: 'now > 80' };
    const engine = createEngine(siteOf({ views: [{ ...LOAD, every: '1m' }], rules: [rule] }));
    expect(rows(engine.message(at(1, 'f/a/x', 90)))).toEqual([]);
    expect(until(engine, 60)).toEqual(['60 r a firing warning']);
    expect(rows(engine.message(at(61, 'f/a/x', 1)))).toEqual([]);
    expect(until(engine, 120)).toEqual(['120 r a resolved warning normal']);
  });

  it('count its readings, one for each step in which it gives one', () => {
    const rule = {
      id: 'r',
      inputs: { now: { view: 'load', field: 'now' } },
      when: { count: 'now', over: '10s', atLeast: 3 },
    };
    const engine = createEngine(siteOf({ views: [LOAD], rules: [rule] }));
    engine.message(at(0, 'f/a/x', 5));
    engine.message(at(1, 'f/a/x', 5));
    expect(rows(engine.message(at(1.5, 'f/a/x', 1, { time: START })))).toEqual([]);
    expect(rows(engine.message(at(2, 'f/a/x', 5)))).toEqual(['2 r a firing warning']);
  });

  it('pool the rows that they do not tell apart', () => {
    const rule = {
      id: 'r',
      inputs: { mean: { view: 'load', field: 'mean' } },
      groupBy: [],
      when: { max: 'mean', across: 'm', above: 80 },
    };
    const engine = createEngine(siteOf({ views: [LOAD], rules: [rule] }));
    expect(rows(engine.message(at(0, 'f/a/x', 70)))).toEqual([]);
    expect(rows(engine.message(at(1, 'f/b/x', 90)))).toEqual(['1 r firing warning']);
    expect(until(engine, 10)).toEqual([]);
    expect(rows(engine.message(at(10, 'f/b/x', 0)))).toEqual(['10 r resolved warning normal']);
  });

  it('share a view of fewer labels', () => {
    const line = { id: 'ambient', inputs: { t: 'f/{line}/ambient' }, emit: { t: 't' } };
    const rule = {
      id: 'r',
      inputs: { x: 'f/{line}/{m}/x', ambient: { view: 'ambient', field: 't' } },
      when: 'x - ambient > 10',
    };
    const engine = createEngine(siteOf({ views: [line], rules: [rule] }));
    engine.message(at(0, 'f/l/ambient', 20));
    engine.message(at(1, 'f/l/a/x', 25));
    engine.message(at(2, 'f/l/b/x', 31));
    expect(rows(engine.message(at(3, 'f/l/ambient', 10)))).toEqual(['3 r l a firing warning']);
  });

  it('take delays on from the view', () => {
    const engine = createEngine(
      siteOf({ views: [LOAD], rules: [{ ...HIGH, when: { value: 'mean', above: 80, for: '3s' } }] }),
    );
    engine.message(at(0, 'f/a/x', 90));
    engine.message(at(1, 'f/a/x', 95));
    expect(until(engine, 2.999)).toEqual([]);
    expect(until(engine, 3)).toEqual(['3 high a firing warning']);
  });

  it('carry `stale` while what the view is made of is silent', () => {
    const engine = createEngine(siteOf({ views: [LOAD], rules: [HIGH] }));
    engine.message(at(0, 'f/a/x', 90));
    engine.silence('f/a/x', true);
    expect(rows(engine.message(at(1, 'f/a/x', 0)))).toEqual(['1 high a resolved warning normal stale']);
    engine.silence('f/a/x', false);
    expect(rows(engine.message(at(2, 'f/a/x', 999)))).toEqual(['2 high a firing warning']);
  });

  it('wait with `absent` while the connection is down that the view is fed by', () => {
    const rule = {
      id: 'r',
      inputs: { now: { view: 'load', field: 'now' } },
      when: { absent: 'now', for: '10s' },
    };
    const engine = createEngine(siteOf({ views: [LOAD], rules: [rule] }));
    engine.message(at(0, 'f/a/x', 1, { source: 'plant' }));
    until(engine, 4);
    engine.connection('plant', false);
    expect(until(engine, 100)).toEqual([]);
    engine.connection('plant', true);
    expect(until(engine, 105.999)).toEqual([]);
    expect(until(engine, 106)).toEqual(['106 r a firing warning']);
  });
});

describe('views that read views', () => {
  const views = [
    {
      id: 'a-total',
      inputs: { y: { view: 'z-scaled', field: 'y' } },
      groupBy: [],
      emit: { n: { sum: 'y', across: 'm' } },
    },
    { id: 'z-scaled', inputs: { x: 'f/{m}/x' }, emit: { y: 'x * 2' } },
  ];
  const rule = { id: 'r', inputs: { n: { view: 'a-total', field: 'n' } }, when: 'n >= 10' };

  it('settle after them, whatever they are called', () => {
    const engine = createEngine(siteOf({ views, rules: [rule] }));
    expect(rows(engine.message(at(0, 'f/p/x', 2)))).toEqual([]);
    expect(rows(engine.message(at(1, 'f/q/x', 3)))).toEqual(['1 r firing warning']);
    expect(table(engine, 'a-total')).toEqual([[10]]);
  });
});

describe('restarts and other rules', () => {
  const plan = siteOf({
    views: [{ ...LOAD, every: '10s' }],
    rules: [{ ...HIGH, inputs: { mean: { view: 'load', field: 'now' } } }],
  });

  it('keep rows', () => {
    const engine = createEngine(plan);
    engine.message(at(1, 'f/a/x', 90));
    until(engine, 12);
    const loaded = createEngine(plan);
    loaded.load(engine.save());
    expect(table(loaded)).toEqual([['a', 90, 90]]);
    expect(loaded.save()).toEqual(engine.save());
    for (const each of [engine, loaded]) each.message(at(13, 'f/a/x', 1));
    expect(until(loaded, 20)).toEqual(['20 high a resolved warning normal']);
    expect(until(engine, 20)).toEqual(['20 high a resolved warning normal']);
  });

  it('a boundary in a gap comes when it is over', () => {
    const engine = createEngine(plan);
    engine.message(at(1, 'f/a/x', 90));
    expect(rows(engine.gap(START + 2000, START + 25_000))).toEqual(['25 high a firing warning']);
  });

  it('a rule that comes later sees the rows there are', () => {
    const engine = createEngine(siteOf({ views: [LOAD] }));
    engine.message(at(0, 'f/a/x', 90));
    engine.replan(siteOf({ views: [LOAD], rules: [HIGH] }));
    expect(engine.instances('high')).toEqual([]);
    expect(rows(engine.message(at(1, 'f/a/x', 91)))).toEqual(['1 high a firing warning']);
  });

  it('a view that says something else is seen at once', () => {
    const engine = createEngine(siteOf({ views: [LOAD], rules: [HIGH] }));
    engine.message(at(0, 'f/a/x', 50));
    engine.advance(START + 1000);
    const doubled = { ...LOAD, emit: { mean: 'x * 2', now: 'x' } };
    expect(rows(engine.replan(siteOf({ views: [doubled], rules: [HIGH] })))).toEqual([
      '1 high a firing warning',
    ]);
    expect(
      rows(engine.replan(siteOf({ views: [{ ...LOAD, emit: { mean: 'x / 2', now: 'x' } }], rules: [HIGH] }))),
    ).toEqual(['1 high a resolved warning normal']);
  });

  it('a view with other inputs begins anew', () => {
    const engine = createEngine(siteOf({ views: [LOAD], rules: [{ ...HIGH, onUnknown: 'resolve' }] }));
    engine.message(at(0, 'f/a/x', 90));
    const other = { ...LOAD, inputs: { x: 'g/{m}/x' } };
    expect(
      rows(engine.replan(siteOf({ views: [other], rules: [{ ...HIGH, onUnknown: 'resolve' }] }))),
    ).toEqual(['0 high a resolved warning unknown']);
    expect(rows(engine.message(at(1, 'f/a/x', 99)))).toEqual([]);
    expect(rows(engine.message(at(2, 'g/a/x', 99)))).toEqual(['2 high a firing warning']);
  });
});

describe('what is published', () => {
  it('are the rows that may have changed', () => {
    const engine = createEngine(siteOf({ views: [{ ...LOAD, publish: 'views/load/{m}' }] }));
    engine.message(at(0, 'f/a/x', 1));
    engine.message(at(0, 'f/b/x', 2));
    expect(engine.changedRows()).toEqual([
      { view: 'load', labels: { m: 'a' }, values: { mean: 1, now: 1 } },
      { view: 'load', labels: { m: 'b' }, values: { mean: 2, now: 2 } },
    ]);
    expect(engine.changedRows()).toEqual([]);
    until(engine, 10);
    expect(engine.changedRows().map(({ values }) => values)).toEqual([
      { mean: null, now: 1 },
      { mean: null, now: 2 },
    ]);
  });

  it('and those that are no more', () => {
    const engine = createEngine(
      siteOf({ views: [{ ...LOAD, publish: 'views/load/{m}', forgetAfter: '1h' }] }),
    );
    engine.message(at(0, 'f/a/x', 1));
    until(engine, 3599);
    engine.changedRows();
    until(engine, 3600);
    expect(engine.changedRows()).toEqual([{ view: 'load', labels: { m: 'a' }, values: null }]);
  });
});

it('no message reaches a topic of a view', () => {
  const engine = createEngine(
    siteOf({ views: [LOAD], rules: [HIGH, { id: 'all', inputs: { v: '#' }, when: 'v > 0' }] }),
  );
  const events = engine.message(at(0, '$\u0000view/load/a', { mean: 99 }));
  expect(rows(events)).toEqual([]);
});
