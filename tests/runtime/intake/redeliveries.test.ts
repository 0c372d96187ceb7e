/** MQTT redeliveries: what makes one, and what is remembered over a restart. */
import { describe, expect, test } from 'vitest';
import type { ReceivedMessage } from '../../../firmware-bridge/received-message.js';
import { fingerprint, Redeliveries } from '../../../runtime/intake/redeliveries.js';

function message(
  change: Partial<Omit<ReceivedMessage, 'payload'>> & { payload?: string } = {},
): ReceivedMessage {
  const { payload = '85', ...rest } = change;
  return {
    source: 'embedded',
    sender: 'press-1',
    topic: 'factory/temp',
    qos: 1,
    isRetained: false,
    isRepeat: false,
    packetId: 7,
    ...rest,
    payload: Buffer.from(payload),
  };
}

const repeat = (change: Parameters<typeof message>[0] = {}) => message({ isRepeat: true, ...change });

function remember(known: Redeliveries, one: ReceivedMessage, arrival = 0): void {
  known.remember(one.source, one.sender, one.packetId ?? 0, fingerprint(one), arrival);
}

function redeliveries(limits: { sessions?: number; messages?: number } = {}) {
  return new Redeliveries({ sessions: limits.sessions ?? 10, messagesMax: limits.messages ?? 4 });
}

test('a repeat of a message is known', () => {
  const known = redeliveries();
  remember(known, message());
  expect(known.isKnown(repeat())).toBe(true);
});

test('what is known survives a restart, the oldest first', () => {
  const before = redeliveries({ messages: 3 });
  for (const packetId of [1, 2, 3, 4]) remember(before, message({ packetId }));
  const after = redeliveries({ messages: 3 });
  after.load(structuredClone(before.save()));
  remember(after, message({ packetId: 5 }));
  expect([2, 3, 4, 5].map((packetId) => after.isKnown(repeat({ packetId })))).toEqual([
    false,
    true,
    true,
    true,
  ]);
});

test.each<[string, Parameters<typeof message>[0]]>([
  ['another packet id', { packetId: 8 }],
  ['another payload', { payload: '86' }],
  ['another topic', { topic: 'factory/other' }],
  ['another sender', { sender: 'press-2' }],
  ['another source', { source: 'plant' }],
  ['not marked as a repeat', { isRepeat: false }],
  ['no packet id', { packetId: null }],
])('is a message of its own: %s', (_name, change) => {
  const known = redeliveries();
  remember(known, message());
  expect(known.isKnown(repeat(change))).toBe(false);
});

test('a repeat of a message that never came', () => {
  expect(redeliveries().isKnown(repeat())).toBe(false);
});

test('remembers the latest messages of a session', () => {
  const known = redeliveries({ messages: 2 });
  for (const packetId of [1, 2, 3]) remember(known, message({ packetId }));
  expect([1, 2, 3].map((packetId) => known.isKnown(repeat({ packetId })))).toEqual([false, true, true]);
});

describe('of a session with room for 200', () => {
  const ids = Array.from({ length: 300 }, (_, i) => i + 1);

  /** One message every `everyMs`; which of them are known in the end. */
  function known(everyMs: number): number[] {
    const session = redeliveries({ messages: 200 });
    for (const packetId of ids) remember(session, message({ packetId }), packetId * everyMs);
    return ids.filter((packetId) => session.isKnown(repeat({ packetId })));
  }

  test('the latest 200 are remembered if they come within a minute', () => {
    expect(known(100)).toEqual(ids.slice(100));
  });

  test('fewer, but a minute of them, if they come slowly', () => {
    const slow = known(1_000);
    expect(slow).toEqual(ids.slice(-slow.length));
    expect(slow.length).toBeGreaterThanOrEqual(60);
    expect(slow.length).toBeLessThanOrEqual(128);
  });

  test('all that were known are known after a restart', () => {
    const before = redeliveries({ messages: 200 });
    for (const packetId of ids) remember(before, message({ packetId }), packetId);
    const after = redeliveries({ messages: 200 });
    after.load(structuredClone(before.save()));
    expect(ids.filter((packetId) => after.isKnown(repeat({ packetId })))).toEqual(ids.slice(100));
  });
});

test('forgets the session unused for longest', () => {
  const known = redeliveries({ sessions: 2 });
  for (const sender of ['a', 'b', 'a', 'c']) remember(known, message({ sender }));
  expect(['a', 'b', 'c'].map((sender) => known.isKnown(repeat({ sender })))).toEqual([true, false, true]);
});
