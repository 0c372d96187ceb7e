/**
 * The queue of one receiver and the desk of all, with receivers that answer as the test says and a clock that stands
 * until it is advanced.
 */
import { describe, expect, test } from 'vitest';
import { DeliveryDesk } from '../../../runtime/delivery/delivery-desk.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import { MemoryOutbox } from '../../../runtime/delivery/outbox.js';
import type { AttemptResult, Receiver } from '../../../runtime/delivery/receiver.js';
import { SimulatedClock } from '../../../runtime/simulated-clock.js';
import { delivery, NOON, Reported } from './delivery-fixture.js';

const MINUTE_MS = 60_000;
const OK: AttemptResult = { kind: 'delivered' };
const FAIL: AttemptResult = { kind: 'retry', reason: 'HTTP 500' };

/** Answers from a list, then with success; a held one answers when it is let go. */
class ScriptedReceiver implements Receiver {
  readonly attempts: Delivery[] = [];
  readonly held: ((result: AttemptResult) => void)[] = [];
  isHolding = false;
  aborted = 0;

  constructor(
    readonly name = 'scada',
    readonly concurrency = 1,
    private readonly answers: AttemptResult[] = [],
  ) {}

  attempt(one: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    this.attempts.push(one);
    if (!this.isHolding) return Promise.resolve(this.answers.shift() ?? OK);
    return new Promise((resolve) => {
      this.held.push(resolve);
      signal.addEventListener('abort', () => {
        this.aborted += 1;
        resolve({ kind: 'retry', reason: 'broken off' });
      });
    });
  }

  get ids(): string[] {
    return this.attempts.map(({ notice }) => notice.id);
  }
}

