/** Rejections are counted by source and reason, and a sample of each is kept that is safe to show. */
import { expect, test } from 'vitest';
import { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';

function counted() {
  const clock = { ms: 5_000 };
  return { counters: new RejectionCounters(() => clock.ms), clock };
}

function message(payload: string | Uint8Array, { topic = 'a/b', sender = 'press-1' } = {}) {
  return { topic, sender, payload: typeof payload === 'string' ? Buffer.from(payload) : payload };
}

test('counts by source and reason, and says when it was last', () => {
  const { counters, clock } = counted();
  expect(counters.count('embedded', 'malformed', message('{"a"'))).toBe(1);
  clock.ms = 6_000;
  expect(counters.count('embedded', 'malformed', message('['))).toBe(2);
  expect(counters.count('plant', 'malformed')).toBe(1);
  expect(counters.count('embedded', 'notUtf8')).toBe(1);
  expect(counters.total('embedded', 'malformed')).toBe(2);
  expect(counters.total('embedded', 'oversized')).toBe(0);
  expect(counters.list()).toEqual([
    {
      source: 'embedded',
      reason: 'malformed',
      count: 2,
      lastAt: 6_000,
      sample: { topic: 'a/b', sender: 'press-1', payload: '[' },
    },
    { source: 'embedded', reason: 'notUtf8', count: 1, lastAt: 6_000, sample: null },
    { source: 'plant', reason: 'malformed', count: 1, lastAt: 6_000, sample: null },
  ]);
});

test('takes one sample a second, also when the clock is set back', () => {
  const { counters, clock } = counted();
  const sampleAt = (ms: number, payload: string) => {
    clock.ms = ms;
    counters.count('s', 'r', message(payload));
    return counters.list()[0]?.sample?.payload;
  };
  expect(sampleAt(10_000, 'first')).toBe('first');
  expect(sampleAt(10_999, 'second')).toBe('first');
  expect(sampleAt(11_000, 'third')).toBe('third');
  expect(sampleAt(1_000, 'fourth')).toBe('fourth');
});

test.each([
  ['what cannot be printed', Uint8Array.of(0x1b, 0x5b, 0x41, 0xff, 0x0a), '\\x1b[A\\xff\\x0a'],
  ['a JSON password', '{"password": "hunter2", "a": 1}', '{"password": ***, "a": 1}'],
  ['one with a quote in it', '{"secret":"a\\"b","c":1}', '{"secret":***,"c":1}'],
  [
    'one that is cut off',
    `{"pad":"${'x'.repeat(85)}","token":"abcdef`,
    `{"pad":"${'x'.repeat(85)}","token":***`,
  ],
  ['an assignment', 'user=jane&pwd=hunter2;x', 'user=jane&pwd=***;x'],
  ['a key by another name', '{"apiKey": "k-1"}', '{"apiKey": ***}'],
  ['nothing of the kind', '{"temp": 1}', '{"temp": 1}'],
])('%s is not shown as it is', (_name, payload, shown) => {
  const { counters } = counted();
  counters.count('s', 'r', message(payload));
  expect(counters.list()[0]?.sample?.payload).toBe(shown);
});

test('a sample stays below 1 KB', () => {
  const { counters } = counted();
  const nothing = '\u0000'.repeat(70_000);
  counters.count('s', 'r', message(new Uint8Array(1_000_000), { topic: nothing, sender: nothing }));
  const { topic = '', sender = '', payload = '' } = counters.list()[0]?.sample ?? {};
  const bytes = Buffer.byteLength(topic + sender + payload);
  expect(bytes).toBeGreaterThan(900);
  expect(bytes).toBeLessThan(1_024);
});
