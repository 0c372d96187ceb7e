/** Payloads to messages: times found by their path, records as messages of their own in the order of their times. */
import { describe, expect, test } from 'vitest';
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

describe('records', () => {
  const rows = (count: number, fields: number) =>
    JSON.stringify(Array.from({ length: count }, () => new Array(fields).fill(1)));
  const layout = { ...PLAIN, records: [] };
  const outcome = (payload: string) => {
    const result = payloadMessages(new TextEncoder().encode(payload), layout, 100_000);
    return result.kind === 'messages' ? result.messages.length : result.reason;
  };

  test('have 1,000 fields each and no more', () => {
    expect([outcome(rows(2, 1_000)), outcome(rows(1, 1_001))]).toEqual([2, 'tooManyFields']);
  });

  test('have 10,000 fields together and no more', () => {
    expect([outcome(rows(1_000, 10)), outcome(rows(1_001, 10))]).toEqual([1_000, 'tooManyFields']);
  });
});

test('what cannot be decoded is rejected with its reason', () => {
  expect(messages('{"a":', {})).toEqual({ kind: 'rejected', reason: 'malformed' });
});
