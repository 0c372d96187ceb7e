/** Expected beside actual events: what matches, and how what does not is paired. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { compareEvents, differencesOf } from '../../../runtime/rule-tests/compare-events.js';
import type { ExpectedEvent } from '../../../runtime/rule-tests/rule-test.js';

const EVENT: AlertEvent = {
  time: 40_000,
  rule: 'hot',
  event: 'firing',
  severity: 'warning',
  labels: { line: 'l1', machine: 'm1' },
  values: { temp: 85, gone: null },
  message: 'it is hot',
  episode: '0123456789abcdef',
};
const event = (parts: Partial<AlertEvent> = {}): AlertEvent => ({ ...EVENT, ...parts });
const wanted = (parts: Partial<ExpectedEvent> = {}): ExpectedEvent => ({ line: 1, rule: 'hot', ...parts });

describe('one event', () => {
  test.each<[string, ExpectedEvent]>([
    ['nothing asked', { line: 1 }],
    ['the time', wanted({ at: 40_000 })],
    ['a part of the labels', wanted({ labels: { machine: 'm1' } })],
    ['no labels', wanted({ labels: {} })],
    ['a part of the values', wanted({ values: { temp: 85 } })],
    ['an unknown value', wanted({ values: { gone: null } })],
    ['without the mark', wanted({ suppressed: false, late: false, stale: false })],
    ['everything', { line: 1, ...EVENT, at: 40_000, episode: '0123456789abcdef', event: 'firing' }],
  ])('matches: %s', (_name, expected) => {
    expect(differencesOf(expected, EVENT)).toEqual([]);
  });

  test.each<[string, ExpectedEvent, Partial<AlertEvent>]>([
    ['at', wanted({ at: 39_999 }), {}],
    ['rule', wanted({ rule: 'cold' }), {}],
    ['event', wanted({ event: 'resolved' }), {}],
    ['severity', wanted({ severity: 'critical' }), {}],
    ['message', wanted({ message: 'It is hot' }), {}],
    ['previous', wanted({ previous: 'info' }), {}],
    ['reason', wanted({ reason: 'reset' }), { reason: 'normal' }],
    ['labels.machine', wanted({ labels: { machine: 'm2' } }), {}],
    ['labels.plant', wanted({ labels: { plant: 'p' } }), {}],
    ['values.temp', wanted({ values: { temp: 86 } }), {}],
    ['values.gone', wanted({ values: { gone: 0 } }), {}],
    ['values.other', wanted({ values: { other: null } }), {}],
    ['suppressed', wanted({ suppressed: true }), {}],
    ['suppressed', wanted({ suppressed: false }), { suppressed: true }],
    ['late', wanted({ late: false }), { late: true }],
  ])('differs: %s', (key, expected, parts) => {
    expect(differencesOf(expected, event(parts)).map((difference) => difference.key)).toEqual([key]);
  });
});

describe('lists', () => {
  const kinds = (expected: readonly ExpectedEvent[], events: readonly AlertEvent[]) =>
    compareEvents(expected, events).map(({ kind }) => kind);
  const firing = (at: number) => wanted({ at, event: 'firing' });
  const resolved = (at: number) => wanted({ at, event: 'resolved' });
  const fired = (time: number) => event({ time });
  const ended = (time: number) => event({ time, event: 'resolved' });

  test.each<[string, readonly ExpectedEvent[], readonly AlertEvent[], string[]]>([
    ['none', [], [], []],
    ['all', [firing(1), resolved(2)], [fired(1), ended(2)], ['match', 'match']],
    ['one missing at the end', [firing(1), resolved(2)], [fired(1)], ['match', 'missing']],
    ['one missing at the start', [firing(1), resolved(2)], [ended(2)], ['missing', 'match']],
    [
      'one too many in between',
      [firing(1), resolved(3)],
      [fired(1), ended(2), ended(3)],
      ['match', 'unexpected', 'match'],
    ],
    ['a wrong time', [firing(1), resolved(3)], [fired(2), ended(3)], ['different', 'match']],
    ['the nearer one is meant', [firing(5000)], [fired(4000), fired(90_000)], ['different', 'unexpected']],
    ['another rule is not meant', [wanted({ rule: 'cold' })], [fired(1)], ['missing', 'unexpected']],
    ['nor another instance', [wanted({ labels: { machine: 'm2' } })], [fired(1)], ['missing', 'unexpected']],
    ['in order of time', [resolved(9)], [fired(3)], ['unexpected', 'missing']],
  ])('%s', (_name, expected, events, result) => {
    expect(kinds(expected, events)).toEqual(result);
  });

  test('they agree exactly if each event matches the one at its place; nothing is left out or made up', () => {
    const rule = fc.constantFrom('hot', 'cold');
    const time = fc.integer({ min: 0, max: 3 });
    const expectations = fc.array(
      fc.record({ line: fc.constant(1), rule, at: fc.option(time, { nil: undefined }) }),
      {
        maxLength: 6,
      },
    );
    const events = fc.array(
      fc.tuple(rule, time).map(([id, at]) => event({ rule: id, time: at })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(expectations, events, (expected, got) => {
        const pairings = compareEvents(expected, got);
        const agrees =
          expected.length === got.length &&
          expected.every((one, index) => differencesOf(one, got[index] ?? EVENT).length === 0);
        expect(pairings.every(({ kind }) => kind === 'match')).toBe(agrees);
        expect(pairings.flatMap((pairing) => ('expected' in pairing ? [pairing.expected] : []))).toEqual(
          expected,
        );
        expect(pairings.flatMap((pairing) => ('event' in pairing ? [pairing.event] : []))).toEqual(got);
      }),
    );
  });

  test('very long lists are compared too', () => {
    const expected = Array.from({ length: 3000 }, (_, index) => firing(index));
    const events = Array.from({ length: 3000 }, (_, index) => fired(index + 1));
    expect(kinds(expected, events).filter((kind) => kind === 'match')).toEqual([]);
    expect(
      kinds(
        expected,
        expected.map(({ at = 0 }) => fired(at)),
      ),
    ).toHaveLength(3000);
  });
});
