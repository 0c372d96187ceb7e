/**
 * Models as inputs of rules: what is scored when, and what rules see of it. Method: sites of a few files, with the kinds that
 * there are, and with a made-up kind that gives back what it was asked.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ModelKind } from '../../../models/model-kind.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine, Plan } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { JsonValue } from '../../../rules/reading.js';
import { modelKindsFor } from '../../../runtime/models/model-kinds.js';
import { modelMaker } from '../../../runtime/models/model-maker.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import { journalLine } from '../../../runtime/replay/journal-line.js';
import { parseJournalLine } from '../../../runtime/replay/parse-journal-line.js';
import { loadPlan } from '../../../runtime/site/load-plan.js';
import { at, rows, START, until } from '../../rules/engine/engine-fixture.js';
import { seededRandom } from '../../seeded-random.js';

type Source = Readonly<Record<string, JsonValue>>;

/** Gives the sum of a row's numbers once it has seen `warmUp` rows, and how many it has seen; and notes each row. */
function sumKind(scored: unknown[]): ModelKind {
  return {
    name: 'sum',
    source: 'online',
    settings: z.strictObject({ warmUp: z.int().min(0).prefault(0) }),
    check: () => [],
    outputs: () => [
      { name: 'sum', kind: 'number' },
      { name: 'seen', kind: 'number' },
    ],
    createScorer: ({ settings, instance }) => {
      const { warmUp } = settings as { warmUp: number };
      let seen = 0;
      return {
        outputs: [],
        score: (time, row) => {
          seen += 1;
          scored.push([instance.join('/'), (time - START) / 1000, ...row]);
          const numbers = row.map((value) => (typeof value === 'number' ? value : Number.NaN));
          const sum = numbers.reduce((a, b) => a + b, 0);
          const isReady = seen > warmUp;
          return {
            quality: isReady ? 'ok' : 'warmup',
            outputs: [isReady && !Number.isNaN(sum) ? sum : null, seen],
          };
        },
        mark: (time, event) => scored.push([instance.join('/'), (time - START) / 1000, event]),
        save: () => ({ seen, list: new Float64Array([seen]) }),
        load: (state) => {
          seen = (state as { seen: number }).seen;
        },
      };
    },
  };
}

const files = ({ models, rules = [] }: { models: readonly Source[]; rules?: readonly Source[] }) => [
  ...models.map((model) => ({ path: `models/${String(model['id'])}.json`, text: JSON.stringify(model) })),
  { path: 'rules/r.json', text: JSON.stringify({ rules }) },
];

function siteOf(
  site: { models: readonly Source[]; rules?: readonly Source[] },
  scored: unknown[] = [],
): Plan {
  const { plan, issues } = loadRules(files(site), { models: modelMaker({ kinds: [sumKind(scored)] }) });
  if (issues.length > 0) throw new Error(`refused: ${JSON.stringify(issues, null, 2)}`);
  return plan;
}

const MODEL: Source = {
  id: 'm',
  kind: 'sum',
  inputs: { x: 'f/{m}/x', y: 'f/{m}/y' },
  let: { z: 'x * 10' },
  features: ['x', 'z'],
};
const RULE: Source = { id: 'r', inputs: { sum: { model: 'm', output: 'sum' } }, when: 'sum > 100' };

describe('scoring', () => {
  it('is at every reading of a feature, in its step', () => {
    const scored: unknown[] = [];
    const engine = createEngine(siteOf({ models: [MODEL], rules: [RULE] }, scored));
    expect(rows(engine.message(at(1, 'f/a/x', 9)))).toEqual([]);
    expect(rows(engine.message(at(2, 'f/a/y', 9)))).toEqual([]);
    expect(rows(engine.message(at(3, 'f/a/x', 10)))).toEqual(['3 r a firing warning']);
    expect(scored).toEqual([
      ['a', 1, 9, 90],
      ['a', 3, 10, 100],
    ]);
  });

  it('leaves late readings out', () => {
    const scored: unknown[] = [];
    const engine = createEngine(siteOf({ models: [MODEL] }, scored));
    engine.message(at(5, 'f/a/x', 1));
    engine.message(at(6, 'f/a/x', 2, { time: START }));
    expect(scored).toEqual([['a', 5, 1, 10]]);
  });

  it('with `every` is on a grid on which each instance has a place of its own', () => {
    const scored: [string, number][] = [];
    const engine = createEngine(siteOf({ models: [{ ...MODEL, every: '10s' }] }, scored));
    for (const machine of ['a', 'b', 'c']) engine.message(at(0, `f/${machine}/x`, 1));
    until(engine, 60);
    const times = (machine: string) => scored.filter(([name]) => name === machine).map(([, time]) => time);
    for (const machine of ['a', 'b', 'c']) {
      const own = times(machine);
      expect(own.length).toBe(6);
      expect(own.slice(1).map((time, i) => Math.round((time - (own[i] ?? 0)) * 1000))).toEqual([
        10_000, 10_000, 10_000, 10_000, 10_000,
      ]);
    }
    expect(new Set(['a', 'b', 'c'].map((machine) => times(machine)[0])).size).toBe(3);
  });

  it('sees a feature that is not known as `null`', () => {
    const scored: unknown[] = [];
    const engine = createEngine(siteOf({ models: [{ ...MODEL, features: ['x', 'y'] }] }, scored));
    engine.message(at(0, 'f/a/y', 1));
    expect(scored).toEqual([['a', 0, null, 1]]);
  });
});

