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
    ['switched off', { email: { to: ['a@b.example'] }, flood: false }, null],
    ['of its own', { webhook: { url: 'http://a' }, flood: { max: 3 } }, { max: 3, perMs: 600_000 }],
  ])('flood: %s', (_name, receiver, flood) => {
    const { receivers } = loadValid({ receivers: { a: receiver }, smtp: { folder: 'm' } });
    expect(receivers[0]?.flood).toEqual(flood);
  });
});
