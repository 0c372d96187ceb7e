/** What this process published is recognised when it comes back, once, and nothing else is taken for it. */
import { expect, test } from 'vitest';
import { OwnPublishes } from '../../firmware-bridge/own-publishes.js';

const ON = Buffer.from('on');
const OFF = Buffer.from('off');

function remembered() {
  const clock = { ms: 0 };
  return { own: new OwnPublishes(() => clock.ms), clock };
}

test('recognises each publish once, by topic and payload', () => {
  const { own } = remembered();
  own.expect('siren', ON);
  own.expect('siren', ON);
  expect(own.isEcho('siren', OFF, false)).toBe(false);
  expect(own.isEcho('lamp', ON, false)).toBe(false);
  expect(own.isEcho('siren', ON, false)).toBe(true);
  expect(own.isEcho('siren', ON, false)).toBe(true);
  expect(own.isEcho('siren', ON, false)).toBe(false);
});

test('of several on one topic, those before one that came back do not come any more', () => {
  const { own } = remembered();
  own.expect('siren', ON);
  own.expect('siren', OFF);
  expect(own.isEcho('siren', OFF, false)).toBe(true);
  expect(own.isEcho('siren', ON, false)).toBe(false);
});

test('waits a minute for it and no longer', () => {
  const { own, clock } = remembered();
  own.expect('siren', ON);
  own.expect('lamp', ON);
  clock.ms = 60_000;
  expect(own.isEcho('siren', ON, false)).toBe(true);
  clock.ms = 60_001;
  expect(own.isEcho('lamp', ON, false)).toBe(false);
});

test('what we stored is ours as often as it comes, with every payload that we stored there', () => {
  const { own, clock } = remembered();
  own.retain('siren', ON);
  clock.ms = 1e9;
  expect(own.isEcho('siren', ON, true)).toBe(true);
  expect(own.isEcho('siren', ON, true)).toBe(true);
  expect(own.isEcho('siren', OFF, true)).toBe(false);
  own.retain('siren', OFF);
  // It was stored when we subscribed, and replaced before it came.
  expect(own.isEcho('siren', ON, true)).toBe(true);
  expect(own.isEcho('siren', OFF, true)).toBe(true);
  expect(own.isEcho('siren', Buffer.from('test'), true)).toBe(false);
  expect(own.isEcho('lamp', ON, true)).toBe(false);
});

test('what earlier runs stored is ours, and news of others on the same topic is not', () => {
  const own = new OwnPublishes(
    () => 0,
    [
      { topic: 'siren', payload: ON },
      { topic: 'siren', payload: OFF },
    ],
  );
  expect([own.isEcho('siren', ON, true), own.isEcho('siren', OFF, true)]).toEqual([true, true]);
  expect(own.isEcho('siren', ON, false)).toBe(false);
});

test('of a topic the last 4 payloads are remembered', () => {
  const { own } = remembered();
  for (let i = 0; i <= 4; i++) own.retain('count', Buffer.from(`${i}`));
  expect(own.isEcho('count', Buffer.from('0'), true)).toBe(false);
  expect(own.isEcho('count', Buffer.from('1'), true)).toBe(true);
});

test('remembers the last 1,000 that will come back, and 10,000 topics on which something is stored', () => {
  const { own } = remembered();
  for (let i = 0; i <= 1_000; i++) own.expect(`t/${i}`, ON);
  for (let i = 0; i <= 10_000; i++) own.retain(`t/${i}`, ON);
  expect([own.isEcho('t/0', ON, false), own.isEcho('t/1', ON, false)]).toEqual([false, true]);
  expect(own.isEcho('t/1000', ON, false)).toBe(true);
  expect([own.isEcho('t/0', ON, true), own.isEcho('t/1', ON, true)]).toEqual([false, true]);
  expect(own.isEcho('t/10000', ON, true)).toBe(true);
});
