/** Who is told of which event, as what, under which id: a fold over events. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { noticeId } from '../../../runtime/delivery/notice.js';
import { event, NOON, rule } from './delivery-fixture.js';
import { HOUR_MS, notifier, route, type Setup } from './notifier-fixture.js';

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
      levels: [],
      episodes: [],
      untold: {},
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
    ['each receiver is one', [{}], { owed: 2 }],
    ['suppressed: each that would have been told', [{ suppressed: true }], { suppressed: 2, owed: 0 }],
    ['no route: one', [{ severity: 'info' }], { unrouted: 1, owed: 0 }],
    [
      'no route for what it has become, but it was told before',
      [{}, { event: 'severity', severity: 'info', previous: 'critical' }],
      { owed: 2 },
    ],
    ['only recorded: none', [{ severity: 'info', labels: { line: 'l2' } }], { owed: 0 }],
    ['the end of what nobody was told: none', [{ suppressed: true }, { event: 'resolved' }], { owed: 0 }],
    ['of the program itself: none', [{ rule: 'tocsin/started', labels: {} }], { owed: 0 }],
  ])('%s', (_name, events, expected) => {
    const { told } = notifier(options);
    const all = events.map((one) => told(one));
    const { untold, deliveries } = all.at(-1) ?? { untold: {}, deliveries: [] };
    const owed = deliveries.reduce((sum, { obligations }) => sum + obligations, 0);
    expect({ ...untold, owed }).toEqual(expected);
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
          sentAt: NOON + 5,
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
