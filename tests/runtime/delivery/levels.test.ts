/** Levels: what stands on the topics of sirens, whatever happens to alerts, settings and the program. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { rulesOf } from '../replay/rules-of.js';
import { PlannedSite, type SiteFile } from './planned-site.js';

const MINUTE_MS = 60_000;

const siren = { mqtt: { topic: 'factory/{line}/siren' } };
const FILE: SiteFile = {
  receivers: { siren, scada: { webhook: { url: 'http://scada.example/' } } },
  routes: [{ match: { severity: 'critical' }, to: ['siren', 'scada'] }, { to: ['scada'] }],
};

const fires = (episode: string, line = 'l1', change: Partial<AlertEvent> = {}) =>
  ({ episode, labels: { line, machine: episode }, severity: 'critical', ...change }) as const;
const ends = (episode: string, line = 'l1') =>
  ({ ...fires(episode, line), event: 'resolved', reason: 'normal' }) as const;

describe('a level', () => {
  test('is on while any alert fires that goes there', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'));
    expect(site.shown()).toEqual(['factory/l1/siren on']);
    site.happen(fires('b'), fires('c', 'l2'));
    expect(site.shown()).toEqual(['factory/l2/siren on']);
    site.happen(ends('a'));
    expect(site.shown()).toEqual([]);
    site.happen(ends('b'));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
    site.happen(ends('c', 'l2'));
    expect(site.shown()).toEqual(['factory/l2/siren off']);
  });

  test('owes nobody anything, and does not keep notices from the others', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'));
    expect(site.told()).toEqual(['0s firing scada a']);
    expect(site.untold).toEqual({});
  });

  test('that rises and falls in one instant is said once, as it is then', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'), ends('a'));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
  });

  test('follows the severity', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a', 'l1', { severity: 'warning' }));
    expect(site.shown()).toEqual([]);
    site.happen(fires('a', 'l1', { event: 'severity', previous: 'warning' }));
    expect(site.shown()).toEqual(['factory/l1/siren on']);
    site.happen(fires('a', 'l1', { event: 'severity', severity: 'warning', previous: 'critical' }));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
  });

  test('stays on while a latched alert waits to be reset', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'), fires('a', 'l1', { event: 'cleared', reason: 'normal' }));
    expect(site.shown()).toEqual(['factory/l1/siren on']);
    site.happen(ends('a'));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
  });

  test('with payloads of its own, and by rule', () => {
    const lamp = { mqtt: { topic: 'lamps/{rule}', payload: '{"lit":true}', resolved: '' } };
    const site = new PlannedSite({ receivers: { lamp } });
    site.happen(fires('a'), ends('a'), { ...fires('b'), rule: 'other' });
    expect(site.shown()).toEqual(['lamps/press-overheat ', 'lamps/other {"lit":true}']);
  });

  test('whose topic needs a label that the alert lacks is left alone', () => {
    const site = new PlannedSite({ receivers: { siren: { mqtt: { topic: 'factory/{plant}/siren' } } } });
    site.happen(fires('a'));
    expect(site.shown()).toEqual([]);
  });

  test('is on one topic, whatever a device calls itself', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a', 'l1/+/#\u0000'));
    expect(site.shown()).toEqual(['factory/l1_____/siren on']);
  });

  test('that two receivers share is on as long as either has a reason', () => {
    const other = { mqtt: { topic: 'factory/{line}/siren' } };
    const site = new PlannedSite({
      receivers: { siren, other },
      routes: [
        { match: { severity: 'critical' }, to: ['siren'] },
        { match: { severity: 'warning' }, to: ['other'] },
      ],
    });
    site.happen(fires('a'), fires('b', 'l1', { severity: 'warning' }), ends('a'));
    expect(site.shown()).toEqual(['factory/l1/siren on']);
    site.happen(ends('b'));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
  });

  test('is raised by an escalation, and stays then until the end', () => {
    const site = new PlannedSite({
      ...FILE,
      routes: [{ to: ['scada'], escalate: [{ after: '15m', to: ['siren'] }] }],
    });
    site.happen(fires('a'));
    site.pass(15 * MINUTE_MS);
    expect(site.shown()).toEqual(['factory/l1/siren on']);
    site.restart();
    site.happen(fires('a', 'l1', { event: 'severity', severity: 'warning', previous: 'critical' }));
    expect(site.shown()).toEqual([]);
    site.happen(ends('a'));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
    expect(site.told().map((line) => line.split(' ')[1])).toEqual(['firing', 'severity', 'resolved']);
  });
});

describe('suppression', () => {
  const rules = rulesOf(
    {
      id: 'press-overheat',
      inputs: { t: 'f/{line}/{machine}/t' },
      when: 't > 80',
      suppressedBy: [{ rule: 'down' }],
    },
    { id: 'down', inputs: { t: 'f/{line}/power' }, when: 't == 0' },
  );
  const cause = (change: Partial<AlertEvent> = {}) =>
    ({ ...fires('d'), rule: 'down', severity: 'info', labels: { line: 'l1' }, ...change }) as const;

  test('ends a level, also when the cause comes later', () => {
    const site = new PlannedSite(FILE, rules);
    site.happen(fires('a'));
    site.happen(cause());
    expect(site.shown()).toEqual(['factory/l1/siren on', 'factory/l1/siren off']);
    site.happen({ ...cause(), event: 'resolved' }, fires('a', 'l1', { event: 'unsuppressed' }));
    expect(site.shown()).toEqual(['factory/l1/siren on']);
  });

  test('keeps a level from beginning', () => {
    const site = new PlannedSite(FILE, rules);
    site.happen(cause(), fires('a', 'l1', { suppressed: true }));
    expect(site.shown()).toEqual([]);
  });
});

describe('a level stands right', () => {
  test('after a kill: all that are known, and what has changed meanwhile', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'), fires('b', 'l2'), ends('b', 'l2'));
    site.shown();
    site.restart();
    expect(site.standing()).toEqual(['factory/l1/siren on', 'factory/l2/siren off']);
    expect(site.shown()).toEqual([]);
    site.happen(ends('a'));
    expect(site.shown()).toEqual(['factory/l1/siren off']);
    site.restart();
    expect(site.standing().sort()).toEqual(['factory/l1/siren off', 'factory/l2/siren off']);
  });

  test('after a restart with other settings', () => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'));
    site.shown();
    site.restart(0, {
      ...FILE,
      receivers: { ...FILE.receivers, siren: { mqtt: { topic: 'other/{line}' } } },
    });
    expect(site.standing()).toEqual(['other/l1 on', 'factory/l1/siren off']);
    site.pass(0);
    expect(site.shown()).toEqual(['other/l1 on', 'factory/l1/siren off']);
  });

  test.each<[string, SiteFile, string[]]>([
    [
      'another topic',
      { ...FILE, receivers: { ...FILE.receivers, siren: { mqtt: { topic: 'x/{line}' } } } },
      ['x/l1 on', 'factory/l1/siren off'],
    ],
    [
      'other payloads',
      { ...FILE, receivers: { ...FILE.receivers, siren: { mqtt: { ...siren.mqtt, payload: '1' } } } },
      ['factory/l1/siren 1'],
    ],
    ['no such route', { ...FILE, routes: [{ to: ['scada'] }] }, ['factory/l1/siren off']],
    [
      'no such receiver',
      { receivers: { scada: { webhook: { url: 'http://s.example/' } } } },
      ['factory/l1/siren off'],
    ],
    ['the same', FILE, []],
  ])('once there is %s', (_name, file, expected) => {
    const site = new PlannedSite(FILE);
    site.happen(fires('a'));
    site.shown();
    site.configure(file);
    site.pass(0);
    expect(site.shown()).toEqual(expected);
  });
});

test('what the program says of itself sounds no siren, unless a route says just that', () => {
  const started = { ...fires('s'), rule: 'tocsin/started', labels: { line: 'l1' } };
  const quiet = new PlannedSite({ ...FILE, routes: [{ to: ['siren', 'scada'] }] });
  quiet.happen(started);
  expect(quiet.shown()).toEqual([]);
  expect(quiet.told()).toEqual(['0s system scada s']);
  const loud = new PlannedSite({ ...FILE, routes: [{ match: { rule: 'tocsin/started' }, to: ['siren'] }] });
  loud.happen(started);
  expect(loud.shown()).toEqual(['factory/l1/siren on']);
});

test('topics without end: those that are off are forgotten, oldest first', () => {
  const site = new PlannedSite(FILE);
  for (let n = 0; n < 10_050; n += 1)
    site.happen(fires(`e${n}`, `l${n}`), ...(n < 10 ? [] : [ends(`e${n}`, `l${n}`)]));
  const standing = site.standing();
  expect(standing).toHaveLength(10_000);
  expect(standing.slice(0, 11)).toEqual([
    ...Array.from({ length: 10 }, (_, n) => `factory/l${n}/siren on`),
    'factory/l60/siren off',
  ]);
});
