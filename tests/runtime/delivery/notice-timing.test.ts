/** When receivers are told, and what together: waits, groups, intervals, and alerts that may yet be suppressed. */
import { describe, expect, test } from 'vitest';
import { rulesOf } from '../replay/rules-of.js';
import { NOON } from './delivery-fixture.js';
import { PlannedSite } from './planned-site.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const warning = (episode: string, labels = { machine: episode }) =>
  ({ episode, labels, severity: 'warning' }) as const;
const over = (episode: string) => ({ ...warning(episode), event: 'resolved', reason: 'normal' }) as const;
const worse = (episode: string) =>
  ({ ...warning(episode), event: 'severity', severity: 'critical', previous: 'warning' }) as const;

/** One route to one receiver. */
const site = (to: string, route: object = {}) => new PlannedSite({ routes: [{ to: [to], ...route }] });
const SLOW = { wait: '30s', interval: '5m' };

describe('by default', () => {
  test('machines take everything as it comes, and nothing is kept for later', () => {
    const scada = site('scada');
    scada.happen(warning('a'), over('a'), warning('b'));
    expect(scada.told()).toEqual(['0s firing scada a', '0s resolved scada a', '0s firing scada b']);
    scada.pass(24 * 60 * MINUTE_MS);
    expect(scada.told()).toEqual([]);
    expect(scada.agenda.size).toBe(0);
  });

  test('people are told after 10 s of all alerts of a rule together', () => {
    const people = site('people');
    people.happen(warning('a'));
    people.pass(5 * SECOND_MS);
    people.happen(warning('b'), { ...warning('x'), rule: 'another' });
    people.pass(30 * SECOND_MS);
    people.happen(warning('c'));
    people.pass(MINUTE_MS);
    expect(people.told()).toEqual(['10s group people a b', '15s firing people x', '70s group people c a b']);
  });

  test.each([
    ['info', '10s'],
    ['warning', '10s'],
    ['critical', '1s'],
  ] as const)('an alert that is %s waits %s', (severity, wait) => {
    const people = site('people');
    people.happen({ ...warning('a'), severity });
    people.pass(MINUTE_MS);
    expect(people.told()).toEqual([`${wait} firing people a`]);
  });
});

describe('wait', () => {
  test('an alert that is over by then is not told, and neither is its end', () => {
    const people = site('people', SLOW);
    people.happen(warning('a'));
    people.pass(29_999);
    people.happen(over('a'));
    people.pass(60 * MINUTE_MS);
    expect(people.told()).toEqual([]);
    expect(people.untold).toEqual({ held: 1 });
    expect(people.agenda.size).toBe(0);
  });

  test('one that is over at that moment is told', () => {
    const people = site('people', SLOW);
    people.happen(warning('a'));
    people.pass(30_000);
    people.happen(over('a'));
    people.pass(5 * MINUTE_MS);
    expect(people.told()).toEqual(['30s firing people a', '330s resolved people a']);
  });

  test('what happens meanwhile is told with it, as it is by then', () => {
    const people = site('people', { wait: '1m' });
    people.happen(warning('a'));
    people.pass(10 * SECOND_MS);
    people.happen(worse('a'));
    people.pass(MINUTE_MS);
    const [notice] = people.deliveries;
    expect(notice).toMatchObject({ obligations: 2, severity: 'critical' });
    expect(notice?.notice.alerts[0]).toMatchObject({
      event: { severity: 'critical', previous: 'warning' },
      startedAt: NOON,
    });
    expect(people.told()).toEqual(['1m firing people a']);
  });

  test('a critical alert ends the wait of others after a second', () => {
    const people = site('people');
    people.happen(warning('a'));
    people.pass(5 * SECOND_MS);
    people.happen(worse('a'), warning('b'));
    people.pass(MINUTE_MS);
    expect(people.told()).toEqual(['6s group people a b']);
  });

  test('as the route has it, for all alike, and for machines too', () => {
    const scada = site('scada', { wait: '10s' });
    scada.happen({ ...warning('a'), severity: 'critical' }, warning('b'));
    scada.pass(MINUTE_MS);
    expect(scada.told()).toEqual(['10s firing scada a', '10s firing scada b']);
  });
});

