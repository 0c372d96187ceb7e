const PIECES = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n', '-', '+', '.', 'e', 'E', '0', '1', '9'],
  ...['null', 'true', 'NaN', 'Infinity', '-0', '1e999', '1e-999', '0x10', '"ts":', '"value":', '"temp":'],
  ...[
    '"__proto__":',
    '"constructor":',
    '{"temp": 85.5, "ts": 1798000000000}',
    '[1,2,3]',
    '"\\ud800"',
    '\u0000',
  ],
  ...['\ufeff', '85', 'ON', '"ä"', '\u{1f525}', '9007199254740993', '-1.7976931348623157e308'],
];

/** Bytes that look like a payload now and then: valid, nearly valid, and anything. */
export function hostilePayload(random: () => number): Buffer {
  const below = (limit: number) => Math.floor(limit * random());
  const text = Array.from({ length: below(12) }, () => PIECES[below(PIECES.length)] ?? '').join('');
  const luck = random();
  if (luck < 0.05) return Buffer.from(`${'['.repeat(below(60))}${text}`);
  const bytes = Buffer.from(luck < 0.4 ? `{"temp": ${text}}` : text);
  // Some of them are no UTF-8 either.
  for (let flips = luck > 0.7 ? below(3) : 0; flips > 0 && bytes.length > 0; flips--) {
    bytes[below(bytes.length)] = below(256);
  }
  return bytes;
}
