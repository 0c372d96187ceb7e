/** The rate of a client: a burst of five seconds' worth, then evenly. */
import { expect, test } from 'vitest';
import { MessageRate } from '../../firmware-bridge/message-rate.js';

function rate(perSecond: number) {
  const clock = { ms: 0 };
  const messages = new MessageRate(() => clock.ms);
  return {
    clock,
    left: () => messages.left(perSecond),
    spend: (count: number) => messages.spend(count, perSecond),
    waitMs: () => messages.waitMs(perSecond),
    messages,
  };
}

test('allows a burst of five seconds and refills evenly, up to a burst', () => {
  const { left, spend, waitMs, clock } = rate(125);
  expect(left()).toBe(625);
  spend(625);
  expect(left()).toBe(0);
  clock.ms = 7;
  expect([left(), waitMs()]).toEqual([0, 1]);
  clock.ms = 9;
  expect(left()).toBe(1);
  clock.ms = 1_000;
  expect(left()).toBe(125);
  clock.ms = 3_600_000;
  expect(left()).toBe(625);
});

test('a slow rate gains by looking often, too', () => {
  const { left, spend, waitMs, clock } = rate(1);
  spend(left());
  expect(waitMs()).toBe(1_000);
  for (clock.ms = 100; clock.ms < 1_000; clock.ms += 100) expect(left()).toBe(0);
  clock.ms = 1_001;
  expect(left()).toBe(1);
});

test('what is left of one rate is worth as much time at another', () => {
  const { messages } = rate(100);
  messages.spend(250, 100);
  expect([messages.left(100), messages.left(10)]).toEqual([250, 25]);
});
