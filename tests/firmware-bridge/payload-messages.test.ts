/** Payloads to messages: times found by their path, records as messages of their own in the order of their times. */
import { expect, test } from 'vitest';
import { type PayloadLayout, payloadMessages } from '../../firmware-bridge/payload-messages.js';
import type { JsonValue } from '../../rules/reading.js';

const PLAIN: PayloadLayout = { format: 'json', timestamp: null, records: null };

function messages(payload: JsonValue | string, layout: Partial<PayloadLayout>) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return payloadMessages(new TextEncoder().encode(text), { ...PLAIN, ...layout }, 10_000);
}

const at = (...path: string[]) => ({ path, unit: 'ms' as const });

test('one message without a time', () => {
  expect(messages({ temp: 1 }, {})).toEqual({
    kind: 'messages',
    messages: [{ payload: { temp: 1 }, time: null }],
  });
});

test('nothing in it: no message and no mistake', () => {
  expect(messages('', {})).toEqual({ kind: 'messages', messages: [] });
});

test('a time deep inside', () => {
  const payload = { meta: { ts: 5000 }, temp: 1 };
  expect(messages(payload, { timestamp: at('meta', 'ts') })).toEqual({
    kind: 'messages',
    messages: [{ payload, time: 5000 }],
  });
});

test.each<[string, JsonValue, string[]]>([
  ['missing', { temp: 1 }, ['ts']],
  ['no time', { ts: 'soon', temp: 1 }, ['ts']],
  ['under a scalar', 7, ['ts']],
  ['inherited, not there', { temp: 1 }, ['constructor', 'length']],
])('a time that cannot be read (%s) is none', (_name, payload, path) => {
  expect(messages(payload, { timestamp: { path, unit: 'ms' } })).toEqual({
    kind: 'messages',
    messages: [{ payload, time: null }],
  });
});

test('records are messages in order of their times; equal ones as sent, those without a time last', () => {
  const rows = [{ t: 30, v: 1 }, { v: 2 }, { t: 10, v: 3 }, { t: 30, v: 4 }];
  const result = messages({ samples: rows }, { timestamp: at('t'), records: ['samples'] });
  expect(result).toEqual({
    kind: 'messages',
    messages: [
      { payload: rows[2], time: 10 },
      { payload: rows[0], time: 30 },
      { payload: rows[3], time: 30 },
      { payload: rows[1], time: null },
    ],
  });
});

test('a record without a time takes that of the whole payload', () => {
  const result = messages({ t: 99, samples: [1, 2] }, { timestamp: at('t'), records: ['samples'] });
  expect(result).toEqual({
    kind: 'messages',
    messages: [
      { payload: 1, time: 99 },
      { payload: 2, time: 99 },
    ],
  });
});

test.each([[{ other: [] }], [{ samples: { 0: 1 } }], [5]])('no list where records belong: %j', (payload) => {
  expect(messages(payload, { records: ['samples'] })).toEqual({ kind: 'rejected', reason: 'noRecords' });
});

test('what cannot be decoded is rejected with its reason', () => {
  expect(messages('{"a":', {})).toEqual({ kind: 'rejected', reason: 'malformed' });
});
