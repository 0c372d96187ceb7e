/** What is told again: to those who were told (`repeat`), to others (`escalate`), and to nobody when there is too much. */
import { describe, expect, test } from 'vitest';
import { noticeId } from '../../../runtime/delivery/notice.js';
import { rulesOf } from '../replay/rules-of.js';
import { NOON } from './delivery-fixture.js';
import { PlannedSite } from './planned-site.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const warning = (episode: string) =>
  ({ episode, labels: { machine: episode }, severity: 'warning' }) as const;
const over = (episode: string) => ({ ...warning(episode), event: 'resolved', reason: 'normal' }) as const;
const worse = (episode: string) =>
  ({ ...warning(episode), event: 'severity', severity: 'critical', previous: 'warning' }) as const;

const site = (to: string, route: object = {}) => new PlannedSite({ routes: [{ to: [to], ...route }] });

describe('repeat', () => {
  test('while it fires, counted from the last notice about it', () => {
    const scada = site('scada', { repeat: '1h' });
    scada.happen(warning('a'));
    scada.pass(90 * MINUTE_MS);
    scada.happen(worse('a'));
    scada.pass(2 * HOUR_MS);
    scada.happen(over('a'));
    scada.pass(9 * HOUR_MS);
    expect(scada.told()).toEqual([
      '0s firing scada a',
      '60m repeat scada a',
      '90m severity scada a',
      '150m repeat scada a',
      '210m repeat scada a',
      '210m resolved scada a',
    ]);
    expect(scada.agenda.size).toBe(0);
  });

  test('each under an id of its own, in the thread and lane of the alert, owed to nobody', () => {
    const scada = site('scada', { repeat: '1h' });
    scada.happen(warning('a'));
    scada.pass(2 * HOUR_MS);
    const [first, ...repeats] = scada.deliveries;
    expect(repeats).toMatchObject(
      [1, 2].map((number) => ({
        notice: { id: noticeId({ gateway: 'gw', receiver: 'scada', kind: 'repeat', key: ['a', number] }) },
        thread: first?.notice.id,
        lane: 'a',
        obligations: 0,
      })),
    );
  });

  test('in a group tells all that still fire, as the one that is told most often', () => {
    const people = new PlannedSite({
      routes: [
        { match: { machine: 'b' }, to: ['people'], repeat: '1h' },
        { to: ['people'], repeat: '4h' },
      ],
    });
    people.happen(warning('a'), warning('b'), warning('c'));
    people.pass(30 * MINUTE_MS);
    people.happen(over('c'));
    people.pass(HOUR_MS);
    people.happen(over('b'));
    people.pass(5 * HOUR_MS);
    expect(people.told()).toEqual([
      '10s group people a b c',
      '30m group people c a b',
      '90m repeat people a b',
      '91m group people b a',
      '331m repeat people a',
    ]);
  });

  test('not of what is suppressed', () => {
    const rules = rulesOf(
      {
        id: 'press-overheat',
        inputs: { t: 'f/{machine}/t' },
        when: 't > 80',
        suppressedBy: [{ rule: 'down' }],
      },
      { id: 'down', inputs: { t: 'f/{machine}/power' }, when: 't == 0' },
    );
    const scada = new PlannedSite(
      {
        routes: [
          { match: { rule: 'down' }, to: [] },
          { to: ['scada'], repeat: '1h' },
        ],
      },
      rules,
    );
    scada.happen(warning('a'));
    scada.pass(30 * MINUTE_MS);
    scada.happen({ ...warning('d'), labels: { machine: 'a' }, rule: 'down' });
    scada.pass(HOUR_MS);
    expect(scada.told()).toEqual(['5s firing scada a']);
    scada.happen({ ...over('d'), labels: { machine: 'a' }, rule: 'down' });
    scada.pass(HOUR_MS);
    expect(scada.told()).toEqual(['7205s repeat scada a']);
  });

  test('after the program was down: once, and from then on as before', () => {
    const scada = site('scada', { repeat: '1h' });
    scada.happen(warning('a'));
    scada.pass(10 * MINUTE_MS);
    scada.restart(5 * HOUR_MS);
    scada.pass(HOUR_MS);
    expect(scada.told()).toEqual(['0s firing scada a', '310m repeat scada a', '370m repeat scada a']);
  });

  test('as other routes have it, once they do', () => {
    const scada = site('scada', { repeat: '1h' });
    scada.happen(warning('a'));
    scada.pass(10 * MINUTE_MS);
    scada.configure({ routes: [{ to: ['scada'], repeat: '2h' }] });
    scada.pass(3 * HOUR_MS);
    expect(scada.told()).toEqual(['0s firing scada a', '120m repeat scada a']);
    scada.configure({ routes: [{ to: ['scada'] }] });
    scada.pass(9 * HOUR_MS);
    expect(scada.told()).toEqual([]);
  });
});

