/** The queue of one receiver: when each notice is tried, in which order, and what a failing receiver is spared. */
import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../../../runtime/delivery/receiver.js';
import { delivery, NOON } from './delivery-fixture.js';
import { desk, FAIL, MINUTE_MS, OK, ScriptedReceiver, settled, times } from './desk-fixture.js';

describe('attempts', () => {
  test('one that succeeds', async () => {
    const receiver = new ScriptedReceiver();
    const { send, outbox, report } = desk([receiver]);
    await send(delivery());
    expect(receiver.attempts).toEqual([delivery()]);
    expect(outbox.counts).toEqual({ queued: 0, delivered: 1, merged: 0, expired: 0, dead: 0 });
    expect(report.lines).toEqual([]);
  });

  test.each([
    [0, [5, 30, 120, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 86_400, 86_400]],
    [0.5, [5.5, 33, 132, 330, 1980, 7920, 5.5 * 3600, 11 * 3600, 15.4 * 3600, 22 * 3600, 95_040, 95_040]],
  ])('are repeated after growing waits, spread by %d', async (random, waits) => {
    const receiver = new ScriptedReceiver('scada', 1, times(waits.length, FAIL));
    const { send, advance, clock, outbox } = desk([receiver], { random });
    await send(delivery({ expiresAt: NOON + 30 * 86_400_000 }));
    for (const [index, wait] of waits.entries()) {
      expect(receiver.attempts).toHaveLength(index + 1);
      const entry = outbox.queued()[0];
      expect(entry).toMatchObject({ attempts: index + 1, lastError: 'HTTP 500' });
      expect((entry?.nextAt ?? 0) - NOON - clock.monotonic()).toBeCloseTo(wait * 1000, 3);
      await advance(wait * 1000);
    }
    expect(new Set(receiver.ids).size).toBe(1);
    expect(outbox.counts.delivered).toBe(1);
  });

  test('wait as long as the receiver asks, at least a second', async () => {
    const asks = (afterMs: number): AttemptResult => ({ kind: 'retry', reason: 'HTTP 429', afterMs });
    const receiver = new ScriptedReceiver('scada', 1, [asks(7_000), asks(0)]);
    const { send, clock } = desk([receiver]);
    await send(delivery());
    expect(clock.untilNext).toBe(7_000);
    clock.advance(7_000);
    await settled();
    expect(clock.untilNext).toBe(1_000);
  });

  test('a refusal for good is a dead letter', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [{ kind: 'rejected', reason: 'HTTP 410' }]);
    const { send, outbox, report, clock } = desk([receiver]);
    await send(delivery());
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
    expect(outbox.deadLetters()).toMatchObject([{ state: 'dead', lastError: 'HTTP 410' }]);
    expect(report.lines).toEqual(['dead scada: HTTP 410']);
  });

  test('end with a last one when the notice expires', async () => {
    const receiver = new ScriptedReceiver('scada', 1, times(9, FAIL));
    const { send, advance, outbox } = desk([receiver]);
    await send(delivery({ expiresAt: NOON + 10 * MINUTE_MS }));
    await advance(10 * MINUTE_MS - 1);
    // 0, 5 s, 35 s, 155 s, 455 s
    expect(receiver.attempts).toHaveLength(5);
    expect(outbox.counts.queued).toBe(1);
    await advance(1);
    expect(receiver.attempts).toHaveLength(6);
    expect(outbox.deadLetters()).toMatchObject([{ state: 'expired', attempts: 6, lastError: 'HTTP 500' }]);
  });

  test('a receiver that throws is tried again like any other', async () => {
    const receiver = new ScriptedReceiver();
    receiver.attempt = () => Promise.reject(new Error('a fault of our own'));
    const { send, outbox } = desk([receiver]);
    await send(delivery());
    expect(outbox.queued()[0]).toMatchObject({ attempts: 1, lastError: 'a fault of our own' });
  });
});

describe('order', () => {
  test('the more severe first, equal ones as they came', async () => {
    const receiver = new ScriptedReceiver();
    receiver.isHolding = true;
    const { send } = desk([receiver]);
    const severities = ['info', 'info', 'critical', 'warning', 'critical'] as const;
    await send(...severities.map((severity, index) => delivery({ severity, episode: `e${index}` })));
    while (receiver.held.length > 0) {
      receiver.held.shift()?.(OK);
      await settled();
    }
    expect(receiver.attempts.map(({ lane }) => lane)).toEqual(['e2', 'e4', 'e3', 'e0', 'e1']);
  });

  test('notices of one episode keep theirs, though the first is tried again', async () => {
    const receiver = new ScriptedReceiver('scada', 8, [FAIL]);
    const { send, advance } = desk([receiver]);
    await send(delivery({ number: 1, kind: 'firing' }), delivery({ number: 2, kind: 'resolved' }));
    expect(receiver.attempts.map(({ notice }) => notice.kind)).toEqual(['firing']);
    await advance(5_000);
    expect(receiver.attempts.map(({ notice }) => notice.kind)).toEqual(['firing', 'firing', 'resolved']);
  });

  test('what comes after a dead letter of its episode goes on', async () => {
    const receiver = new ScriptedReceiver('scada', 8, [{ kind: 'rejected', reason: 'HTTP 400' }]);
    const { send } = desk([receiver]);
    await send(delivery({ number: 1 }), delivery({ number: 2, kind: 'resolved' }));
    expect(receiver.attempts.map(({ notice }) => notice.kind)).toEqual(['firing', 'resolved']);
  });

  test('no more at once than the receiver takes', async () => {
    const receiver = new ScriptedReceiver('scada', 3);
    receiver.isHolding = true;
    const { send } = desk([receiver]);
    await send(...Array.from({ length: 10 }, (_, index) => delivery({ episode: `e${index}` })));
    expect(receiver.attempts).toHaveLength(3);
    receiver.held[0]?.(OK);
    await settled();
    expect(receiver.attempts).toHaveLength(4);
  });
});

