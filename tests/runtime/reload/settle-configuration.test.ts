/** Which tocsin.json counts, and what of a change waits for a restart. */
import { expect, test } from 'vitest';
import { effectiveSite, siteInForce } from '../../../runtime/reload/effective-site.js';
import type { FoundFiles } from '../../../runtime/reload/found-files.js';
import type { Configuration } from '../../../runtime/site/configuration.js';
import { file, found, issue, seen, UNREADABLE } from './folder-fixture.js';

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
  return effectiveSite(inForce, files, { started, check: () => [], now: 0 });
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
    views.flatMap(({ errors }) => errors.map(({ code, severity, message }) => ({ code, severity, message }))),
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
    check: () => [],
    now: 0,
  });
  expect(seen(before).bad).toEqual({});
  const after = effectiveSite(before.inForce, found(rules, '{}'), {
    started: before.configuration,
    check: () => [],
    now: 1,
  });
  expect(seen(after)).toMatchObject({ inForce: rules, bad: { 'a.json': 'broken unknown-receiver' } });
  expect(after.plan.rules).toHaveLength(1);
});

test('a secret that is not there: what the file said before goes on, and the place of the key is shown', () => {
  const good = text({ gateway: 'g' });
  const bad = text({
    gateway: 'g',
    receivers: { a: { webhook: { url: 'http://h/', secret: { env: 'NO' } } } },
  });
  const problem = 'receivers.a.webhook.secret: the environment variable NO is not set';
  const asked: (string | undefined)[] = [];
  const check = ({ receivers }: Configuration) => {
    asked.push(receivers[0]?.name);
    return receivers.length === 0 ? [] : [problem];
  };
  const before = siteInForce([{ path: 'tocsin.json', text: good }]);
  const site = effectiveSite(before, found({}, bad), { started: null, check, now: 0 });
  expect(site.configuration?.receivers).toEqual([]);
  expect(site.inForce.configuration?.text).toBe(good);
  expect(site.views).toMatchObject([
    { state: 'last-good', errors: [{ code: 'missing-secret', line: 1, column: bad.indexOf('{"env"') + 1 }] },
  ]);
  expect(site.views[0]?.errors[0]?.message).toBe(`${problem}.`);
  // What runs already is not asked about again.
  const running = siteInForce([{ path: 'tocsin.json', text: bad }]);
  expect(effectiveSite(running, found({}, bad), { started: null, check, now: 0 }).views).toMatchObject([
    { state: 'ok' },
  ]);
  expect(asked).toEqual(['a']);
});
