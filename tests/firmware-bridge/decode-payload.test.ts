/** Bytes to values: one row, one behaviour, both sides of every bound. */
import { describe, expect, test } from 'vitest';
import {
  type DecodedPayload,
  decodePayload,
  type PayloadFormat,
} from '../../firmware-bridge/decode-payload.js';
import { PAYLOAD_FIELDS_MAX } from '../../firmware-bridge/payload-shape.js';

const BYTES_MAX = 1000;

function decode(payload: string | Uint8Array, format: PayloadFormat = 'json', bytesMax = BYTES_MAX): unknown {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return outcome(decodePayload(bytes, format, bytesMax));
}

/** `{ value }`, `'empty'` or the reason: what rows can say briefly. */
function outcome(decoded: DecodedPayload): unknown {
  if (decoded.kind === 'decoded') return { value: decoded.value };
  return decoded.kind === 'empty' ? 'empty' : decoded.reason;
}

describe('json', () => {
  test.each([
    ['a number', '85', { value: 85 }],
    ['a number with space around', ' 85.5\r\n', { value: 85.5 }],
    ['an exponent', '-1.5e3', { value: -1500 }],
    ['a boolean', 'true', { value: true }],
    ['null', 'null', { value: null }],
    ['a JSON string keeps its spaces', '" 85 "', { value: ' 85 ' }],
    ['a JSON string that looks like nan', '"nan"', { value: 'nan' }],
    ['an object', '{"temp": 1, "ok": true}', { value: { temp: 1, ok: true } }],
    ['a list', '[1, 2]', { value: [1, 2] }],
    ['a byte order mark', '\uFEFF{"a":1}', { value: { a: 1 } }],
    ['text', ' ON\n', { value: 'ON' }],
    ['text that begins like JSON', 'true story', { value: 'true story' }],
    ['text that begins like a number', '12 bar', { value: '12 bar' }],
    ['a leading zero is no JSON', '007', { value: '007' }],
    ['a quote without its end', '"open', { value: '"open' }],
    ['a number beyond doubles', '1e999', { value: Number.POSITIVE_INFINITY }],
    ['zero below zero', '-0', { value: -0 }],
    ['the largest integer that is exact', '9007199254740992', { value: 2 ** 53 }],
    ['an integer beyond, as near as doubles come', '9007199254740994', { value: 2 ** 53 + 2 }],
    ['of one key that comes twice the last', '{"a": 1, "a": 2}', { value: { a: 2 } }],
    ['half a character of UTF-16, escaped', '"\\ud800"', { value: '\ud800' }],
    ['control characters, escaped', '"\\u0000\\n"', { value: '\u0000\n' }],
    ['a control character that is not', '"a\nb"', { value: '"a\nb"' }],
    ['NUL as text', '\u0000', { value: '\u0000' }],
    ['spaces of all kinds around', '\u00A0\t\u20285\v', { value: 5 }],
    ['two values', '1 2', { value: '1 2' }],
    ['a comment', '{"a": 1} // b', 'malformed'],
    ['a trailing comma', '[1,]', 'malformed'],
    ['only a byte order mark', '\uFEFF', 'empty'],
    ['nothing', '', 'empty'],
    ['only space', ' \r\n', 'empty'],
    ['half an object', '{"temp": 1', 'malformed'],
    ['half a list', '[1, 2', 'malformed'],
    ['JavaScript', "{temp: 'a'}", 'malformed'],
    ['nan', 'nan', 'nonFinite'],
    ['NaN', ' NaN ', 'nonFinite'],
    ['minus inf', '-inf', 'nonFinite'],
    ['Infinity', '+Infinity', 'nonFinite'],
    ['nan of glibc', '-nan(0x8000)', 'nonFinite'],
    ['nan of Windows', '1.#QNAN0', 'nonFinite'],
    ['a word with nan in it', 'nanny', { value: 'nanny' }],
    ['a word with inf in it', 'info', { value: 'info' }],
  ])('%s', (_name, payload, expected) => {
    expect(decode(payload)).toEqual(expected);
  });

  test('bytes that are no UTF-8', () => {
    expect(decode(Uint8Array.of(0x22, 0xff, 0x22))).toBe('notUtf8');
    expect(decode(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toBe('notUtf8'); // a surrogate
    expect(decode(Uint8Array.of(0xc0, 0x80))).toBe('notUtf8'); // NUL in two bytes
    expect(decode(Uint8Array.of(0xe2, 0x82))).toBe('notUtf8'); // cut off
    expect(decode(Uint8Array.of(0xc3, 0xa9))).toEqual({ value: 'é' });
  });

  test('the size, to the byte', () => {
    expect(decode('12345', 'json', 5)).toEqual({ value: 12345 });
    expect(decode('123456', 'json', 5)).toBe('oversized');
  });

  test('32 levels and no more', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    expect(decode(nested(32))).toHaveProperty('value');
    expect(decode(nested(33))).toBe('tooDeep');
    expect(decode(nested(400))).toBe('tooDeep');
    expect(decode(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toBe('tooDeep');
  });

  test('1,000 fields and no more, wherever they stand', () => {
    const list = (fields: number) => JSON.stringify(Array.from({ length: fields }, () => 1));
    expect(decode(list(PAYLOAD_FIELDS_MAX), 'json', 10_000)).toHaveProperty('value');
    expect(decode(list(PAYLOAD_FIELDS_MAX + 1), 'json', 10_000)).toBe('tooManyFields');
    expect(decode(`[${list(600)},${list(600)}]`, 'json', 10_000)).toBe('tooManyFields');
  });

  test('a key named __proto__ is a key like others', () => {
    const decoded = decodePayload(Buffer.from('{"__proto__": {"a": 1}}'), 'json', BYTES_MAX);
    expect(JSON.stringify(decoded)).toBe('{"kind":"decoded","value":{"__proto__":{"a":1}}}');
    expect(Object.hasOwn({}, 'a')).toBe(false);
  });
});

test.each([
  ['85', { value: 85 }],
  ['007', { value: 7 }],
  ['+.5', { value: 0.5 }],
  ['5.', { value: 5 }],
  ['1E-2', { value: 0.01 }],
  ['', 'empty'],
  ['0x10', 'notANumber'],
  ['1,5', 'notANumber'],
  ['85 C', 'notANumber'],
  ['true', 'notANumber'],
  ['NaN', 'nonFinite'],
  ['1e999', 'nonFinite'],
])('number: %j', (payload, expected) => {
  expect(decode(payload, 'number')).toEqual(expected);
});

test.each([
  [' ON ', { value: 'ON' }],
  ['85', { value: '85' }],
  ['{"a":', { value: '{"a":' }],
  ['nan', { value: 'nan' }],
  ['', 'empty'],
])('text: %j', (payload, expected) => {
  expect(decode(payload, 'text')).toEqual(expected);
});