describe('outputs', () => {
  it('are unknown until they can be trusted, and the quality says why', () => {
    const engine = createEngine(siteOf({ models: [{ ...MODEL, warmUp: 2 }], rules: [RULE] }));
    const table = () => engine.rows('model', 'm');
    for (const second of [0, 1]) expect(rows(engine.message(at(second, 'f/a/x', 50)))).toEqual([]);
    expect(table()).toEqual([{ labels: { m: 'a' }, values: { sum: null, seen: 2 }, quality: 'warmup' }]);
    expect(rows(engine.message(at(2, 'f/a/x', 50)))).toEqual(['2 r a firing warning']);
    expect(table()).toEqual([{ labels: { m: 'a' }, values: { sum: 550, seen: 3 }, quality: 'ok' }]);
  });

  it('hold until the next scoring', () => {
    const engine = createEngine(siteOf({ models: [MODEL], rules: [RULE] }));
    engine.message(at(0, 'f/a/x', 50));
    expect(until(engine, 3600)).toEqual([]);
    expect(rows(engine.message(at(3601, 'f/a/x', 1)))).toEqual(['3601 r a resolved warning normal']);
  });

  it('feed other models and views', () => {
    const second: Source = { id: 'a-second', kind: 'sum', inputs: { sum: { model: 'm', output: 'sum' } } };
    const rule: Source = {
      id: 'r',
      inputs: { sum: { model: 'a-second', output: 'sum' } },
      when: 'sum > 100',
    };
    const engine = createEngine(siteOf({ models: [second, MODEL], rules: [rule] }));
    expect(rows(engine.message(at(0, 'f/a/x', 10)))).toEqual(['0 r a firing warning']);
  });
});

describe('restarts and other files', () => {
  const site = { models: [{ ...MODEL, warmUp: 3 }], rules: [RULE] };
  const fed = (engine: Engine, from: number, to: number) => {
    for (let second = from; second < to; second++) engine.message(at(second, 'f/a/x', 50));
  };

  it('keep what a scorer has learnt', () => {
    const engine = createEngine(siteOf(site));
    fed(engine, 0, 3);
    const loaded = createEngine(siteOf(site));
    loaded.load(structuredClone(engine.save()));
    expect(loaded.rows('model', 'm')).toEqual(engine.rows('model', 'm'));
    expect(loaded.save()).toEqual(engine.save());
    expect(rows(loaded.message(at(3, 'f/a/x', 50)))).toEqual(['3 r a firing warning']);
  });

  it('keep it through changed words, and not through changed settings', () => {
    const engine = createEngine(siteOf(site));
    fed(engine, 0, 3);
    engine.replan(siteOf({ ...site, models: [{ ...MODEL, warmUp: 3, title: 'Sum' }] }));
    expect(engine.rows('model', 'm')[0]?.values['seen']).toBe(3);
    engine.replan(siteOf({ ...site, models: [{ ...MODEL, warmUp: 4 }] }));
    fed(engine, 4, 5);
    expect(engine.rows('model', 'm')[0]?.values['seen']).toBe(1);
  });
});