describe('escalate', () => {
  const escalating = (escalate: object[], route: object = {}) => site('scada', { escalate, ...route });

  test('others are told after a time, and then how it goes on', () => {
    const scada = escalating([
      { after: '1h', to: ['boss'] },
      { after: '15m', to: ['people'] },
    ]);
    scada.happen({ ...warning('a'), severity: 'critical' });
    scada.pass(90 * MINUTE_MS);
    scada.happen({ ...over('a'), severity: 'critical' });
    scada.pass(HOUR_MS);
    expect(scada.told()).toEqual([
      '0s firing scada a',
      '15m escalation people a',
      '60m escalation boss a',
      '90m resolved scada a',
      '90m resolved boss a',
      '90m resolved people a',
    ]);
    expect([...scada.agenda.keys()].filter((key) => !key.startsWith('flood:'))).toEqual([]);
  });

  test('under an id of its own, owed to nobody', () => {
    const scada = escalating([{ after: '15m', to: ['people'] }]);
    scada.happen(warning('a'));
    scada.pass(HOUR_MS);
    expect(scada.deliveries[1]).toMatchObject({
      notice: { id: noticeId({ gateway: 'gw', receiver: 'people', kind: 'escalation', key: ['a', 1] }) },
      obligations: 0,
    });
  });

  test('not when it is over by then', () => {
    const scada = escalating([{ after: '15m', to: ['boss'] }]);
    scada.happen(warning('a'));
    scada.pass(15 * MINUTE_MS - 1);
    scada.happen(over('a'));
    scada.pass(HOUR_MS);
    expect(scada.told().map((line) => line.split(' ')[2])).toEqual(['scada', 'scada']);
  });

  test('many at once are told together', () => {
    const scada = escalating([{ after: '15m', to: ['boss'] }]);
    scada.happen(warning('a'), warning('b'));
    scada.pass(HOUR_MS);
    expect(scada.told().slice(2)).toEqual(['15m group boss a b']);
  });

  test('begins anew when other routes match, and under other ids', () => {
    const scada = new PlannedSite({
      routes: [
        { match: { severity: 'critical' }, to: ['scada'], escalate: [{ after: '5m', to: ['boss'] }] },
        { to: ['scada'], escalate: [{ after: '10m', to: ['boss'] }] },
      ],
    });
    scada.happen(warning('a'));
    scada.pass(12 * MINUTE_MS);
    scada.happen(worse('a'));
    scada.pass(HOUR_MS);
    const escalations = scada.deliveries.filter(({ notice }) => notice.kind === 'escalation');
    expect(escalations.map(({ createdAt }) => (createdAt - NOON) / MINUTE_MS)).toEqual([10, 17]);
    expect(new Set(escalations.map(({ notice }) => notice.id)).size).toBe(2);
  });

  test('counts from the end of a suppression', () => {
    const scada = escalating([{ after: '15m', to: ['boss'] }]);
    scada.happen({ ...warning('a'), suppressed: true });
    scada.pass(10 * MINUTE_MS);
    scada.happen({ ...warning('a'), event: 'unsuppressed' });
    scada.pass(HOUR_MS);
    expect(scada.told()).toEqual(['10m firing scada a', '25m escalation boss a']);
  });

  test('also while the program was down', () => {
    const scada = escalating([{ after: '15m', to: ['boss'] }]);
    scada.happen(warning('a'));
    scada.restart(HOUR_MS);
    expect(scada.told()).toEqual(['0s firing scada a', '60m escalation boss a']);
  });
});

