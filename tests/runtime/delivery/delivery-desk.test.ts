/** The desk of all receivers: their queues apart, what a restart finds, and other receivers while notices wait. */
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import { type OutboxEntry, unattempted } from '../../../runtime/delivery/outbox.js';
import { delivery, event, NOON } from './delivery-fixture.js';
import { desk, FAIL, MINUTE_MS, OK, ScriptedReceiver, settled, times } from './desk-fixture.js';
import { MemoryOutbox } from './memory-outbox.js';

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
    expect(outbox.deadLetters().map(({ delivery: { lane } }) => lane)).toEqual(['e8', 'e11']);
    await send(delivery({ severity: 'warning', episode: 'late' }));
    expect(outbox.deadLetters().map(({ delivery: { lane } }) => lane)).toEqual(['e8', 'e11', 'late']);
    expect(report.lines.at(-1)).toBe('dead scada: the outbox is full (limits.outbox)');
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

/** In the outbox, as a start finds it. */
function found(change: Parameters<typeof delivery>[0], progress: Partial<OutboxEntry> = {}): OutboxEntry {
  const one = delivery(change);
  return { delivery: one, ...unattempted(one), ...progress };
}

describe('after a restart', () => {
  test('what is queued goes on: the worst first, lanes in their order, and when it is time', async () => {
    const receiver = new ScriptedReceiver();
    const { advance } = desk([receiver], {
      queued: [
        found({ episode: 'a', severity: 'info' }),
        found({ episode: 'b', severity: 'warning', number: 1 }, { attempts: 4, nextAt: NOON + 1_000 }),
        found({ episode: 'b', severity: 'critical', number: 2, kind: 'severity' }),
        found({ episode: 'c', severity: 'critical' }, { attempts: 1, nextAt: NOON - 1 }),
      ],
    });
    await settled();
    expect(receiver.attempts.map(({ lane }) => lane)).toEqual(['c', 'a']);
    await advance(1_000);
    expect(receiver.attempts.map(({ lane, notice }) => `${lane} ${notice.kind}`).slice(2)).toEqual([
      'b firing',
      'b severity',
    ]);
  });

  test('attempts go on where they were', async () => {
    const receiver = new ScriptedReceiver('scada', 1, [FAIL]);
    const { outbox, report } = desk([receiver], { queued: [found({}, { attempts: 4, lastError: 'x' })] });
    await settled();
    expect(outbox.queued()[0]).toMatchObject({ attempts: 5, nextAt: NOON + 30 * MINUTE_MS });
    expect(report.lines).toEqual(['failing scada: HTTP 500', 'unreachable scada: HTTP 500']);
  });

  test('one that was said to be out of reach is not said to be again, but that it is back', async () => {
    const receiver = new ScriptedReceiver('scada', 1, times(3, FAIL));
    const { send, advance, report } = desk([receiver], { failing: ['scada'] });
    await send(delivery());
    await advance(MINUTE_MS);
    expect(report.lines).toEqual([]);
    await advance(10 * MINUTE_MS);
    expect(report.lines).toEqual(['recovered scada']);
  });

  test.each([
    ['just expired is tried once more', 60_000, 1, 'delivered'],
    ['long expired is not', 60_001, 0, 'expired'],
  ] as const)('what has %s', async (_name, agoMs, attempts, state) => {
    const receiver = new ScriptedReceiver();
    const { outbox, report } = desk([receiver], { queued: [found({ expiresAt: NOON - agoMs })] });
    await settled();
    expect(receiver.attempts).toHaveLength(attempts);
    expect(outbox.counts[state]).toBe(1);
    if (state === 'expired')
      expect(report.lines).toEqual(['expired scada: it expired before it could be tried']);
  });

  test('what is owed to a receiver that is gone is given up', () => {
    const { outbox, report } = desk([], { queued: [found({})] });
    expect(outbox.counts).toMatchObject({ queued: 0, dead: 1 });
    expect(report.lines).toEqual(['dead scada: there is no such receiver any more']);
  });
});

