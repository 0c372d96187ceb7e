/** An alert that comes and goes is said to, once, and then held until it is calm. Times are of the notices. */
import { describe, expect, test } from 'vitest';
import { noticeId } from '../../../runtime/delivery/notice.js';
import { PlannedSite } from './planned-site.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The changes of one alert over its episodes. */
class Press {
  readonly site: PlannedSite;
  readonly #labels: Record<string, string>;
  #episode = 0;
  #severity: 'info' | 'warning' | 'critical' = 'warning';

  constructor(site: PlannedSite, name = 'p') {
    this.site = site;
    this.#labels = { machine: name };
  }

  get #common() {
    const { machine = '' } = this.#labels;
    return { labels: this.#labels, episode: `${machine}${this.#episode}`, severity: this.#severity };
  }

  fire(severity: 'info' | 'warning' | 'critical' = 'warning'): this {
    this.#episode += 1;
    this.#severity = severity;
    this.site.happen({ ...this.#common, event: 'firing' });
    return this;
  }

  become(severity: 'info' | 'warning' | 'critical'): this {
    const previous = this.#severity;
    this.#severity = severity;
    this.site.happen({ ...this.#common, event: 'severity', previous });
    return this;
  }

  end(): this {
    this.site.happen({ ...this.#common, event: 'resolved', reason: 'normal' });
    return this;
  }

  pass(ms: number): this {
    this.site.pass(ms);
    return this;
  }

  /** Fires for 20 s and is quiet for 40 s, so many times. */
  flap(times: number): this {
    for (let i = 0; i < times; i += 1)
      this.fire()
        .pass(20 * SECOND_MS)
        .end()
        .pass(40 * SECOND_MS);
    return this;
  }
}

/** People who are told at once, of each alert by itself. */
const AT_ONCE = { to: ['people'], wait: '0s', interval: '0s' };
const people = (route: object = AT_ONCE) => new PlannedSite({ routes: [route] });

describe('an alert that comes and goes', () => {
  test('is told three times in 10 min, then that it flaps, then nothing until it was calm for 10 min', () => {
    const press = new Press(people()).flap(6);
    expect(press.site.told()).toEqual([
      '0s firing people p1',
      '20s resolved people p1',
      '1m firing people p2',
      '80s resolved people p2',
      '2m firing people p3',
      '140s resolved people p3',
      '3m firing people p4',
    ]);
    expect(press.site.deliveries).toEqual([]);
    press.pass(HOUR_MS);
    // Its last change was at 5 min 20 s.
    expect(press.site.told()).toEqual(['920s resolved people p4']);
    expect(press.site.untold).toEqual({ held: 2 });
    expect(press.site.waiting).toBe(0);
    expect([...press.site.agenda.keys()].filter((key) => !key.startsWith('flood:'))).toEqual([]);
  });

  test('the notice that it does says so, the others do not', () => {
    const press = new Press(people()).flap(5).pass(HOUR_MS);
    const flapping = press.site.deliveries.map(({ notice }) => notice.alerts[0]?.flapping ?? null);
    expect(flapping).toEqual([...Array(6).fill(null), { max: 3, perMs: 10 * MINUTE_MS }, null]);
  });

  test('every notice has the id of its event', () => {
    const press = new Press(people()).flap(5).pass(HOUR_MS);
    const id = (episode: string, number: number) =>
      noticeId({ gateway: 'gw', receiver: 'people', kind: 'event', key: [episode, number] });
    const ids = ['p1', 'p2', 'p3', 'p4'].flatMap((episode) => [id(episode, 1), id(episode, 2)]);
    expect(press.site.deliveries.map(({ notice }) => notice.id)).toEqual(ids);
  });

  test('three changes within 10 min are no flapping, nor are four in longer', () => {
    const press = new Press(people())
      .flap(3)
      .pass(7 * MINUTE_MS)
      .fire();
    expect(press.site.told().at(-1)).toBe('10m firing people p4');
    expect(press.site.deliveries).toEqual([]);
    expect([...press.site.agenda.values()].join()).not.toContain('"told":"warning"');
    const sooner = new Press(people())
      .flap(3)
      .pass(7 * MINUTE_MS - 1)
      .fire();
    expect(sooner.site.deliveries.at(-1)?.notice.alerts[0]?.flapping).toBeDefined();
  });

  test('that fires when it is calm is told to fire', () => {
    const press = new Press(people())
      .flap(5)
      .fire()
      .pass(9 * MINUTE_MS);
    expect(press.site.told()).toHaveLength(7);
    press.pass(MINUTE_MS);
    expect(press.site.told()).toEqual(['15m group people p6 p4']);
    press.pass(MINUTE_MS).end();
    expect(press.site.told()).toEqual(['16m resolved people p6']);
  });

  test('that never fires for as long as people are told of is told once all the same, and that it is over', () => {
    const press = new Press(people({ to: ['people'], wait: '30s' }));
    press.flap(6);
    expect(press.site.told()).toEqual(['210s firing people p4']);
    press.pass(HOUR_MS);
    expect(press.site.told()).toEqual(['920s resolved people p4']);
    // Three that were over too soon, and two while it was held.
    expect(press.site.untold).toEqual({ held: 5 });
  });

  test('another alert of the rule is told as always', () => {
    const site = people();
    new Press(site, 'p').flap(5);
    site.told();
    new Press(site, 'q').fire();
    expect(site.told()).toEqual(['5m firing people q1']);
  });
});

describe('that it gets worse', () => {
  test('is told at any time, once', () => {
    const press = new Press(people()).flap(4);
    press.site.told();
    press.fire('critical').pass(20 * SECOND_MS);
    expect(press.site.told()).toEqual(['4m firing people p5']);
    press
      .end()
      .pass(40 * SECOND_MS)
      .fire('critical')
      .pass(20 * SECOND_MS)
      .become('warning')
      .become('critical');
    expect(press.site.told()).toEqual([]);
    press.pass(HOUR_MS);
    expect(press.site.told()).toEqual(['920s group people p6 p5 p4']);
  });

  test('within an episode that is held', () => {
    const press = new Press(people()).flap(4);
    press.fire().pass(SECOND_MS);
    press.site.told();
    press.become('critical');
    expect(press.site.told()).toEqual(['241s firing people p5']);
  });

  test('an alert that goes from one severity to another and back flaps too', () => {
    const press = new Press(people()).fire('critical');
    for (let i = 0; i < 4; i += 1) {
      press.pass(SECOND_MS).become('warning').pass(SECOND_MS).become('critical');
    }
    expect(press.site.told()).toEqual([
      '0s firing people p1',
      '1s severity people p1',
      '2s severity people p1',
      '3s severity people p1',
      '4s severity people p1',
    ]);
    press.pass(HOUR_MS);
    expect(press.site.told()).toEqual(['608s severity people p1']);
  });
});

describe('who is exempt', () => {
  test('webhooks, unless they are to be spared', () => {
    const receivers = {
      scada: { webhook: { url: 'http://scada.example/' } },
      chat: { webhook: { url: 'http://chat.example/' }, flapping: { max: 1, per: '5m' } },
    };
    const site = new PlannedSite({ receivers, routes: [{ to: ['scada', 'chat'] }] });
    new Press(site).flap(4);
    const told = site.told();
    expect(told.filter((line) => line.includes('scada'))).toHaveLength(8);
    expect(told.filter((line) => line.includes('chat'))).toEqual([
      '0s firing chat p1',
      '20s resolved chat p1',
      '1m firing chat p2',
    ]);
    site.pass(HOUR_MS);
    expect(site.told()).toEqual(['500s resolved chat p2']);
  });

  test('levels: they are as the alert is', () => {
    const receivers = { siren: { mqtt: { topic: 'siren' } } };
    const site = new PlannedSite({ receivers, routes: [{ to: ['siren'] }] });
    new Press(site).flap(5);
    expect(site.shown()).toEqual(Array(5).fill(['siren on', 'siren off']).flat());
  });

  test('people who want all of it', () => {
    const receivers = { people: { email: { to: ['a@b.example'] }, flapping: false } };
    const site = new PlannedSite({ receivers, routes: [AT_ONCE] });
    new Press(site).flap(5);
    expect(site.told()).toHaveLength(10);
  });
});

test('10,000 alerts are watched, of more the latest', () => {
  const site = people();
  const first = new Press(site, 'first').flap(4);
  const watched = () => [...site.agenda.keys()].filter((key) => key.startsWith('flapping:'));
  for (let i = 1; i < 10_000; i += 1) new Press(site, `p${i}`).fire();
  expect(watched()).toHaveLength(10_000);
  expect(watched()[0]).toContain('first');
  new Press(site, 'last').fire();
  expect(watched()).toHaveLength(10_000);
  expect(watched()[0]).not.toContain('first');
  site.told();
  first.fire();
  site.pass(SECOND_MS);
  expect(site.waiting).toBe(0);
});

test('a change of the settings while it is held ends that', () => {
  const press = new Press(people()).flap(5);
  press.site.told();
  press.site.configure({
    receivers: { people: { email: { to: ['people@plant.example'] }, flapping: false } },
    routes: [AT_ONCE],
  });
  press.fire();
  expect(press.site.told()).toEqual(['5m firing people p6']);
});