describe('groups', () => {
  test.each<[string, object, string[]]>([
    ['by a label', { group: ['line'] }, ['10s group people a b', '10s firing people c']],
    ['by rule', { group: ['rule'] }, ['10s group people a b c']],
    ['by severity', { group: ['severity'] }, ['1s firing people c', '10s group people a b']],
    ['all together', { group: [] }, ['1s group people c a b']],
    ['by a label that none has', { group: ['plant'] }, ['1s group people c a b']],
  ])('%s', (_name, route, expected) => {
    const people = site('people', route);
    people.happen(
      warning('a', { machine: 'm1', line: 'l1' } as never),
      warning('b', { machine: 'm2', line: 'l1' } as never),
      {
        ...warning('c', { machine: 'm3', line: 'l2' } as never),
        ...((route as { group: string[] }).group.includes('line') ||
        (route as { group: string[] }).group.includes('rule')
          ? {}
          : { severity: 'critical' as const }),
      },
    );
    people.pass(MINUTE_MS);
    expect(people.told()).toEqual(expected);
  });

  test('list what is new, then what still fires; the worst first, what has ended last', () => {
    const people = site('people', { wait: '30s' });
    people.happen(warning('a'), warning('b'), warning('c'), { ...warning('d'), severity: 'info' });
    people.pass(30 * SECOND_MS);
    people.happen(over('a'), warning('e'), { ...worse('d'), severity: 'warning', previous: 'info' });
    people.pass(MINUTE_MS);
    expect(people.told()).toEqual(['30s group people a b c d', '90s group people d e a b c']);
  });

  test('carry the obligations of all that they tell', () => {
    const people = site('people');
    people.happen(warning('a'), warning('b'), worse('b'));
    expect(people.waiting).toBe(3);
    people.restart();
    expect(people.waiting).toBe(3);
    people.pass(MINUTE_MS);
    expect(people.waiting).toBe(0);
    expect(people.deliveries.map(({ obligations }) => obligations)).toEqual([3]);
  });

  test('are threads: a group of one thread, an alert of its own', () => {
    const people = site('people', { interval: '1m' });
    people.happen(warning('a'), warning('b'));
    people.pass(30 * SECOND_MS);
    people.happen(over('a'));
    people.pass(MINUTE_MS);
    people.happen(over('b'));
    people.pass(MINUTE_MS);
    const [first, second, third] = people.deliveries;
    expect(people.deliveries.map(({ notice }) => notice.kind)).toEqual(['group', 'group', 'resolved']);
    expect([second?.thread, third?.thread]).toEqual([first?.notice.id, first?.notice.id]);
    expect(new Set(people.deliveries.map(({ lane }) => lane)).size).toBe(1);
  });

  test('a group that began anew has ids of its own', () => {
    const people = site('people', { interval: '0s' });
    const pair = (a: string, b: string) => {
      people.happen(warning(a), warning(b));
      people.pass(30 * SECOND_MS);
      people.happen(over(a), over(b));
      people.pass(30 * SECOND_MS);
    };
    pair('a', 'b');
    pair('c', 'd');
    expect(people.deliveries.map(({ notice }) => notice.kind)).toEqual(['group', 'group', 'group', 'group']);
    expect(new Set(people.deliveries.map(({ notice }) => notice.id)).size).toBe(4);
    // What is watched for floods and for flapping.
    expect([...people.agenda.keys()].filter((key) => !/^(flood|flapping):/.test(key))).toEqual([]);
  });

  test('with more alerts than fit say how many are left out', () => {
    const people = site('people');
    people.happen(...Array.from({ length: 130 }, (_, n) => warning(`e${n}`)));
    people.pass(30 * SECOND_MS);
    const [delivery] = people.deliveries;
    expect(delivery?.notice.alerts).toHaveLength(100);
    expect(delivery).toMatchObject({ notice: { omitted: 30 }, obligations: 130 });
  });
});

describe('interval', () => {
  test('changes are gathered; a critical one is told at once, with what else has changed', () => {
    const people = site('people', SLOW);
    people.happen(warning('a'));
    people.pass(MINUTE_MS);
    people.happen(warning('b'));
    people.pass(MINUTE_MS);
    people.happen(warning('c'));
    people.pass(210 * SECOND_MS);
    expect(people.told()).toEqual(['30s firing people a', '330s group people b c a']);
    people.pass(MINUTE_MS);
    people.happen(warning('d'), worse('a'));
    expect(people.told()).toEqual(['390s group people a d b c']);
    people.happen({ ...over('a'), severity: 'critical' });
    people.pass(5 * MINUTE_MS);
    expect(people.told()).toEqual(['690s group people a b c d']);
  });

  test('what is over before it was told is left out', () => {
    const people = site('people', SLOW);
    people.happen(warning('a'));
    people.pass(MINUTE_MS);
    people.happen(warning('b'));
    people.pass(MINUTE_MS);
    people.happen(over('b'));
    people.pass(60 * MINUTE_MS);
    expect(people.told()).toEqual(['30s firing people a']);
    expect(people.untold).toEqual({ held: 1 });
  });

  test('of an alert by itself', () => {
    const scada = site('scada', { interval: '1m' });
    scada.happen(warning('a'));
    scada.pass(10 * SECOND_MS);
    scada.happen(over('a'));
    scada.pass(MINUTE_MS);
    expect(scada.told()).toEqual(['0s firing scada a', '1m resolved scada a']);
  });
});

