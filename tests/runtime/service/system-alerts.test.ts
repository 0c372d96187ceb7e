/** Alerts of the program about itself: said once, ended once, also over a restart. */
import { expect, test } from 'vitest';
import { SystemAlerts } from '../../../runtime/service/system-alerts.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';

const DOWN = { id: 'connection-down', labels: { connection: 'plant' }, message: 'plant is down' } as const;

test('an event like that of a rule', () => {
  const event = new SystemAlerts([]).raise(DOWN, 1_000);
  expect(event).toEqual({
    time: 1_000,
    rule: 'tocsin/connection-down',
    event: 'firing',
    severity: 'critical',
    labels: { connection: 'plant' },
    values: {},
    message: 'plant is down',
    episode: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

test('is raised once, and ends in the same episode', () => {
  const alerts = new SystemAlerts([]);
  const raised = alerts.raise(DOWN, 1_000);
  expect(alerts.raise({ ...DOWN, message: 'still down' }, 2_000)).toBeNull();
  const resolved = alerts.resolve({ ...DOWN, message: 'it is back' }, 3_000);
  expect(resolved).toMatchObject({ event: 'resolved', episode: raised?.episode, message: 'it is back' });
  expect(alerts.resolve(DOWN, 4_000)).toBeNull();
  expect(alerts.raise(DOWN, 5_000)?.episode).not.toBe(raised?.episode);
});

test('each set of labels is an alert of its own, in whatever order they stand', () => {
  const alerts = new SystemAlerts([]);
  const silent = (labels: Record<string, string>) => ({ id: 'input-silent', labels, message: 'x' }) as const;
  expect(alerts.raise(silent({ line: 'l1', machine: 'm1' }), 1)).not.toBeNull();
  expect(alerts.raise(silent({ machine: 'm1', line: 'l1' }), 2)).toBeNull();
  expect(alerts.raise(silent({ line: 'l1', machine: 'm2' }), 3)).not.toBeNull();
  expect(alerts.openOf('input-silent')).toEqual([
    { line: 'l1', machine: 'm1' },
    { line: 'l1', machine: 'm2' },
  ]);
});

test('what was open before a restart still is; alerts of rules are none of its', () => {
  const raised = new SystemAlerts([]).raise(DOWN, 1_000);
  if (raised === null) throw new Error('not raised');
  const state = { state: 'firing', startedAt: 1_000, endedAt: null, events: 1, told: [] } as const;
  const kept: EpisodeState[] = [
    { ...state, episode: raised.episode ?? '', last: raised },
    { ...state, episode: 'f00', last: { ...raised, rule: 'press-hot', labels: {} } },
  ];
  const alerts = new SystemAlerts(kept);
  expect(alerts.raise(DOWN, 2_000)).toBeNull();
  expect(alerts.resolve(DOWN, 3_000)?.episode).toBe(raised.episode);
});
