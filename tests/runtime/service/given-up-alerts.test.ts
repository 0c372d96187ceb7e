/** Notices that are given up on: said once for each receiver while it goes on. */
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { GivenUpAlerts } from '../../../runtime/service/given-up-alerts.js';
import { SystemReporter } from '../../../runtime/service/system-reporter.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';
import { SimulatedClock } from '../../simulated-clock.js';

function alerts(episodes: readonly EpisodeState[] = []) {
  const clock = new SimulatedClock(1_000);
  const events: AlertEvent[] = [];
  const system = new SystemReporter(() => clock.wall());
  system.begin({ system: async (event) => void events.push(event) }, episodes);
  const given = new GivenUpAlerts(clock, system);
  given.start();
  const said = () =>
    events.splice(0).map(({ rule, event, labels }) => `${rule} ${event} ${labels['receiver']}`);
  return { clock, given, said, events };
}

test('is on from the first until ten minutes after the last', () => {
  const { clock, given, said } = alerts();
  for (let i = 0; i < 5; i += 1) {
    given.raise('dead-letter', 'scada', `refused ${i}`);
    clock.advance(60_000);
  }
  expect(said()).toEqual(['tocsin/dead-letter firing scada']);
  clock.advance(9 * 60_000 - 1);
  expect(said()).toEqual([]);
  clock.advance(1);
  expect(said()).toEqual(['tocsin/dead-letter resolved scada']);
  given.raise('dead-letter', 'scada', 'refused again');
  expect(said()).toEqual(['tocsin/dead-letter firing scada']);
});

test('each receiver, and each reason, has one of its own', () => {
  const { given, said } = alerts();
  given.raise('dead-letter', 'scada', 'refused');
  given.raise('dead-letter', 'maintenance', 'refused');
  given.raise('notification-expired', 'scada', 'too old');
  expect(said()).toEqual([
    'tocsin/dead-letter firing scada',
    'tocsin/dead-letter firing maintenance',
    'tocsin/notification-expired firing scada',
  ]);
});

test('one that was on before a restart ends too', () => {
  const before = alerts();
  before.given.raise('dead-letter', 'scada', 'refused');
  const [last] = before.events;
  if (last === undefined) throw new Error('not raised');
  const state = { state: 'firing', startedAt: 1_000, endedAt: null, events: 1, told: [] } as const;
  const { clock, said } = alerts([{ ...state, episode: last.episode ?? '', last }]);
  clock.advance(10 * 60_000);
  expect(said()).toEqual(['tocsin/dead-letter resolved scada']);
});