describe('an alert that may yet be suppressed', () => {
  const rules = rulesOf(
    {
      id: 'press-overheat',
      inputs: { t: 'f/{machine}/t' },
      when: 't > 80',
      suppressedBy: [{ rule: 'line-down' }],
    },
    { id: 'line-down', inputs: { t: 'f/{machine}/power' }, when: 't == 0' },
  );
  const suppressible = (to: string) => new PlannedSite({ routes: [{ to: [to] }] }, rules);
  const cause = (episode: string, machine: string) => ({
    ...warning(episode, { machine }),
    rule: 'line-down',
  });

  test.each([
    ['warning', 5],
    ['critical', 1],
  ] as const)('%s waits for its cause, for machines too', (severity, seconds) => {
    const scada = suppressible('scada');
    scada.happen({ ...warning('a', { machine: 'm1' }), severity });
    scada.pass(seconds * SECOND_MS - 1);
    expect(scada.told()).toEqual([]);
    scada.pass(1);
    expect(scada.told()).toEqual([`${seconds}s firing scada a`]);
  });

  test('is not told if the cause comes in time, until that is over', () => {
    const scada = suppressible('scada');
    scada.happen(warning('a', { machine: 'm1' }), warning('b', { machine: 'm2' }));
    scada.pass(4_999);
    scada.happen(cause('c', 'm1'));
    scada.pass(MINUTE_MS);
    expect(scada.told()).toEqual(['4999ms firing scada c', '5s firing scada b']);
    expect(scada.untold).toEqual({ suppressed: 1 });
    scada.happen({ ...cause('c', 'm1'), event: 'resolved' }, { ...warning('a'), event: 'unsuppressed' });
    expect(scada.told()).toEqual(['64999ms resolved scada c', '64999ms firing scada a']);
  });

  test('is told if the cause was only latched', () => {
    const scada = suppressible('scada');
    scada.happen(cause('c', 'm1'));
    scada.happen({ ...cause('c', 'm1'), event: 'cleared' }, warning('a', { machine: 'm1' }));
    scada.pass(5 * SECOND_MS);
    expect(scada.told()).toEqual(['0s firing scada c', '5s firing scada a']);
  });

  test('once it was told its changes do not wait', () => {
    const scada = suppressible('scada');
    scada.happen(warning('a', { machine: 'm1' }));
    scada.pass(10 * SECOND_MS);
    scada.happen({ ...worse('a'), labels: { machine: 'm1' } });
    expect(scada.told()).toEqual(['5s firing scada a', '10s severity scada a']);
  });

  test('in a group does not hold up the others', () => {
    const people = suppressible('people');
    people.happen({ ...cause('c', 'm2') });
    people.pass(28 * SECOND_MS);
    people.happen({ ...warning('a', { machine: 'm1' }) });
    people.pass(MINUTE_MS);
    expect(people.told()).toEqual(['10s firing people c', '38s firing people a']);
  });
});

describe('what the program says of itself', () => {
  const started = (episode: string) =>
    ({ episode, rule: 'tocsin/started', labels: {}, severity: 'info' }) as const;
  const failing = (episode: string) =>
    ({
      episode,
      rule: 'tocsin/receiver-failing',
      labels: { receiver: 'scada' },
      severity: 'critical',
    }) as const;

  test('and ends in the same instant is told to people once, and to machines as it is', () => {
    const both = new PlannedSite({ routes: [{ to: ['people', 'scada'] }] });
    both.happen(started('a'), { ...started('a'), event: 'resolved', reason: 'normal' });
    both.restart();
    both.pass(60 * MINUTE_MS);
    expect(both.told()).toEqual(['0s system scada a', '0s system scada a', '10s system people a']);
    expect(both.untold).toEqual({});
    expect([...both.agenda.keys()]).toEqual(['flood:people']);
  });

  test('and lasts is told as any other alert', () => {
    const people = site('people');
    people.happen(failing('a'));
    people.pass(500);
    people.happen({ ...failing('a'), event: 'resolved', reason: 'normal' }, failing('b'));
    people.pass(MINUTE_MS);
    people.happen({ ...failing('b'), event: 'resolved', reason: 'normal' });
    people.pass(10 * MINUTE_MS);
    expect(people.told().map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'system people b',
      'system people b',
    ]);
  });
});
