/**
 * Which files of a site count: a table of histories. Each step is what is in the folder at a time; expected are the texts
 * that count then, how each file stands, and when to look again.
 */
import { describe, expect, test } from 'vitest';
import {
  type EffectiveSite,
  effectiveSite,
  type SiteInForce,
  siteInForce,
} from '../../../runtime/reload/effective-site.js';
import type { FoundFile, FoundFiles } from '../../../runtime/reload/found-files.js';
import type { Configuration } from '../../../runtime/site/configuration.js';

/** A rule file: each id with its threshold, or with more of the rule. */
const file = (rules: Readonly<Record<string, number | object>>) =>
  JSON.stringify({
    rules: Object.entries(rules).map(([id, more]) => ({
      id,
      inputs: { temp: 'plant/{machine}/temp' },
      when: typeof more === 'number' ? `temp > ${more}` : 'temp > 0',
      ...(typeof more === 'number' ? {} : more),
    })),
  });
const HOT = file({ hot: 80 });
const HOTTER = file({ hot: 90 });
const COLD = file({ cold: 5 });
const BOTH = file({ hot: 80, cold: 5 });
const NONE = file({});
/** As an editor leaves it that is writing: the same rule, cut off. */
const HALF = HOTTER.slice(0, -9);
const UNREADABLE = Symbol('unreadable');

interface Step {
  /** Seconds. */
  readonly at: number;
  /** `null`: the folder `rules` cannot be listed. */
  readonly rules: Readonly<Record<string, string | typeof UNREADABLE>> | null;
  readonly inForce: Readonly<Record<string, string>>;
  /** Those that are not `ok`, each with the codes of its errors. */
  readonly bad?: Readonly<Record<string, string>>;
  readonly again?: number | null;
  readonly isMissingAll?: boolean;
}

const issue = (path: string) =>
  ({
    file: path,
    line: 1,
    column: 1,
    endColumn: 2,
    code: 'unreadable-file',
    severity: 'error',
    message: 'Cannot be read: permission denied.',
    hint: null,
  }) as const;

function found(rules: Step['rules'], configuration: string | null = null): FoundFiles {
  const read = (path: string, text: string | typeof UNREADABLE): FoundFile =>
    typeof text === 'string' ? { kind: 'text', path, text } : { kind: 'unreadable', issue: issue(path) };
  return {
    configuration: configuration === null ? null : read('tocsin.json', configuration),
    rules: new Map(
      Object.entries(rules ?? {}).map(([name, text]) => [`rules/${name}`, read(`rules/${name}`, text)]),
    ),
    folderProblem: rules === null ? issue('rules') : null,
  };
}

const shortName = (path: string) => path.replace('rules/', '');

function seen({ ruleFiles, views, lookAgainAt, isMissingAll }: EffectiveSite) {
  return {
    inForce: Object.fromEntries(ruleFiles.map(({ path, text }) => [shortName(path), text])),
    bad: Object.fromEntries(
      views
        .filter(({ state }) => state !== 'ok')
        .map(({ file: path, state, errors }) => [
          shortName(path),
          [state, ...errors.map(({ code }) => code)].join(' '),
        ]),
    ),
    again: lookAgainAt === null ? null : lookAgainAt / 1000,
    isMissingAll,
  };
}

const SUPPRESSED = file({ cold: { suppressedBy: [{ rule: 'hot' }] } });
const RUNNING_HOT = { at: 0, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } };

