/** Who is told of which event, as what, under which id: a fold over events. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Rule } from '../../../rules/rule.js';
import { noticeId } from '../../../runtime/delivery/notice.js';
import { Notifier } from '../../../runtime/delivery/notifier.js';
import type { Route } from '../../../runtime/site/configuration.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';
import { event, NOON, rule } from './delivery-fixture.js';

const HOUR_MS = 3_600_000;

function route(match: Record<string, string[]>, to: string[], continues = false): Route {
  return { match: new Map(Object.entries(match)), to, continues };
}

interface Setup {
  readonly rule?: Rule | null;
  readonly routes?: readonly Route[];
  readonly receivers?: readonly string[];
  readonly episodes?: readonly EpisodeState[];
}

function settings(setup: Setup) {
  const { receivers = ['scada'], routes = [] } = setup;
  return {
    rules: setup.rule === null ? [] : [setup.rule ?? rule()],
    configuration: {
      gateway: 'gw',
      routes,
      receivers: receivers.map((name) => ({
        name,
        expiresMs: name === 'scada' ? HOUR_MS : 2 * HOUR_MS,
        channel: { kind: 'webhook', url: 'http://one.example/', secret: null, headers: new Map() } as const,
      })),
    },
  };
}

function notifier(setup: Setup = {}) {
  const unrouted: string[] = [];
  const made = new Notifier({
    ...settings(setup),
    episodes: setup.episodes ?? [],
    agenda: [],
    onUnrouted: (id) => unrouted.push(id),
  });
  const told = (change: Partial<AlertEvent> = {}) => made.tell([event(change)], NOON);
  /** `firing scada` for each delivery. */
  const tell = (change: Partial<AlertEvent> = {}) =>
    told(change).deliveries.map(({ notice }) => `${notice.kind} ${notice.receiver}`);
  return {
    notifier: made,
    told,
    tell,
    unrouted,
    configure: (other: Setup) => made.configure(settings(other)),
  };
}

describe('who', () => {
  test.each<[string, Setup, string[]]>([
    ['the only receiver', {}, ['scada']],
    ['nobody, of several without routes', { receivers: ['scada', 'people'] }, []],
    ['nobody, without receivers', { receivers: [] }, []],
    [
      'the first route that matches',
      {
        receivers: ['scada', 'people'],
        routes: [route({ severity: ['info'] }, ['scada']), route({}, ['people']), route({}, ['scada'])],
      },
      ['people'],
    ],
    [
      'routes that continue, each receiver once',
      {
        receivers: ['scada', 'people', 'boss'],
        routes: [
          route({ line: ['l1'] }, ['scada', 'people'], true),
          route({ machine: ['m1'] }, ['boss', 'scada']),
        ],
      },
      ['scada', 'people', 'boss'],
    ],
    [
      'every key must match, with one of its values',
      {
        receivers: ['a', 'b'],
        routes: [
          route({ severity: ['critical'], line: ['l2', 'l3'] }, ['a']),
          route({ rule: ['press-overheat'], line: ['l1', 'l2'] }, ['b']),
        ],
      },
      ['b'],
    ],
    ['a label that the alert does not have', { routes: [route({ plant: ['p'] }, ['scada'])] }, []],
    ['a key of every object is no label', { routes: [route({ constructor: ['x'] }, ['scada'])] }, []],
    [
      'no route matches, though there is only one receiver',
      { routes: [route({ severity: ['info'] }, ['scada'])] },
      [],
    ],
    ['a route that only records', { routes: [route({}, [])] }, []],
    [
      'the rule itself says',
      { rule: rule({ notify: ['people'] }), receivers: ['scada', 'people'], routes: [route({}, ['scada'])] },
      ['people'],
    ],
    ['the rule only records', { rule: rule({ notify: [] }) }, []],
    [
      'the rule names nobody who exists: the routes decide',
      { rule: rule({ notify: ['nobody'] }), receivers: ['scada', 'people'], routes: [route({}, ['people'])] },
      ['people'],
    ],
  ])('%s', (_name, setup, expected) => {
    expect(notifier(setup).tell()).toEqual(expected.map((receiver) => `firing ${receiver}`));
  });

  test('a rule whose alerts go nowhere is said once; one that only records is not', () => {
    const lost = notifier({ receivers: ['a', 'b'] });
    lost.tell();
    lost.tell({ episode: 'e2' });
    expect(lost.unrouted).toEqual(['press-overheat']);
    const recorded = notifier({ routes: [route({}, [])] });
    recorded.tell();
    expect(recorded.unrouted).toEqual([]);
  });
});

