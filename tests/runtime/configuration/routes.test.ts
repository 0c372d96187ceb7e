/** Routes and receivers of `tocsin.json`: whom alerts go to, when, and how much of it. */
import { describe, expect, test } from 'vitest';
import { type Configuration, loadConfiguration } from '../../../runtime/site/configuration.js';

function loadValid(content: object): Configuration {
  const { configuration, issues } = loadConfiguration({ path: 'tocsin.json', text: JSON.stringify(content) });
  expect(issues).toEqual([]);
  if (configuration === null) throw new Error('no configuration');
  return configuration;
}

/** A route that says nothing about when. */
const AS_IT_COMES = { group: null, waitMs: null, intervalMs: null, repeatMs: null, escalate: [] };

describe('what keys become', () => {
  test('routes: one value or several', () => {
    const { routes } = loadValid({
      receivers: { a: { webhook: { url: 'http://a' } }, b: { webhook: { url: 'http://b' } } },
      routes: [
        { match: { severity: 'critical', line: ['l1', 'l2'] }, to: ['a'], continue: true },
        { to: ['b'] },
      ],
    });
    expect(routes).toEqual([
      {
        match: new Map([
          ['severity', ['critical']],
          ['line', ['l1', 'l2']],
        ]),
        to: ['a'],
        continues: true,
        ...AS_IT_COMES,
      },
      { match: new Map(), to: ['b'], continues: false, ...AS_IT_COMES },
    ]);
  });

  test('routes: when, and who else', () => {
    const { routes } = loadValid({
      receivers: { a: { webhook: { url: 'http://a' } }, b: { webhook: { url: 'http://b' } } },
      routes: [
        {
          to: ['a'],
          group: ['line', 'rule'],
          wait: '0s',
          interval: '1m',
          repeat: '4h',
          escalate: [{ after: '15m', to: ['b'] }],
        },
      ],
    });
    expect(routes[0]).toMatchObject({
      group: ['line', 'rule'],
      waitMs: 0,
      intervalMs: 60_000,
      repeatMs: 4 * 3_600_000,
      escalate: [{ afterMs: 900_000, to: ['b'] }],
    });
  });

  test.each([
    ['by mail', { email: { to: ['a@b.example'] } }, { max: 10, perMs: 600_000 }],
    ['by webhook', { webhook: { url: 'http://a' } }, null],
    ['in a chat', { webhook: { url: 'http://a', format: 'slack' } }, { max: 10, perMs: 600_000 }],
    ['switched off', { email: { to: ['a@b.example'] }, flood: false }, null],
    ['of its own', { webhook: { url: 'http://a' }, flood: { max: 3 } }, { max: 3, perMs: 600_000 }],
  ])('flood: %s', (_name, receiver, flood) => {
    const { receivers } = loadValid({ receivers: { a: receiver }, smtp: { folder: 'm' } });
    expect(receivers[0]?.flood).toEqual(flood);
  });

  test.each([
    ['by mail', { email: { to: ['a@b.example'] } }, { max: 3, perMs: 600_000 }],
    ['by webhook', { webhook: { url: 'http://a' } }, null],
    ['switched off', { email: { to: ['a@b.example'] }, flapping: false }, null],
    ['of its own', { webhook: { url: 'http://a' }, flapping: { per: '1m' } }, { max: 3, perMs: 60_000 }],
  ])('flapping: %s', (_name, receiver, flapping) => {
    const { receivers } = loadValid({ receivers: { a: receiver }, smtp: { folder: 'm' } });
    expect(receivers[0]?.flapping).toEqual(flapping);
  });

  const daily = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440 };
  test.each([
    ['one span, in the time zone of the site', { from: '06:30' }, [{ ...daily, fromMinute: 390 }]],
    ['of its own', { timezone: 'Asia/Tokyo' }, [{ ...daily, timezone: 'Asia/Tokyo' }]],
    [
      'several, their days in order',
      [{ days: ['sun', 'mon'] }, { to: '12:00' }],
      [
        { ...daily, days: [0, 6] },
        { ...daily, toMinute: 720 },
      ],
    ],
  ])('schedule: %s', (_name, schedule, spans) => {
    const { receivers } = loadValid({
      timezone: 'Europe/Berlin',
      receivers: { a: { webhook: { url: 'http://a' }, schedule } },
    });
    expect(receivers[0]?.schedule).toEqual(spans.map((span) => ({ timezone: 'Europe/Berlin', ...span })));
  });
});

describe('levels', () => {
  const at = (mqtt: object, more: object = {}) => ({ receivers: { siren: { mqtt } }, ...more });

  test('with their defaults', () => {
    const [siren] = loadValid(at({ topic: 'factory/{line}/siren' })).receivers;
    expect(siren?.channel).toMatchObject({
      kind: 'mqtt',
      topic: { captures: ['line'] },
      payload: 'on',
      resolved: 'off',
      connection: null,
    });
  });

  const plant = { name: 'plant', url: 'mqtt://plant', topics: ['#'] };

  test.each<[string, object, string]>([
    [
      'a wildcard',
      at({ topic: 'factory/+/siren' }),
      'bad-topic `topic` is no topic that one can publish to.',
    ],
    [
      'of the broker itself',
      at({ topic: '$SYS/siren' }),
      'bad-topic `topic` is no topic that one can publish to.',
    ],
    ['a placeholder that is no level', at({ topic: 'a{line}' }), 'bad-topic'],
    [
      'a connection that does not exist',
      at({ topic: 't', connection: 'plnt' }, { mqtt: { connections: [plant] } }),
      'invalid-value There is no connection "plnt"',
    ],
    [
      'no broker of our own',
      at({ topic: 't' }, { mqtt: { connections: [plant] } }),
      'missing-key There is no embedded broker to publish to',
    ],
    [
      'two channels',
      { receivers: { siren: { mqtt: { topic: 't' }, webhook: { url: 'http://a' } } } },
      'two-subjects The receiver "siren" must have only one of',
    ],
  ])('%s', (_name, content, expected) => {
    const { issues } = loadConfiguration({ path: 'tocsin.json', text: JSON.stringify(content) });
    expect(issues.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test('by a connection', () => {
    const { receivers } = loadValid(
      at({ topic: 't', connection: 'plant' }, { mqtt: { connections: [plant] } }),
    );
    expect(receivers[0]?.channel).toMatchObject({ connection: 'plant' });
  });
});