describe('flood', () => {
  /** Each alert is a group of its own, so that each would be a mail. */
  const receivers = {
    people: { email: { to: ['people@plant.example'] }, flood: { max: 3, per: '10m' } },
  };
  const flooded = (route: object = {}) =>
    new PlannedSite({
      receivers,
      routes: [{ to: ['people'], group: ['machine'], wait: '0s', interval: '0s', ...route }],
    });
  const names = (count: number, prefix = 'e') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

  test('so many notices, and then one summary of the others', () => {
    const people = flooded();
    for (const name of names(9)) {
      people.happen(warning(name));
      people.pass(SECOND_MS);
    }
    people.pass(HOUR_MS);
    expect(people.told()).toEqual([
      '0s firing people e0',
      '1s firing people e1',
      '2s firing people e2',
      '603s summary people e3 e4 e5 e6 e7 e8',
    ]);
    expect(people.untold).toEqual({ merged: 6 });
  });

  test('whoever heard of an alert only in the summary does not hear of its end', () => {
    const people = flooded();
    people.happen(...names(4).map(warning));
    people.pass(30 * MINUTE_MS);
    people.happen(over('e3'), over('e0'));
    people.pass(HOUR_MS);
    expect(people.told().slice(3)).toEqual(['10m summary people e3', '30m resolved people e0']);
  });

  test('critical ones have room of their own, three times as much', () => {
    const people = flooded();
    people.happen(...names(4).map(warning));
    people.happen(...names(10, 'c').map((name) => ({ ...warning(name), severity: 'critical' as const })));
    people.pass(HOUR_MS);
    expect(people.told().map((line) => line.split(' ').slice(1, 2)[0])).toEqual([
      ...Array(3 + 9).fill('firing'),
      'summary',
    ]);
  });

  test('that it gets worse is told all the same', () => {
    const people = flooded();
    people.happen(...names(4).map(warning));
    people.happen({ ...warning('e0'), event: 'severity', severity: 'info', previous: 'warning' });
    people.happen({ ...warning('e0'), event: 'severity', severity: 'warning', previous: 'info' });
    expect(people.told().at(-1)).toBe('0s severity people e0');
  });

  test('is over when there is room again', () => {
    const people = flooded();
    people.happen(...names(4).map(warning));
    people.pass(10 * MINUTE_MS);
    people.happen(warning('late'));
    expect(people.told().slice(3)).toEqual(['10m summary people e3', '10m firing people late']);
  });

  test('a million changes: a summary shows fifty and counts the others', () => {
    const people = flooded();
    for (const name of names(1_000)) people.happen(warning(name));
    const kept = [...people.agenda.keys()].filter((key) => !key.startsWith('flapping:'));
    expect(kept.length).toBeLessThan(3 + 3 + 52);
    people.pass(HOUR_MS);
    const summary = people.deliveries.at(-1)?.notice;
    expect(summary?.alerts).toHaveLength(50);
    expect(summary).toMatchObject({ kind: 'summary', omitted: 947 });
    expect(people.untold).toEqual({ merged: 997 });
  });

  test('no limit, if it is switched off', () => {
    const people = new PlannedSite({
      receivers: { people: { ...receivers.people, flood: false } },
      routes: [{ to: ['people'], group: ['machine'], wait: '0s' }],
    });
    people.happen(...names(100).map(warning));
    expect(people.told()).toHaveLength(100);
  });
});