describe('how an alert goes on', () => {
  const routes = [route({ severity: ['critical'] }, ['scada', 'people']), route({}, ['scada'])];
  const options = { receivers: ['scada', 'people'], routes };

  test('whoever was told hears of changes and of the end, and those that the new severity adds', () => {
    const { tell } = notifier(options);
    expect(tell({ severity: 'warning' })).toEqual(['firing scada']);
    expect(tell({ event: 'severity', severity: 'critical', previous: 'warning' })).toEqual([
      'severity scada',
      'severity people',
    ]);
    expect(tell({ event: 'severity', severity: 'info', previous: 'critical' })).toEqual([
      'severity scada',
      'severity people',
    ]);
    expect(tell({ event: 'resolved', severity: 'info', reason: 'normal' })).toEqual([
      'resolved scada',
      'resolved people',
    ]);
  });

  test('pending and cleared are nobody’s business', () => {
    const { tell, told } = notifier(options);
    expect(told({ event: 'pending', episode: null })).toEqual({
      deliveries: [],
      episodes: [],
      untold: { suppressed: 0, unrouted: 0 },
      agenda: [],
    });
    expect(tell({ event: 'cleared', episode: null, reason: 'pending' })).toEqual([]);
    tell();
    expect(tell({ event: 'cleared', reason: 'normal' })).toEqual([]);
  });

  test('a suppressed alert is told when the suppression ends, if it still fires', () => {
    const { tell } = notifier(options);
    expect(tell({ suppressed: true })).toEqual([]);
    expect(tell({ event: 'severity', suppressed: true })).toEqual([]);
    expect(tell({ event: 'unsuppressed' })).toEqual(['firing scada', 'firing people']);
    expect(tell({ event: 'resolved' })).toEqual(['resolved scada', 'resolved people']);
  });

  test('nobody hears of the end of an alert that was only suppressed', () => {
    const { tell } = notifier(options);
    tell({ suppressed: true });
    expect(tell({ event: 'resolved', suppressed: true })).toEqual([]);
  });

  test('suppression after it was told: not told again, but of its end', () => {
    const { tell } = notifier(options);
    tell();
    expect(tell({ event: 'severity', severity: 'warning', suppressed: true })).toEqual([]);
    expect(tell({ event: 'unsuppressed' })).toEqual([]);
    expect(tell({ event: 'resolved', suppressed: true })).toEqual(['resolved scada', 'resolved people']);
  });

  test('episodes are apart', () => {
    const { tell } = notifier();
    tell({ episode: 'a' });
    expect(tell({ event: 'resolved', episode: 'b' })).toEqual([]);
    expect(tell({ event: 'resolved', episode: 'a' })).toEqual(['resolved scada']);
    expect(tell({ event: 'resolved', episode: 'a' })).toEqual([]);
  });

  test('several events at once, in their order', () => {
    const { notifier: made } = notifier();
    const { deliveries, episodes } = made.tell(
      [event(), event({ event: 'resolved' }), event({ episode: 'e2' })],
      NOON,
    );
    expect(deliveries.map(({ notice, lane }) => `${notice.kind} ${lane}`)).toEqual([
      'firing e000000000000001',
      'resolved e000000000000001',
      'firing e2',
    ]);
    expect(episodes.map(({ episode, state }) => `${state} ${episode}`)).toEqual([
      'ended e000000000000001',
      'firing e2',
    ]);
  });
});