const histories: [string, Step[]][] = [
  [
    'a first start takes what is there',
    [{ at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } }],
  ],
  [
    'a first start without any rules',
    [
      { at: 0, rules: {}, inForce: {} },
      { at: 1, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } },
    ],
  ],
  [
    'a first start takes of a file with errors what is right',
    [
      {
        at: 0,
        rules: { 'a.json': file({ hot: 80, cold: { when: 'temp >' } }) },
        inForce: { 'a.json': file({ hot: 80, cold: { when: 'temp >' } }) },
        bad: { 'a.json': 'broken bad-expression' },
      },
    ],
  ],
  [
    'a changed file counts at once',
    [RUNNING_HOT, { at: 1, rules: { 'a.json': HOTTER }, inForce: { 'a.json': HOTTER } }],
  ],
  [
    'a new file counts at once',
    [
      RUNNING_HOT,
      { at: 1, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
    ],
  ],
  [
    'a half-written file keeps what it said, until it is whole',
    [
      RUNNING_HOT,
      { at: 1, rules: { 'a.json': HALF }, inForce: { 'a.json': HOT }, bad: { 'a.json': 'last-good syntax' } },
      {
        at: 2,
        rules: { 'a.json': '' },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good empty-file' },
      },
      {
        at: 99,
        rules: { 'a.json': HALF },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good syntax' },
      },
      { at: 100, rules: { 'a.json': HOTTER }, inForce: { 'a.json': HOTTER } },
    ],
  ],
  [
    'one broken file keeps no other from counting',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': HALF, 'b.json': file({ cold: 6 }) },
        inForce: { 'a.json': HOT, 'b.json': file({ cold: 6 }) },
        bad: { 'a.json': 'last-good syntax' },
      },
    ],
  ],
  [
    'a file that cannot be read keeps what it said; a new one says nothing',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: { 'a.json': UNREADABLE, 'b.json': UNREADABLE },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good unreadable-file', 'b.json': 'broken unreadable-file' },
      },
    ],
  ],
  [
    'a new file with errors counts with the rules that are right',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: { 'a.json': HOT, 'b.json': file({ cold: 5, odd: { when: 'temp >' } }) },
        inForce: { 'a.json': HOT, 'b.json': file({ cold: 5, odd: { when: 'temp >' } }) },
        bad: { 'b.json': 'broken bad-expression' },
      },
    ],
  ],
  [
    'a removed file counts for 5 s more',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 6,
      },
      {
        at: 5.999,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 6,
      },
      { at: 6, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } },
    ],
  ],
  [
    'a file that is back within 5 s was never gone',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 6,
      },
      { at: 4, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 5,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 10,
      },
    ],
  ],
  [
    'a rule that its file does without counts for 5 s more, with the whole file',
    [
      { at: 0, rules: { 'a.json': BOTH }, inForce: { 'a.json': BOTH } },
      {
        at: 1,
        rules: { 'a.json': HOTTER },
        inForce: { 'a.json': BOTH },
        bad: { 'a.json': 'last-good' },
        again: 6,
      },
      { at: 6, rules: { 'a.json': HOTTER }, inForce: { 'a.json': HOTTER } },
    ],
  ],
  [
    'all rules of the only file can be taken out of it',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: { 'a.json': NONE },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good' },
        again: 6,
      },
      { at: 6, rules: { 'a.json': NONE }, inForce: { 'a.json': NONE } },
    ],
  ],
  [
    'a folder that is suddenly empty removes nothing, however long',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: {},
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'a.json': 'missing', 'b.json': 'missing' },
        isMissingAll: true,
      },
      {
        at: 1000,
        rules: {},
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'a.json': 'missing', 'b.json': 'missing' },
        isMissingAll: true,
      },
      {
        at: 1001,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 1006,
      },
      { at: 1006, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } },
    ],
  ],
  [
    'a folder that cannot be listed removes nothing',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: null,
        inForce: { 'a.json': HOT },
        bad: { rules: 'missing unreadable-file', 'a.json': 'missing' },
        isMissingAll: true,
      },
      {
        at: 100,
        rules: null,
        inForce: { 'a.json': HOT },
        bad: { rules: 'missing unreadable-file', 'a.json': 'missing' },
        isMissingAll: true,
      },
    ],
  ],
  [
    'a renamed file: its rule was never away',
    [RUNNING_HOT, { at: 1, rules: { 'z.json': HOT }, inForce: { 'z.json': HOT } }],
  ],
  [
    'a rule is moved to another file: first out, then in',
    [
      {
        at: 0,
        rules: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
      },
      {
        at: 1,
        rules: { 'a.json': COLD, 'b.json': file({ odd: 1 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        bad: { 'a.json': 'last-good' },
        again: 6,
      },
      {
        at: 3,
        rules: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
        inForce: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
      },
    ],
  ],
  [
    'a rule is moved to another file: first in, then out',
    [
      {
        at: 0,
        rules: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
      },
      {
        at: 1,
        rules: { 'a.json': BOTH, 'b.json': file({ odd: 1, hot: 80 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        bad: { 'b.json': 'last-good duplicate-id' },
      },
      {
        at: 60,
        rules: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
        inForce: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
      },
    ],
  ],
  [
    'a rule that is moved into a file with a mistake in it is not lost while that is mended',
    [
      { at: 0, rules: { 'a.json': BOTH }, inForce: { 'a.json': BOTH } },
      {
        at: 1,
        rules: { 'a.json': COLD, 'b.json': file({ hot: { when: 'temp >' } }) },
        inForce: { 'a.json': BOTH },
        bad: { 'a.json': 'last-good', 'b.json': 'broken duplicate-id bad-expression' },
      },
      {
        at: 100,
        rules: { 'a.json': COLD, 'b.json': file({ hot: { when: 'temp >' } }) },
        inForce: { 'a.json': BOTH },
        bad: { 'a.json': 'last-good', 'b.json': 'broken duplicate-id bad-expression' },
      },
      { at: 101, rules: { 'a.json': COLD, 'b.json': HOT }, inForce: { 'a.json': COLD, 'b.json': HOT } },
    ],
  ],
  [
    'of two files with one id the one that runs stays, whatever their names',
    [
      { at: 0, rules: { 'm.json': HOT }, inForce: { 'm.json': HOT } },
      {
        at: 1,
        rules: { 'a.json': HOTTER, 'm.json': HOT, 'z.json': HOTTER },
        inForce: { 'm.json': HOT },
        bad: { 'a.json': 'broken duplicate-id', 'z.json': 'broken duplicate-id' },
      },
      {
        at: 2,
        rules: { 'a.json': HOTTER, 'm.json': file({ hot: 70 }), 'z.json': HOTTER },
        inForce: { 'm.json': file({ hot: 70 }) },
        bad: { 'a.json': 'broken duplicate-id', 'z.json': 'broken duplicate-id' },
      },
      { at: 3, rules: { 'z.json': HOTTER }, inForce: { 'z.json': HOTTER } },
    ],
  ],
  [
    'a file that takes up the id of another stays as it was, and the other goes on changing',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': BOTH, 'b.json': file({ cold: 6 }) },
        inForce: { 'a.json': HOT, 'b.json': file({ cold: 6 }) },
        bad: { 'a.json': 'last-good duplicate-id' },
      },
    ],
  ],
  [
    'two rules change names, each into the file of the other',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      { at: 1, rules: { 'a.json': COLD, 'b.json': HOT }, inForce: { 'a.json': COLD, 'b.json': HOT } },
    ],
  ],
  [
    'a rule that others refer to stays as long as they do',
    [
      {
        at: 0,
        rules: { 'a.json': HOT, 'b.json': SUPPRESSED },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
      },
      {
        at: 1,
        rules: { 'b.json': SUPPRESSED },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
        bad: { 'a.json': 'missing unknown-rule' },
        again: 6,
      },
      {
        at: 60,
        rules: { 'b.json': SUPPRESSED, 'c.json': file({ odd: 1 }) },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED, 'c.json': file({ odd: 1 }) },
        bad: { 'a.json': 'missing unknown-rule' },
      },
      {
        at: 61,
        rules: { 'b.json': COLD, 'c.json': file({ odd: 1 }) },
        inForce: { 'b.json': COLD, 'c.json': file({ odd: 1 }) },
      },
    ],
  ],
  [
    'a rule and those that refer to it change their names together',
    [
      {
        at: 0,
        rules: { 'a.json': HOT, 'b.json': SUPPRESSED },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
      },
      {
        at: 1,
        rules: {
          'a.json': file({ warm: 80 }),
          'b.json': file({ cold: { suppressedBy: [{ rule: 'warm' }] } }),
        },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
        bad: { 'a.json': 'last-good unknown-rule', 'b.json': 'last-good unknown-rule' },
        again: 6,
      },
      {
        at: 6,
        rules: {
          'a.json': file({ warm: 80 }),
          'b.json': file({ cold: { suppressedBy: [{ rule: 'warm' }] } }),
        },
        inForce: {
          'a.json': file({ warm: 80 }),
          'b.json': file({ cold: { suppressedBy: [{ rule: 'warm' }] } }),
        },
      },
    ],
  ],
];

function play(steps: readonly Step[], restartsBetween: boolean): void {
  let before: SiteInForce = siteInForce([]);
  for (const { at, rules, ...expected } of steps) {
    const site = effectiveSite(before, found(rules), { started: null, now: at * 1000 });
    expect(seen(site), `at ${at} s`).toEqual({ bad: {}, again: null, isMissingAll: false, ...expected });
    const changed = new Map(before.rules.texts);
    for (const { path, text } of site.changes) {
      if (text === null) changed.delete(path);
      else changed.set(path, text);
    }
    expect(Object.fromEntries(changed)).toEqual(Object.fromEntries(site.inForce.rules.texts));
    before = restartsBetween ? siteInForce(site.ruleFiles) : site.inForce;
  }
}

test.each(histories)('%s', (_name, steps) => play(steps, false));

describe('a restart between any two steps changes nothing', () => {
  // What is waited for is waited for anew.
  const lasting = histories.filter(([, steps]) => steps.every(({ again }) => again === undefined));
  expect(lasting.length).toBeGreaterThan(10);
  test.each(lasting)('%s', (_name, steps) => play(steps, true));
});

test('looking again at the same folder changes nothing', () => {
  for (const [, steps] of histories) {
    let before = siteInForce([]);
    for (const { at, rules } of steps) {
      const options = { started: null, now: at * 1000 };
      const once = effectiveSite(before, found(rules), options);
      const twice = effectiveSite(once.inForce, found(rules), options);
      expect(twice.changes).toEqual([]);
      expect(seen(twice)).toEqual(seen(once));
      before = twice.inForce;
    }
  }
});

describe('tocsin.json', () => {
  const text = (content: object) => JSON.stringify(content);
  const GOOD = text({ maxSkew: '1m' });
  const configured = (
    before: string | null,
    now: string | typeof UNREADABLE | null,
    started: Configuration | null = null,
  ) => {
    const inForce = siteInForce(before === null ? [] : [{ path: 'tocsin.json', text: before }]);
    const files: FoundFiles = {
      ...found({}),
      configuration:
        now === null
          ? null
          : now === UNREADABLE
            ? { kind: 'unreadable', issue: issue('tocsin.json') }
            : { kind: 'text', path: 'tocsin.json', text: String(now) },
    };
    return effectiveSite(inForce, files, { started, now: 0 });
  };

  test.each<[string, string | null, string | typeof UNREADABLE | null, number | null, string]>([
    ['none and never one: the default', null, null, 300_000, ''],
    ['the first', null, GOOD, 60_000, 'ok'],
    ['the first has errors', null, '{ "maxSkw": 1 }', null, 'broken unknown-key'],
    ['the first cannot be read', null, UNREADABLE, null, 'broken unreadable-file'],
    ['changed', text({ maxSkew: '2m' }), GOOD, 60_000, 'ok'],
    ['broken', GOOD, '{ "maxSkew": "2m"', 60_000, 'last-good syntax'],
    ['empty', GOOD, '', 60_000, 'last-good empty-file'],
    ['not readable any more', GOOD, UNREADABLE, 60_000, 'last-good unreadable-file'],
    ['gone', GOOD, null, 60_000, 'missing'],
    ['set to the default', GOOD, '{}', 300_000, 'ok'],
  ])('%s', (_name, before, now, maxSkewMs, state) => {
    const { configuration, views } = configured(before, now);
    expect(configuration?.maxSkewMs ?? null).toBe(maxSkewMs);
    expect(views.map((view) => [view.state, ...view.errors.map(({ code }) => code)].join(' ')).join()).toBe(
      state,
    );
  });

  test.each<[string, object, string[]]>([
    [
      'receivers and routes',
      { receivers: { a: { webhook: { url: 'http://h/' } } }, routes: [{ to: ['a'] }] },
      [],
    ],
    [
      'payloads, limits, log, timezone',
      { payloads: [{ timestamp: 'ts' }], limits: { series: 5 }, log: { level: 'debug' }, timezone: 'UTC' },
      [],
    ],
    ['the port', { mqtt: { embedded: { port: 1884 } } }, ['mqtt']],
    ['a connection', { mqtt: { connections: [{ name: 'p', url: 'mqtt://h', topics: ['#'] }] } }, ['mqtt']],
    ['the data folder and the name', { data: 'elsewhere', gateway: 'g2' }, ['gateway', 'data']],
  ])('what waits for a restart: %s', (_name, change, keys) => {
    const old = text({ gateway: 'g' });
    const started = configured(null, old).configuration;
    const content = text({ gateway: 'g', ...change });
    const { configuration, needsRestart, views } = configured(old, content, started);
    expect(needsRestart).toEqual(keys);
    expect(
      views.flatMap(({ errors }) =>
        errors.map(({ code, severity, message }) => ({ code, severity, message })),
      ),
    ).toEqual(
      [...keys]
        .sort((a, b) => content.indexOf(`"${a}"`) - content.indexOf(`"${b}"`))
        .map((key) => ({
          code: 'needs-restart',
          severity: 'warning',
          message: `The change of \`${key}\` takes effect at the next start.`,
        })),
    );
    const fixed = (one: Configuration | null) => [
      one?.gateway,
      one?.dataFolder,
      one?.embedded,
      one?.connections,
    ];
    expect(fixed(configuration)).toEqual(fixed(started));
    const live = (one: Configuration | null) => [one?.receivers, one?.routes, one?.payloads, one?.limits];
    expect(live(configuration)).toEqual(live(configured(null, content).configuration));
  });

  test('a rule that notifies a receiver that is gone is shown, and runs', () => {
    const rules = { 'a.json': file({ hot: { notify: ['a'] } }) };
    const receivers = { a: { webhook: { url: 'http://h/' } } };
    const before = effectiveSite(siteInForce([]), found(rules, text({ receivers })), {
      started: null,
      now: 0,
    });
    expect(seen(before).bad).toEqual({});
    const after = effectiveSite(before.inForce, found(rules, '{}'), {
      started: before.configuration,
      now: 1,
    });
    expect(seen(after)).toMatchObject({ inForce: rules, bad: { 'a.json': 'broken unknown-receiver' } });
    expect(after.rules).toHaveLength(1);
  });
});
