/** MQTT redeliveries: what makes one, and what is remembered over a restart. */
import { expect, test } from 'vitest';
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

function remember(known: Redeliveries, one: ReceivedMessage): void {
  known.remember(one.source, one.sender, one.packetId ?? 0, fingerprint(one));
}

function redeliveries(limits: { sessions?: number; messages?: number } = {}) {
  return new Redeliveries({ sessions: limits.sessions ?? 10, messagesOf: () => limits.messages ?? 4 });
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

test('forgets the session unused for longest', () => {
  const known = redeliveries({ sessions: 2 });
  for (const sender of ['a', 'b', 'a', 'c']) remember(known, message({ sender }));
  expect(['a', 'b', 'c'].map((sender) => known.isKnown(repeat({ sender })))).toEqual([true, false, true]);
});
