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

test('what is stored is ours as often as it comes, until it differs', () => {
  const { own, clock } = remembered();
  own.retain('siren', ON);
  clock.ms = 1e9;
  expect(own.isEcho('siren', ON, true)).toBe(true);
  expect(own.isEcho('siren', ON, true)).toBe(true);
  expect(own.isEcho('siren', OFF, true)).toBe(false);
  own.retain('siren', OFF);
  expect(own.isEcho('siren', ON, true)).toBe(false);
  expect(own.isEcho('siren', OFF, true)).toBe(true);
});

test('remembers the last 1,000 each way', () => {
  const { own } = remembered();
  for (let i = 0; i <= 1_000; i++) {
    own.expect(`t/${i}`, ON);
    own.retain(`t/${i}`, ON);
  }
  expect([own.isEcho('t/0', ON, false), own.isEcho('t/0', ON, true)]).toEqual([false, false]);
  expect([own.isEcho('t/1', ON, false), own.isEcho('t/1', ON, true)]).toEqual([true, true]);
  expect([own.isEcho('t/1000', ON, false), own.isEcho('t/1000', ON, true)]).toEqual([true, true]);
});
