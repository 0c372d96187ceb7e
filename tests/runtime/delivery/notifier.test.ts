/** Who is told of which event, as what, under which id: a fold over events. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Rule } from '../../../rules/rule.js';
import { noticeId } from '../../../runtime/delivery/notice.js';
import { Notifier } from '../../../runtime/delivery/notifier.js';
import type { Route } from '../../../runtime/site/configuration.js';
import { event, NOON, rule } from './delivery-fixture.js';

const HOUR_MS = 3_600_000;

function route(match: Record<string, string[]>, to: string[], continues = false): Route {
  return { match: new Map(Object.entries(match)), to, continues };
}

function notifier(options: { rule?: Rule; routes?: Route[]; receivers?: string[] } = {}) {
  const unrouted: string[] = [];
  const made = new Notifier({
    gateway: 'gw',
    rules: [options.rule ?? rule()],
    routes: options.routes ?? [],
    receivers: options.receivers ?? ['scada'],
    expiresMsOf: (receiver) => (receiver === 'scada' ? HOUR_MS : 2 * HOUR_MS),
    onUnrouted: (id) => unrouted.push(id),
  });
  /** `firing scada` for each delivery. */
  const tell = (change: Partial<AlertEvent> = {}) =>
    made.deliveries(event(change), NOON).map(({ notice }) => `${notice.kind} ${notice.receiver}`);
  return { notifier: made, tell, unrouted };
}

describe('who', () => {
  test.each<[string, Parameters<typeof notifier>[0], string[]]>([
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
  ])('%s', (_name, options, expected) => {
    expect(notifier(options).tell()).toEqual(expected.map((receiver) => `firing ${receiver}`));
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
    const { tell } = notifier(options);
    expect(tell({ event: 'pending', episode: null })).toEqual([]);
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
});

describe('what', () => {
  test('a delivery with its notice', () => {
    const { notifier: made } = notifier({ rule: rule({ runbook: 'https://wiki.example/press' }) });
    const id = noticeId({ gateway: 'gw', receiver: 'scada', kind: 'event', key: ['e000000000000001', 1] });
    expect(made.deliveries(event({ late: true }), NOON + 5)).toEqual([
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
        episode: 'e000000000000001',
        severity: 'critical',
        thread: id,
        createdAt: NOON + 5,
        expiresAt: NOON + 5 + HOUR_MS,
      },
    ]);
  });

  test('later notices of an episode name its beginning and its first notice', () => {
    const { notifier: made } = notifier();
    const [first] = made.deliveries(event(), NOON);
    const [last] = made.deliveries(event({ event: 'resolved', time: NOON + 60_000 }), NOON + 60_000);
    expect(last?.thread).toBe(first?.notice.id);
    expect(last?.notice.id).not.toBe(first?.notice.id);
    expect(last?.notice.alerts[0]?.startedAt).toBe(NOON);
  });

  test('ids depend on what happened, not on when it is said', () => {
    const once = notifier().notifier.deliveries(event(), NOON);
    const again = notifier().notifier.deliveries(event(), NOON + 999);
    expect(again[0]?.notice.id).toBe(once[0]?.notice.id);
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
      { ...key, key: ['e', 2] },
      { ...key, key: ['e1'] },
      { ...key, gateway: 'g","r', receiver: '' },
    ].map(noticeId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
