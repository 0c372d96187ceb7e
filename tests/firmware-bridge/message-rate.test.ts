/** The rate of a client: a burst of five seconds' worth, then evenly. */
import { expect, test } from 'vitest';
import { MessageRate } from '../../firmware-bridge/message-rate.js';

function rate(perSecond: number) {
  const clock = { ms: 0 };
  return { rate: new MessageRate(perSecond, () => clock.ms), clock };
}

test('allows a burst of five seconds and refills evenly, up to a burst', () => {
  const { rate: messages, clock } = rate(125);
  expect(messages.left()).toBe(625);
  messages.spend(625);
  expect(messages.left()).toBe(0);
  clock.ms = 7;
  expect([messages.left(), messages.waitMs]).toEqual([0, 1]);
  clock.ms = 8;
  expect(messages.left()).toBe(1);
  clock.ms = 1_000;
  expect(messages.left()).toBe(125);
  clock.ms = 3_600_000;
  expect(messages.left()).toBe(625);
});

test('a slow rate gains by looking often, too', () => {
  const { rate: messages, clock } = rate(1);
  messages.spend(messages.left());
  expect(messages.waitMs).toBe(1_000);
  for (clock.ms = 100; clock.ms < 1_000; clock.ms += 100) expect(messages.left()).toBe(0);
  clock.ms = 1_001;
  expect(messages.left()).toBe(1);
});
