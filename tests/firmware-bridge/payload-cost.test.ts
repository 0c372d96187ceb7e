/**
 * What 256 KB can cost at most, whatever they are: some of these took `JSON.parse` 150 ms, one took a regular expression
 * hours. The best of some runs in CPU time counts, as other work on the computer is no cost of ours.
 */
import { expect, test } from 'vitest';
import { decodePayload, type PayloadFormat } from '../../firmware-bridge/decode-payload.js';
import { payloadMessages } from '../../firmware-bridge/payload-messages.js';

const BYTES = 262_144;
const COST_MS_MAX = 10;
const RUNS = 5;

const filled = (start: string, unit: string, end = '') =>
  start + unit.repeat(Math.floor((BYTES - start.length - end.length) / unit.length)) + end;
const list = (count: number, item: (i: number) => string) =>
  `[${Array.from({ length: count }, (_, i) => item(i)).join(',')}]`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',')}}`;

function cheapest(action: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

test.each<[string, PayloadFormat, string | Uint8Array]>([
  ['lists in lists', 'json', '['.repeat(BYTES / 2) + ']'.repeat(BYTES / 2)],
  ['lists that never end', 'json', '['.repeat(BYTES)],
  ['objects in objects', 'json', filled('', '{"a":')],
  ['as many keys as there is room for', 'json', keys(23_000)],
  ['as many keys as are taken', 'json', keys(1_000)],
  ['numbers', 'json', list(130_000, () => '1')],
  ['empty lists', 'json', list(87_000, () => '[]')],
  ['1,000 long fractions', 'json', list(1_000, () => `0.${'1'.repeat(250)}`)],
  ['one long number', 'json', '1'.repeat(BYTES)],
  ['one long fraction', 'json', filled('0.', '1')],
  ['escapes', 'json', filled('"', '\\u0041', '"')],
  ['half a string', 'json', filled('["', '\\\\')],
  ['digits and then no number', 'number', filled('', '1', 'x')],
  ['an exponent and then no number', 'number', filled('1e', '1', 'x')],
  ['signs', 'number', '+'.repeat(BYTES)],
  ['space', 'json', ' '.repeat(BYTES)],
  ['space between', 'json', filled('x', ' ', 'x')],
  ['what begins like nan', 'json', filled('nan(', '(')],
  ['what begins like inf of Windows', 'json', filled('1.#inf', '1', 'x')],
  ['text', 'text', 'é'.repeat(BYTES / 2)],
  ['no UTF-8', 'json', new Uint8Array(BYTES).fill(0xff)],
])('%s', (_name, format, payload) => {
  const bytes = Buffer.from(payload);
  expect(bytes.length).toBeLessThanOrEqual(BYTES);
  expect(cheapest(() => decodePayload(bytes, format, BYTES))).toBeLessThan(COST_MS_MAX);
});

test.each([
  ['too many records', list(130_000, () => '1')],
  ['as many records as are taken', list(10_000, (i) => `${i}`)],
  [
    'records with times in them',
    list(4_000, (i) => `{"t":"2026-01-01T00:00:00.${'0'.repeat(20)}${i}Z","v":1}`),
  ],
])('%s', (_name, payload) => {
  const layout = { format: 'json', timestamp: { path: ['t'], unit: null }, records: [] } as const;
  const bytes = Buffer.from(payload);
  expect(cheapest(() => payloadMessages(bytes, layout, BYTES))).toBeLessThan(2 * COST_MS_MAX);
});
