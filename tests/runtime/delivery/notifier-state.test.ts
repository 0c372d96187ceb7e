/** What the notifier remembers: over restarts, over changes of the settings, and for alerts about the program itself. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { noticeId } from '../../../runtime/delivery/notice.js';
import type { Route } from '../../../runtime/site/configuration.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';
import { event, NOON } from './delivery-fixture.js';
import { notifier, route, type Setup } from './notifier-fixture.js';

describe('after a restart', () => {
  const routes = [route({}, ['scada', 'people'])];
  const options = { receivers: ['scada', 'people'], routes };

  /** What is known of an episode after these events. */
  function stateAfter(events: Partial<AlertEvent>[], setup: Setup = options): EpisodeState {
    const { told } = notifier(setup);
    const state = events.map((one) => told(one).episodes[0]).at(-1);
    if (state === undefined) throw new Error('no episode');
    return state;
  }

  test('an episode as it is kept', () => {
    const id = (receiver: string) =>
      noticeId({ gateway: 'gw', receiver, kind: 'event', key: ['e000000000000001', 1] });
    const rise = { event: 'severity', severity: 'critical', previous: 'warning', time: NOON + 5 } as const;
    expect(stateAfter([{ severity: 'warning' }, rise])).toEqual({
      episode: 'e000000000000001',
      state: 'firing',
      startedAt: NOON,
      endedAt: null,
      events: 2,
      told: [
        ['scada', id('scada')],
        ['people', id('people')],
      ],
      last: event(rise),
    });
  });

  test.each<[Partial<AlertEvent>, Partial<EpisodeState>]>([
    [
      { event: 'cleared', reason: 'normal' },
      { state: 'latched', endedAt: null },
    ],
    [
      { event: 'resolved', time: NOON + 9 },
      { state: 'ended', endedAt: NOON + 9 },
    ],
    [{ event: 'unsuppressed' }, { state: 'firing' }],
  ])('its state after %j', (change, expected) => {
    expect(stateAfter([{}, change])).toMatchObject(expected);
  });

  test('it goes on under the numbers and threads that it had', () => {
    const lasting = notifier(options);
    const restarted = notifier({ ...options, episodes: [stateAfter([{}])] });
    lasting.told();
    const end = { event: 'resolved', reason: 'normal', time: NOON + 60_000 } as const;
    expect(restarted.told(end)).toEqual(lasting.told(end));
    expect(restarted.tell(end)).toEqual([]);
  });

  test('whoever was told hears of the end though routes have changed; a receiver that is gone does not', () => {
    const routes = [route({}, ['boss'])];
    const restarted = notifier({ receivers: ['people', 'boss'], routes, episodes: [stateAfter([{}])] });
    expect(restarted.tell({ event: 'resolved' })).toEqual(['resolved people']);
  });
});

describe('other settings while alerts fire', () => {
  const both = { receivers: ['scada', 'people'] };

  test('whom new events go to', () => {
    const { tell, configure } = notifier({ ...both, routes: [route({}, ['scada'])] });
    tell();
    configure({ ...both, routes: [route({}, ['people'])] });
    expect(tell({ event: 'severity', severity: 'warning' })).toEqual(['severity scada', 'severity people']);
    expect(tell({ episode: 'e2' })).toEqual(['firing people']);
  });

  test('a rule that is gone still gives the title of its end', () => {
    const { told, configure } = notifier();
    told();
    configure({ rule: null });
    const end = told({ event: 'resolved', reason: 'rule removed' });
    expect(end.deliveries[0]?.notice.alerts[0]?.title).toBe('Press overheating');
    configure({ rule: null });
    expect(told({ episode: 'e2' }).deliveries[0]?.notice.alerts[0]?.title).toBe('press-overheat');
  });

  test('a rule that goes nowhere is said again: it was to be put right', () => {
    const { tell, configure, unrouted } = notifier(both);
    tell();
    configure(both);
    tell({ episode: 'e2' });
    expect(unrouted).toEqual(['press-overheat', 'press-overheat']);
  });
});

describe('alerts of the program about itself', () => {
  const all = ['scada', 'people', 'boss'];
  const about = (receiver: string, change: Partial<AlertEvent> = {}) =>
    ({ rule: 'tocsin/receiver-failing', labels: { receiver }, ...change }) as const;

  test.each<[string, Route[], string[]]>([
    ['everybody but the one concerned', [], ['people', 'boss']],
    ['where a route sends them', [route({ rule: ['tocsin/receiver-failing'] }, ['boss'])], ['boss']],
    ['never to the one concerned', [route({}, ['scada', 'boss'])], ['boss']],
    ['to others, if the route names only that', [route({}, ['scada'])], ['people', 'boss']],
    ['nobody, if a route only records them', [route({}, [])], []],
    ['to others, though no route matches', [route({ line: ['l1'] }, ['scada'])], ['people', 'boss']],
  ])('go to %s', (_name, routes, expected) => {
    const { tell, unrouted } = notifier({ receivers: all, routes });
    expect(tell(about('scada'))).toEqual(expected.map((receiver) => `system ${receiver}`));
    expect(unrouted).toEqual([]);
  });

  test('to nobody, if there is only the one concerned', () => {
    const { tell, unrouted } = notifier();
    expect(tell(about('scada'))).toEqual([]);
    expect(unrouted).toEqual([]);
  });

  test('have titles, ids of their own, and an end', () => {
    const { told, tell } = notifier({ receivers: all });
    const [first] = told(about('scada')).deliveries;
    expect(first).toMatchObject({
      notice: {
        id: noticeId({ gateway: 'gw', receiver: 'people', kind: 'system', key: ['e000000000000001', 1] }),
        kind: 'system',
        alerts: [{ title: 'A receiver cannot be told', runbook: null }],
      },
      obligations: 0,
    });
    expect(tell(about('scada', { event: 'resolved' }))).toEqual(['system people', 'system boss']);
  });
});
