/** A receiver with a schedule is told within it; what comes at other times waits for it. It is noon, a Monday. */
import { expect, test } from 'vitest';
import { PlannedSite } from './planned-site.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const firing = (episode: string) => ({ episode, labels: { machine: episode } });
const over = (episode: string) => ({ ...firing(episode), event: 'resolved', reason: 'normal' }) as const;
const worse = (episode: string) => ({ ...firing(episode), event: 'severity', previous: 'warning' }) as const;

/** A webhook, which is told at once. */
function told(schedule: object, route: object = {}, more: object = {}): PlannedSite {
  const receivers = {
    scada: { webhook: { url: 'http://scada.example/' }, schedule, ...more },
    night: { webhook: { url: 'http://night.example/' } },
  };
  return new PlannedSite({ receivers, routes: [{ to: ['scada'], ...route }] });
}

test.each<[string, object, string]>([
  ['now', { from: '12:00', to: '13:00' }, '0s'],
  ['until just now', { from: '11:00', to: '12:00' }, '1380m'],
  ['from later on', { from: '13:00', to: '14:00' }, '60m'],
  ['in another time zone', { timezone: 'Europe/Berlin', from: '14:00', to: '15:00' }, '0s'],
  ['on other days', { days: ['wed'] }, '2160m'],
  ['over midnight', { from: '22:00', to: '06:00' }, '600m'],
  ['in two spans', [{ to: '12:00' }, { from: '12:30', to: '12:31' }], '30m'],
])('told %s', (_name, schedule, at) => {
  const site = told(schedule);
  site.happen(firing('a'));
  site.pass(3 * DAY_MS);
  expect(site.told()).toEqual([`${at} firing scada a`]);
});

const LATER = { from: '13:00', to: '14:00' };

test('what is over by then is not told', () => {
  const site = told(LATER);
  site.happen(firing('a'));
  expect(site.waiting).toBe(1);
  site.pass(HOUR_MS - 1);
  site.happen(over('a'));
  site.pass(DAY_MS);
  expect(site.told()).toEqual([]);
  expect(site.untold).toEqual({ held: 1 });
});

test('the end, and a change, of what was told in time are told when it begins again', () => {
  const site = told({ from: '12:00', to: '13:00' });
  site.happen(firing('a'), firing('b'));
  site.pass(2 * HOUR_MS);
  site.happen(over('a'), worse('b'));
  site.pass(DAY_MS);
  expect(site.told()).toEqual([
    '0s firing scada a',
    '0s firing scada b',
    '1440m resolved scada a',
    '1440m severity scada b',
  ]);
});

test('it is reminded within it only', () => {
  const site = told({ from: '11:00', to: '12:30' }, { repeat: '20m' });
  site.happen(firing('a'));
  site.pass(DAY_MS);
  expect(site.told()).toEqual([
    '0s firing scada a',
    '20m repeat scada a',
    '1380m repeat scada a',
    '1400m repeat scada a',
    '1420m repeat scada a',
    '1440m repeat scada a',
  ]);
});

test('others are told of what it does not hear of, and it of what others do not', () => {
  const site = told(LATER, { to: ['night'], escalate: [{ after: '5m', to: ['scada'] }] });
  site.happen(firing('a'));
  site.pass(DAY_MS);
  expect(site.told()).toEqual(['0s firing night a', '60m escalation scada a']);
});

test('a flood ends in a summary within it', () => {
  const flood = { max: 1, per: '10m' };
  const site = told({ from: '11:00', to: '12:05' }, {}, { flood });
  site.happen({ ...firing('a'), severity: 'warning' }, { ...firing('b'), severity: 'warning' });
  site.pass(DAY_MS);
  expect(site.told()).toEqual(['0s firing scada a', '1380m summary scada b']);
});

test('a restart within it tells what came before', () => {
  const site = told(LATER);
  site.happen(firing('a'));
  site.restart(90 * 60_000);
  expect(site.told()).toEqual(['90m firing scada a']);
});

test('a restart after it waits for the next', () => {
  const site = told(LATER);
  site.happen(firing('a'));
  site.restart(3 * HOUR_MS);
  site.pass(DAY_MS);
  expect(site.told()).toEqual(['1500m firing scada a']);
});

test('a clock that is set moves it', () => {
  const site = told(LATER);
  site.happen(firing('a'));
  site.setOffset(HOUR_MS - 60_000);
  site.pass(DAY_MS);
  expect(site.told()).toEqual(['1m firing scada a']);
});