describe('obligations', () => {
  const routes = [route({ severity: ['critical'] }, ['scada', 'people']), route({ line: ['l2'] }, [])];
  const options = { receivers: ['scada', 'people'], routes };

  test.each<[string, Partial<AlertEvent>[], object]>([
    ['each receiver is one', [{}], { suppressed: 0, unrouted: 0, owed: 2 }],
    [
      'suppressed: each that would have been told',
      [{ suppressed: true }],
      { suppressed: 2, unrouted: 0, owed: 0 },
    ],
    ['no route: one', [{ severity: 'info' }], { suppressed: 0, unrouted: 1, owed: 0 }],
    [
      'no route for what it has become, but it was told before',
      [{}, { event: 'severity', severity: 'info', previous: 'critical' }],
      { suppressed: 0, unrouted: 0, owed: 2 },
    ],
    [
      'only recorded: none',
      [{ severity: 'info', labels: { line: 'l2' } }],
      { suppressed: 0, unrouted: 0, owed: 0 },
    ],
    [
      'the end of what nobody was told: none',
      [{ suppressed: true }, { event: 'resolved' }],
      { suppressed: 0, unrouted: 0, owed: 0 },
    ],
    [
      'of the program itself: none',
      [{ rule: 'tocsin/started', labels: {} }],
      { suppressed: 0, unrouted: 0, owed: 0 },
    ],
  ])('%s', (_name, events, expected) => {
    const { told } = notifier(options);
    const all = events.map((one) => told(one));
    const { untold, deliveries } = all.at(-1) ?? { untold: {}, deliveries: [] };
    const owed = deliveries.reduce((sum, { obligations }) => sum + obligations, 0);
    expect({ ...untold, owed }).toEqual(expected);
  });
});

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

describe('what', () => {
  test('a delivery with its notice', () => {
    const { notifier: made } = notifier({ rule: rule({ runbook: 'https://wiki.example/press' }) });
    const id = noticeId({ gateway: 'gw', receiver: 'scada', kind: 'event', key: ['e000000000000001', 1] });
    expect(made.tell([event({ late: true })], NOON + 5).deliveries).toEqual([
      {
        notice: {
          id,
          gateway: 'gw',
          receiver: 'scada',
          kind: 'firing',
          sentAt: NOON,
          late: true,
          alerts: [
            {
              event: event({ late: true }),
              title: 'Press overheating',
              runbook: 'https://wiki.example/press',
              startedAt: NOON,
              url: null,
              units: { temp: '°C' },
            },
          ],
          omitted: 0,
        },
        lane: 'e000000000000001',
        severity: 'critical',
        obligations: 1,
        thread: id,
        createdAt: NOON + 5,
        expiresAt: NOON + 5 + HOUR_MS,
      },
    ]);
  });

  test('later notices of an episode name its beginning and its first notice', () => {
    const { told } = notifier();
    const [first] = told().deliveries;
    const [last] = told({ event: 'resolved', time: NOON + 60_000 }).deliveries;
    expect(last?.thread).toBe(first?.notice.id);
    expect(last?.notice.id).not.toBe(first?.notice.id);
    expect(last?.notice.alerts[0]?.startedAt).toBe(NOON);
  });

  test('ids depend on what happened, not on when it is said', () => {
    const once = notifier().notifier.tell([event()], NOON);
    const again = notifier().notifier.tell([event()], NOON + 999);
    expect(again.deliveries[0]?.notice.id).toBe(once.deliveries[0]?.notice.id);
  });
});

describe('ids', () => {
  const key = { gateway: 'g', receiver: 'r', kind: 'event', key: ['e', 1] } as const;

  test('26 characters of base32', () => {
    expect(noticeId(key)).toMatch(/^[a-z2-7]{26}$/);
    // sha256 of ["g","r","event",["e",1]], by `openssl dgst -sha256 -binary | base32`
    expect(noticeId(key)).toBe('tfmnfikfkhwjefh6vcpa5om3tt');
  });

  test('differ with every part', () => {
    const ids = [
      key,
      { ...key, gateway: 'h' },
      { ...key, receiver: 's' },
      { ...key, kind: 'system' as const },
      { ...key, key: ['e', 2] },
      { ...key, key: ['e1'] },
      { ...key, gateway: 'g","r', receiver: '' },
    ].map(noticeId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