describe('failing and recovering', () => {
  test('while it fails it is tried by one notice at a time', async () => {
    const receiver = new ScriptedReceiver('scada', 8, [FAIL]);
    const { send, advance } = desk([receiver]);
    await send(delivery({ episode: 'first' }));
    receiver.isHolding = true;
    await send(...Array.from({ length: 5 }, (_, index) => delivery({ episode: `e${index}` })));
    await advance(4_999);
    expect(receiver.held).toHaveLength(0);
    await advance(1);
    expect(receiver.held).toHaveLength(1);
    receiver.held[0]?.(OK);
    await settled();
    expect(receiver.attempts).toHaveLength(7);
  });

  test('is said once, and once when it is over', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [FAIL, FAIL]);
    const { send, advance, report } = desk([receiver]);
    await send(delivery());
    await advance(10 * MINUTE_MS);
    expect(report.lines).toEqual(['failing scada: HTTP 500', 'recovered scada']);
  });

  test('is said to others after three failures of one notice, once', async () => {
    const receiver = new ScriptedReceiver('scada', 1, times(5, FAIL));
    const { send, advance, report } = desk([receiver]);
    await send(delivery());
    await advance(34_999);
    expect(report.lines).toEqual(['failing scada: HTTP 500']);
    await advance(1);
    const lines = ['failing scada: HTTP 500', 'unreachable scada: HTTP 500'];
    expect(report.lines).toEqual(lines);
    await advance(60 * MINUTE_MS);
    expect(report.lines).toEqual([...lines, 'recovered scada']);
  });

  test('is said to others after 5 min without a success', async () => {
    const asked: AttemptResult = { kind: 'retry', reason: 'HTTP 503', afterMs: 60 * MINUTE_MS };
    const { send, advance, report } = desk([new ScriptedReceiver('scada', 1, [asked])]);
    await send(delivery());
    await advance(5 * MINUTE_MS - 1);
    expect(report.lines).toHaveLength(1);
    await advance(1);
    expect(report.lines[1]).toMatch(/^unreachable scada: /);
  });

  test('thousands of waiting notices are not all tried while it fails', async () => {
    const receiver = new ScriptedReceiver('scada', 8, times(1_000, FAIL));
    const { send, advance } = desk([receiver], { queuedMax: 10_000 });
    await send(...Array.from({ length: 2_000 }, (_, index) => delivery({ episode: `e${index}` })));
    // The eight under way when it began to fail, and then one every five seconds.
    await advance(MINUTE_MS);
    expect(receiver.attempts).toHaveLength(8 + 12);
  });

  test('what waited long is tried soon after a success', async () => {
    const receiver = new ScriptedReceiver('scada', 1, times(5, FAIL));
    const { send, advance, clock, outbox } = desk([receiver]);
    await send(delivery({ episode: 'old' }));
    await advance(8 * MINUTE_MS);
    expect(receiver.attempts).toHaveLength(5);
    expect(clock.untilNext).toBeGreaterThan(20 * MINUTE_MS);
    await send(delivery({ episode: 'new' }));
    expect(clock.untilNext).toBe(5_000);
    await advance(5_000);
    expect(outbox.counts).toMatchObject({ queued: 0, delivered: 2 });
  });

  test.each([
    ['as long as it asked', 60_000],
    ['but not longer than 5 min', 3_600_000],
  ])('when it asks to wait, the others wait too, %s', async (_name, afterMs) => {
    const asked: AttemptResult = { kind: 'retry', reason: 'HTTP 429', afterMs };
    const receiver = new ScriptedReceiver('scada', 1, [asked]);
    const { send, advance } = desk([receiver]);
    await send(delivery({ episode: 'old' }));
    await send(delivery({ episode: 'new' }));
    await advance(Math.min(afterMs, 5 * MINUTE_MS) - 1);
    expect(receiver.attempts).toHaveLength(1);
    await advance(1);
    expect(receiver.attempts.map(({ lane }) => lane)).toContain('new');
    // The one that was answered waits as long as it was told to.
    await advance(afterMs - Math.min(afterMs, 5 * MINUTE_MS));
    expect(receiver.attempts).toHaveLength(3);
  });

  test('what is due sooner than a recovery stays due then', async () => {
    const receiver = new ScriptedReceiver('scada', 2, [FAIL]);
    receiver.isHolding = true;
    const { send, clock } = desk([receiver]);
    await send(delivery({ episode: 'old' }), delivery({ episode: 'new' }));
    receiver.held[0]?.(FAIL);
    await settled();
    clock.advance(4_000);
    receiver.held[1]?.(OK);
    await settled();
    expect(clock.untilNext).toBe(1_000);
  });
});