/** Lets everything that waits only for promises happen. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function desk(receivers: Receiver[], options: { random?: number; queuedMax?: number } = {}) {
  const clock = new SimulatedClock(NOON);
  const outbox = new MemoryOutbox();
  const report = new Reported();
  const made = new DeliveryDesk({
    receivers,
    outbox,
    clock,
    now: () => NOON + clock.monotonic(),
    random: () => options.random ?? 0,
    report,
    queuedMax: options.queuedMax ?? 1_000,
  });
  const send = async (...deliveries: Delivery[]) => {
    outbox.add(deliveries);
    made.send(deliveries);
    await settled();
  };
  const advance = async (ms: number) => {
    // Step by step: an attempt that begins at a timer may set the next one.
    for (let rest = ms; rest > 0; ) {
      const step = Math.min(rest, clock.untilNext);
      clock.advance(step);
      rest -= step;
      await settled();
    }
  };
  return { desk: made, clock, outbox, report, send, advance };
}

describe('attempts', () => {
  test('one that succeeds', async () => {
    const receiver = new ScriptedReceiver();
    const { send, outbox, report } = desk([receiver]);
    await send(delivery());
    expect(receiver.attempts).toEqual([delivery()]);
    expect(outbox.counts).toEqual({ queued: 0, delivered: 1, expired: 0, dead: 0 });
    expect(report.lines).toEqual([]);
  });

  test.each([
    [0, [5, 30, 120, 300, 1800, 7200, 7200]],
    [0.5, [5.5, 33, 132, 330, 1980, 7920, 7920]],
  ])('are repeated after growing waits, spread by %d', async (random, waits) => {
    const receiver = new ScriptedReceiver(
      'scada',
      1,
      Array.from({ length: 7 }, () => FAIL),
    );
    const { send, clock, outbox } = desk([receiver], { random });
    await send(delivery());
    for (const [index, wait] of waits.entries()) {
      expect(receiver.attempts).toHaveLength(index + 1);
      expect(outbox.queued()[0]).toMatchObject({ attempts: index + 1, lastError: 'HTTP 500' });
      expect(clock.untilNext).toBeCloseTo(wait * 1000, 6);
      clock.advance(clock.untilNext);
      await settled();
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
    expect(report.lines).toEqual(['given up scada: HTTP 410']);
  });

  test('end with a last one when the notice expires', async () => {
    const receiver = new ScriptedReceiver(
      'scada',
      1,
      Array.from({ length: 9 }, () => FAIL),
    );
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
    expect(receiver.attempts.map(({ episode }) => episode)).toEqual(['e0', 'e2', 'e4', 'e3', 'e1']);
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
    const { send } = desk([receiver]);
    await send(delivery({ episode: 'first' }));
    receiver.isHolding = true;
    await send(...Array.from({ length: 5 }, (_, index) => delivery({ episode: `e${index}` })));
    expect(receiver.held).toHaveLength(1);
    receiver.held[0]?.(OK);
    await settled();
    expect(receiver.attempts).toHaveLength(6);
  });

  test('is said once, and once when it is over', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [FAIL, FAIL, FAIL]);
    const { send, advance, report } = desk([receiver]);
    await send(delivery());
    await advance(10 * MINUTE_MS);
    expect(report.lines).toEqual(['failing scada: HTTP 500', 'recovered scada']);
  });

  test('what waited long is tried soon after a success', async () => {
    const receiver = new ScriptedReceiver(
      'scada',
      1,
      Array.from({ length: 5 }, () => FAIL),
    );
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

  test('one that it asked to wait for waits all the same', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [
      { kind: 'retry', reason: 'HTTP 429', afterMs: 60_000 },
    ]);
    const { send, clock } = desk([receiver]);
    await send(delivery({ episode: 'old' }));
    await send(delivery({ episode: 'new' }));
    expect(clock.untilNext).toBe(60_000);
  });

  test('what is due sooner than a recovery stays due then', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [FAIL]);
    const { send, clock } = desk([receiver]);
    await send(delivery({ episode: 'old' }));
    clock.advance(4_000);
    await send(delivery({ episode: 'new' }));
    expect(clock.untilNext).toBe(1_000);
  });
});

describe('the desk', () => {
  test('one receiver does not delay another', async () => {
    const stuck = new ScriptedReceiver('stuck');
    stuck.isHolding = true;
    const good = new ScriptedReceiver('good');
    const { send } = desk([stuck, good]);
    await send(
      ...[1, 2, 3].flatMap((n) =>
        ['stuck', 'good'].map((receiver) => delivery({ receiver, episode: `e${n}` })),
      ),
    );
    expect(stuck.attempts).toHaveLength(1);
    expect(good.attempts).toHaveLength(3);
  });

  test('a full outbox keeps its last places for the worst', async () => {
    const receiver = new ScriptedReceiver();
    receiver.isHolding = true;
    const { send, outbox, report } = desk([receiver], { queuedMax: 10 });
    const severities = [...Array(9).fill('info'), 'warning', 'critical', 'critical'] as const;
    for (const [index, severity] of severities.entries())
      await send(delivery({ severity, episode: `e${index}` }));
    expect(outbox.deadLetters().map(({ delivery: { episode } }) => episode)).toEqual(['e8', 'e11']);
    await send(delivery({ severity: 'warning', episode: 'late' }));
    expect(outbox.deadLetters().map(({ delivery: { episode } }) => episode)).toEqual(['e8', 'e11', 'late']);
    expect(report.lines.at(-1)).toBe('given up scada: the outbox is full (limits.outbox)');
  });

  test('a notice for a receiver that is gone is a dead letter', async () => {
    const { send, outbox } = desk([]);
    await send(delivery());
    expect(outbox.deadLetters()).toHaveLength(1);
  });

  test('a notice that is queued already is the same notice', () => {
    const outbox = new MemoryOutbox();
    outbox.add([delivery(), delivery()]);
    outbox.add([delivery()]);
    expect(outbox.queued()).toHaveLength(1);
    expect(outbox.counts.queued).toBe(1);
  });

  test('stops when what is under way has ended; begins nothing more', async () => {
    const receiver = new ScriptedReceiver('scada', 1);
    receiver.isHolding = true;
    const { desk: stopping, send } = desk([receiver]);
    await send(delivery({ episode: 'a' }), delivery({ episode: 'b' }));
    const stopped = stopping.stop(1_000);
    receiver.held[0]?.(OK);
    await stopped;
    expect(receiver.attempts).toHaveLength(1);
    expect(receiver.aborted).toBe(0);
  });

  test('breaks off what does not end in time', async () => {
    const receiver = new ScriptedReceiver('scada', 1);
    receiver.isHolding = true;
    const { desk: stopping, send, clock, outbox } = desk([receiver]);
    await send(delivery());
    const stopped = stopping.stop(1_000);
    clock.advance(1_000);
    await stopped;
    expect(receiver.aborted).toBe(1);
    expect(outbox.counts.queued).toBe(1);
  });

  test('stops at once when only waits are left', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [FAIL]);
    const { desk: stopping, send, clock } = desk([receiver]);
    await send(delivery());
    await stopping.stop(1_000);
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  });
});