describe('an alert that has ended before it could be told', () => {
  const told = (receiver: ScriptedReceiver) =>
    receiver.attempts.map(({ notice }) => `${notice.kind}${notice.late ? ' late' : ''}`);

  test('is told in one notice, marked late', async () => {
    const receiver = new ScriptedReceiver('scada', 1, times(4, FAIL));
    const { send, advance, outbox } = desk([receiver]);
    const [firing, rise, end] = [
      delivery({ number: 1 }),
      delivery({ number: 2, kind: 'severity' }),
      delivery({ number: 3, kind: 'resolved' }),
    ];
    await send(firing, rise, end);
    await advance(10 * MINUTE_MS);
    expect(told(receiver)).toEqual(['firing', 'firing', 'firing', 'resolved late', 'resolved late']);
    expect(outbox.counts).toEqual({ queued: 0, delivered: 1, merged: 2, expired: 0, dead: 0 });
    expect(outbox.recorded(firing.notice.id).at(-1)).toMatchObject({
      state: 'merged',
      mergedInto: end.notice.id,
    });
  });

  test.each([
    ['not within a minute', MINUTE_MS - 1, ['firing', 'resolved']],
    ['after a minute', MINUTE_MS, ['resolved late']],
  ])('%s', async (_name, ageMs, expected) => {
    const receiver = new ScriptedReceiver();
    const createdAt = NOON - ageMs;
    const queued = [found({ number: 1 }), found({ number: 2, kind: 'resolved' })].map((entry) => ({
      ...entry,
      delivery: { ...entry.delivery, createdAt },
    }));
    desk([receiver], { queued });
    await settled();
    expect(told(receiver)).toEqual(expected);
  });

  test('is told as late also after a restart', async () => {
    const receiver = new ScriptedReceiver();
    desk([receiver], { queued: [found({ kind: 'resolved' }, { isLate: true })] });
    await settled();
    expect(told(receiver)).toEqual(['resolved late']);
  });

  test('one that still fires is told in full', async () => {
    const receiver = new ScriptedReceiver('scada', 1, times(3, FAIL));
    const { send, advance } = desk([receiver]);
    await send(delivery({ number: 1 }), delivery({ number: 2, kind: 'severity' }));
    await advance(10 * MINUTE_MS);
    expect(told(receiver)).toEqual(['firing', 'firing', 'firing', 'firing', 'severity']);
  });
});

describe('what later notices tell as well', () => {
  /** Notices of one lane that have waited for an hour, as a start finds them. */
  const waited = (...notices: Delivery[]) =>
    notices
      .map((one) => ({ delivery: { ...one, lane: 'g', createdAt: NOON - 3_600_000 } }))
      .map(({ delivery: one }) => ({
        delivery: one,
        ...unattempted(one),
      }));
  const group = (
    number: number,
    news: Record<string, 'firing' | 'resolved'>,
    known: string[] = [],
    omitted = 0,
  ): Delivery => {
    const one = delivery({ episode: 'x', number, kind: 'group' });
    const [alert] = one.notice.alerts;
    if (alert === undefined) throw new Error('no alert');
    const alerts = [
      ...Object.entries(news).map(([episode, kind]) => ({
        ...alert,
        event: event({ episode, event: kind }),
      })),
      ...known.map((episode) => ({ ...alert, isKnown: true as const, event: event({ episode }) })),
    ];
    return { ...one, notice: { ...one.notice, alerts, omitted } };
  };
  const repeat = (number: number) => delivery({ episode: 'a', number, kind: 'repeat' });

  test.each<[string, Delivery[], number[]]>([
    ['a reminder, if there is news', [repeat(1), repeat(2), repeat(3)], [2]],
    [
      'a group as it was, if all of it is told again',
      [group(1, { a: 'firing' }), group(2, { b: 'firing' }, ['a'])],
      [1],
    ],
    ['not what only this one tells', [group(1, { a: 'firing' }), group(2, { b: 'firing' })], [0, 1]],
    [
      'an alert that began and ended in between: its end',
      [
        group(1, { a: 'firing' }, ['z']),
        group(2, { b: 'firing', a: 'resolved' }, ['z']),
        group(3, { c: 'firing' }, ['b', 'z']),
      ],
      [1, 2],
    ],
    ['not what is not all listed', [group(1, { a: 'firing' }, [], 5), group(2, { a: 'resolved' })], [0, 1]],
  ])('%s', async (_name, notices, expected) => {
    const receiver = new ScriptedReceiver();
    const { outbox } = desk([receiver], { queued: waited(...notices) });
    await settled();
    const ids = expected.map((index) => notices[index]?.notice.id);
    expect(receiver.ids).toEqual(ids);
    expect(outbox.counts).toMatchObject({
      queued: 0,
      delivered: expected.length,
      merged: notices.length - expected.length,
    });
  });

  test('only once they are old', async () => {
    const receiver = new ScriptedReceiver();
    const { send } = desk([receiver]);
    await send(repeat(1), repeat(2));
    expect(receiver.ids).toHaveLength(2);
  });
});

