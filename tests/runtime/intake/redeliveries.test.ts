/** MQTT redeliveries: what makes one, and what its acknowledgement waits for. */
import { expect, test } from 'vitest';
import type { ReceivedMessage } from '../../../firmware-bridge/received-message.js';
import { Redeliveries } from '../../../runtime/intake/redeliveries.js';

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

function redeliveries(limits: { sessions?: number; messages?: number } = {}) {
  return new Redeliveries({ sessions: limits.sessions ?? 10, messagesOf: () => limits.messages ?? 4 });
}

test('a repeat of a message waits for the same commit', () => {
  const committed = Promise.resolve();
  const known = redeliveries();
  known.remember(message(), committed);
  expect(known.firstCopy(repeat())?.committed).toBe(committed);
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
  known.remember(message(), undefined);
  expect(known.firstCopy(repeat(change))).toBeNull();
});

test('a repeat of a message that never came', () => {
  expect(redeliveries().firstCopy(repeat())).toBeNull();
});

test('remembers the latest messages of a session', () => {
  const known = redeliveries({ messages: 2 });
  for (const packetId of [1, 2, 3]) known.remember(message({ packetId }), undefined);
  expect([1, 2, 3].map((packetId) => known.firstCopy(repeat({ packetId })) !== null)).toEqual([
    false,
    true,
    true,
  ]);
});

test('forgets the session unused for longest', () => {
  const known = redeliveries({ sessions: 2 });
  for (const sender of ['a', 'b', 'a', 'c']) known.remember(message({ sender }), undefined);
  expect(['a', 'b', 'c'].map((sender) => known.firstCopy(repeat({ sender })) !== null)).toEqual([
    true,
    false,
    true,
  ]);
});