describe('an anomaly model', () => {
  const anomaly: Source = { id: 'bearing', kind: 'anomaly', inputs: { vib: 'f/{m}/vib' } };
  const rule: Source = {
    id: 'odd',
    inputs: { odd: { model: 'bearing', output: 'anomalous' }, score: { model: 'bearing', output: 'score' } },
    when: 'odd',
    message: '{m} is unlike itself ({score})',
  };
  const site = files({ models: [anomaly], rules: [rule] });
  beforeAll(() => modelKindsFor(site));

  /** A calm bearing of 2 mm/s, which is worn from the second of `worn` on. */
  function run(engine: Engine, { seconds, worn }: { seconds: number; worn: number }): string[] {
    const random = seededRandom(7);
    const events: string[] = [];
    for (let second = 0; second < seconds; second++) {
      const noise = (random() + random() + random() - 1.5) * 0.2;
      const level = second < worn ? 2 : 5;
      events.push(...rows(engine.message(at(second, 'f/p1/vib', level + noise))));
    }
    return events;
  }

  it('learns by itself and fires a rule when the machine becomes another', () => {
    const { plan, issues } = loadPlan(site);
    expect(issues).toEqual([]);
    const calm = run(createEngine(plan), { seconds: 2000, worn: 5000 });
    const worn = run(createEngine(plan), { seconds: 2000, worn: 1500 });
    // One calm reading in a thousand may be called anomalous.
    expect(calm.filter((event) => event.includes('firing')).length).toBeLessThanOrEqual(4);
    const other = worn.filter((event) => !calm.includes(event));
    expect(other[0]).toMatch(/^15[01]\d odd p1 firing warning$/);
  });
});

describe('a model file', () => {
  const of = (model: Source) =>
    loadRules([{ path: 'models/a.json', text: JSON.stringify(model) }], {
      models: modelMaker({ kinds: [sumKind([])] }),
    });
  it.each<[name: string, change: Source, code: string | null]>([
    ['right', {}, null],
    ['a key of its kind', { warmUp: 5 }, null],
    ['training', { train: { history: '30d', schedule: '0 3 * * *' } }, null],
    ['a bad schedule', { train: { schedule: 'at night' } }, 'invalid-value'],
    ['another kind', { kind: 'summ' }, 'invalid-value'],
    ['a wrong setting', { warmUp: -1 }, 'out-of-range'],
    ['a misspelt setting', { warmup: 1 }, 'unknown-key'],
    ['a feature that is not there', { features: ['q'] }, 'unknown-name'],
    ['a feature twice', { features: ['x', 'x'] }, 'invalid-value'],
    ['no features', { features: [] }, 'empty-list'],
    ['a condition', { when: 'x > 1' }, 'unknown-key'],
  ])('%s', (_name, change, code) => {
    const { plan, issues } = of({ ...MODEL, ...change });
    expect(issues.map((issue) => issue.code)).toEqual(code === null ? [] : [code]);
    expect(plan.models?.length).toBe(code === null ? 1 : 0);
  });

  it('gives the outputs of its kind, and no others', () => {
    const rule = (output: string) => ({ id: 'r', inputs: { o: { model: 'm', output } }, when: 'o > 1' });
    const issuesOf = (output: string) =>
      loadRules(files({ models: [MODEL], rules: [rule(output)] }), {
        models: modelMaker({ kinds: [sumKind([])] }),
      }).issues.map(({ hint }) => hint);
    expect(issuesOf('sum')).toEqual([]);
    expect(issuesOf('summ')).toEqual(['Did you mean `sum`?']);
  });
});

describe('a mark', () => {
  const mark = (labels: Record<string, string>) => ({ kind: 'mark', event: 'failure', labels }) as const;
  const RELAY: Source = { id: 'all', kind: 'sum', inputs: { x: 'f/+/x' } };

  it.each<[Record<string, string>, readonly string[]]>([
    [{ m: 'a' }, ['a', '']],
    [{ m: 'b', shift: 'late' }, ['b', '']],
    [{ m: 'c' }, ['']],
    [{}, ['']],
  ])('%j reaches the scorers of %j', (labels, told) => {
    const scored: unknown[] = [];
    const engine = createEngine(siteOf({ models: [MODEL, RELAY] }, scored));
    for (const machine of ['a', 'b']) engine.message(at(0, `f/${machine}/x`, 1));
    scored.length = 0;
    engine.advance(START + 2000);
    expect(engine.command(mark(labels))).toEqual({ kind: 'done', events: [] });
    expect(scored.toSorted()).toEqual(told.map((machine) => [machine, 2, 'failure']).toSorted());
  });

  it('goes through a journal', () => {
    const record = { kind: 'command', time: START + 2000, command: mark({ m: 'a' }) } as const;
    expect(parseJournalLine(journalLine(record))).toEqual(record);
    const scored: unknown[] = [];
    const engine = createEngine(siteOf({ models: [MODEL] }, scored));
    engine.message(at(0, 'f/a/x', 1));
    foldRecord(engine, record);
    expect(scored.at(-1)).toEqual(['a', 2, 'failure']);
  });
});
