/** The client and the socket together: what the target gives is what the caller gets, whatever is asked. */
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { type ControlClient, connectControl } from '../../../runtime/control/control-client.js';
import { listenControl } from '../../../runtime/control/control-socket.js';
import type { DeliveryFilter } from '../../../runtime/control/control-target.js';
import { temporarySite } from '../temporary-site.js';
import { FakeTarget, TABLE } from './fake-target.js';

async function connected(target: FakeTarget): Promise<ControlClient> {
  const dataFolder = temporarySite({});
  const faults: unknown[] = [];
  const socket = await listenControl({
    dataFolder,
    target,
    clock: systemClock,
    onFault: (error) => faults.push(error),
  });
  onTestFinished(async () => {
    await socket.stop();
    expect(faults).toEqual([]);
  });
  const client = await connectControl(dataFolder);
  if (client === null) throw new Error('not running');
  return client;
}

const ALL: DeliveryFilter = { states: [], receiver: null, limit: 10 };

test.each<[string, (client: ControlClient) => Promise<unknown>, (target: FakeTarget) => unknown, unknown]>([
  ['status', (client) => client.status(), (target) => target.statusView, 'status'],
  ['alerts', (client) => client.alerts(), (target) => target.alertViews, 'alerts'],
  ['all deliveries', (client) => client.deliveries(ALL), (target) => target.deliveryViews, ALL],
  [
    'some deliveries',
    (client) => client.deliveries({ states: ['dead', 'expired'], receiver: 'böse & co', limit: 1 }),
    (target) => target.deliveryViews,
    { states: ['dead', 'expired'], receiver: 'böse & co', limit: 1 },
  ],
  [
    'a command',
    (client) => client.command({ kind: 'reset', rule: 'r', labels: { __proto__x: '1', 'a/b': 'ü?' } }),
    (target) => target.commandOutcome,
    { kind: 'reset', rule: 'r', labels: { __proto__x: '1', 'a/b': 'ü?' } },
  ],
  [
    'instances of a rule with a name of any kind',
    (client) => client.instances('a/b?c#d e%'),
    (target) => target.instanceViews,
    { instances: 'a/b?c#d e%' },
  ],
  [
    'an explanation',
    (client) => client.explain('r', { line: 'l1' }),
    (target) => target.explanation,
    { explain: 'r', labels: { line: 'l1' } },
  ],
  ['views', (client) => client.views(), () => [{ ...TABLE, rows: 2 }], 'views'],
  ['a view', (client) => client.view('line-load'), () => TABLE, { view: 'line-load' }],
  ['no view', (client) => client.view('a/b'), () => null, { view: 'a/b' }],
  [
    'a test notice',
    (client) => client.notifyTest('scada'),
    (target) => target.testOutcome,
    { test: 'scada' },
  ],
  [
    'dead letters again',
    (client) => client.retryDeliveries(['a', 'b']),
    (target) => target.retryOutcome,
    { retry: ['a', 'b'] },
  ],
  [
    'all dead letters again',
    (client) => client.retryDeliveries('all'),
    (target) => target.retryOutcome,
    { retry: 'all' },
  ],
  ['a reload', (client) => client.reload(), (target) => target.reloadOutcome, 'reload'],
])('%s', async (_name, ask, answer, question) => {
  const target = new FakeTarget();
  const client = await connected(target);
  expect(await ask(client)).toEqual(answer(target));
  expect(target.asked).toEqual([question]);
});

test('what there is not is null, and what is refused is a result', async () => {
  const target = new FakeTarget();
  target.instanceViews = null;
  target.explanation = null;
  target.commandOutcome = { kind: 'refused', reason: 'the alert cannot be reset: its condition still holds' };
  const client = await connected(target);
  expect(await client.instances('r')).toBeNull();
  expect(await client.explain('r', {})).toBeNull();
  expect(await client.command({ kind: 'reset', rule: 'r', labels: {} })).toEqual(target.commandOutcome);
});

test('many callers at once', async () => {
  const client = await connected(new FakeTarget());
  const answers = await Promise.all(Array.from({ length: 200 }, () => client.alerts()));
  expect(answers.every((alerts) => alerts.length === 1)).toBe(true);
});