describe('other receivers', () => {
  test('one whose settings did not change is not disturbed', async () => {
    const before = new ScriptedReceiver('scada', 1, times(2, FAIL));
    const { desk: made, send, advance } = desk([before]);
    await send(delivery());
    const after = new ScriptedReceiver();
    made.replaceReceivers([after], 1_000);
    await advance(MINUTE_MS);
    expect(before.attempts).toHaveLength(3);
    expect(after.attempts).toHaveLength(0);
  });

  test('one with other settings takes over what is queued, soon', async () => {
    const before = new ScriptedReceiver('scada', 1, times(20, FAIL));
    const { desk: made, send, advance, outbox, report } = desk([before]);
    await send(delivery({ episode: 'a' }), delivery({ episode: 'b' }));
    await advance(20 * MINUTE_MS);
    const tried = before.attempts.length;
    const after = new ScriptedReceiver('scada', 1, [], 'other');
    made.replaceReceivers([after], 1_000);
    await advance(10_000);
    expect(before.attempts).toHaveLength(tried);
    expect(new Set(after.attempts.map(({ lane }) => lane))).toEqual(new Set(['a', 'b']));
    expect(outbox.counts).toMatchObject({ queued: 0, delivered: 2 });
    expect(report.lines.at(-1)).toBe('recovered scada');
  });

  test('an attempt under way ends by itself, and keeps nothing waiting', async () => {
    const before = new ScriptedReceiver();
    before.isHolding = true;
    const { desk: made, send, outbox } = desk([before]);
    await send(delivery({ episode: 'a' }), delivery({ episode: 'b' }));
    const after = new ScriptedReceiver('scada', 1, [], 'other');
    made.replaceReceivers([after], 1_000);
    await settled();
    expect(after.attempts.map(({ lane }) => lane)).toEqual(['b']);
    before.held[0]?.(OK);
    await settled();
    expect(before.aborted).toBe(0);
    expect(outbox.counts).toMatchObject({ queued: 0, delivered: 2 });
  });

  test('what is queued for one that is gone is given up, lanes included', async () => {
    const before = new ScriptedReceiver('scada', 1);
    before.isHolding = true;
    const { desk: made, send, outbox, report } = desk([before]);
    await send(
      delivery({ episode: 'a', number: 1 }),
      delivery({ episode: 'a', number: 2 }),
      delivery({ episode: 'b', number: 1 }),
      delivery({ episode: 'b', number: 2 }),
    );
    made.replaceReceivers([], 1_000);
    expect(outbox.counts).toMatchObject({ queued: 2, dead: 2 });
    before.held[0]?.(OK);
    await settled();
    expect(outbox.counts).toMatchObject({ queued: 0, delivered: 1, dead: 3 });
    expect(new Set(report.lines)).toEqual(new Set(['dead scada: there is no such receiver any more']));
    await send(delivery({ episode: 'c' }));
    expect(outbox.counts.dead).toBe(4);
  });

  test('a new one, and a smaller outbox', async () => {
    const { desk: made, send, outbox } = desk([]);
    const receiver = new ScriptedReceiver();
    receiver.isHolding = true;
    made.replaceReceivers([receiver], 1);
    await send(delivery({ episode: 'a' }), delivery({ episode: 'b' }));
    expect(outbox.counts).toMatchObject({ queued: 1, dead: 1 });
  });
});

test('a dead letter is sent again, marked late, for as long as a new notice', async () => {
  const receiver = new ScriptedReceiver('scada', 1, [{ kind: 'rejected', reason: 'HTTP 410' }, FAIL]);
  const { desk: made, send, outbox, advance } = desk([receiver]);
  await send(delivery({ expiresAt: NOON + MINUTE_MS }));
  await advance(60 * MINUTE_MS);
  const [letter] = outbox.deadLetters();
  if (letter === undefined) throw new Error('no dead letter');
  outbox.add([letter.delivery]);
  made.retry(letter);
  await settled();
  expect(outbox.queued()).toMatchObject([
    { attempts: 1, expiresAt: NOON + 61 * MINUTE_MS, nextAt: NOON + 60 * MINUTE_MS + 5_000 },
  ]);
  await advance(5_000);
  expect(receiver.attempts.map(({ notice }) => notice.late)).toEqual([false, true, true]);
  expect(new Set(receiver.ids).size).toBe(1);
});

test('from memory while the disk takes nothing: it says so', async () => {
  const receiver = new ScriptedReceiver();
  const { desk: made } = desk([receiver]);
  made.send([delivery()], false);
  await settled();
  expect(receiver.attempts[0]?.notice.storage).toBe('degraded');
});
