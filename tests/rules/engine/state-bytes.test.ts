// Saved state comes back as it was, and bytes that nobody wrote so are refused.
import { describe, expect, it } from 'vitest';
import { StateBytes } from '../../../rules/engine/state-bytes.js';
import { StateBytesReader } from '../../../rules/engine/state-bytes-reader.js';

function written(...values: readonly unknown[]): Uint8Array {
  const bytes = new StateBytes();
  for (const value of values) bytes.value(value);
  return bytes.take();
}

describe('a value', () => {
  it.each<[string, unknown]>([
    ['zero', 0],
    ['the largest number of one byte', 127],
    ['the next one', 128],
    ['a fraction', 0.1],
    ['a negative number', -1],
    ['minus zero', -0],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['minus infinity', Number.NEGATIVE_INFINITY],
    ['a time', 1_767_225_600_123],
    ['true', true],
    ['false', false],
    ['nothing', null],
    ['an empty text', ''],
    ['a plain text', 'factory/l1'],
    ['code units of one byte', '\u0000é\u00ff'],
    ['code units of two', 'Āß😀'],
    ['half a pair', 'a\ud800'],
    ['a text longer than one byte can say', 'x'.repeat(300)],
    ['numbers', Float64Array.of(1, Number.NaN, -0, Number.POSITIVE_INFINITY)],
    ['no numbers', new Float64Array(0)],
    ['times', Float64Array.of(1_767_225_600_123, 1_767_225_601_123, 1_767_225_600_000, 0)],
    ['decimals', Float64Array.of(81.5, -0.25, 0.1, 1e9 + 0.125)],
    ['decimals of too many places', Float64Array.of(1, 2, 3, 0.123456)],
    ['decimals that are too large for their places', Float64Array.of(2 ** 45, 0.0001, 1, 2)],
    ['whole numbers up to the largest', Float64Array.of(2 ** 50, -(2 ** 50), 2 ** 50, 0)],
    ['a larger one', Float64Array.of(2 ** 51, 1, 2, 3)],
    ['minus zero among whole numbers', Float64Array.of(1, 2, -0, 3)],
    ['what is no number among decimals', Float64Array.of(1.5, Number.NaN, 2, 3)],
    [
      'as many as fill several buffers',
      Float64Array.from({ length: 100_000 }, (_, i) => ((i * 7919) % 1_000) / 10),
    ],
    ['a list in a list', [1, ['a', [], null], true]],
    ['more than the first buffer', Array.from({ length: 20_000 }, (_, index) => index + 0.5)],
  ])('comes back: %s', (_, value) => {
    const reader = new StateBytesReader(written(value, 7));
    expect(reader.value()).toEqual(value);
    expect(reader.value()).toBe(7);
    expect(reader.isAtEnd).toBe(true);
  });

  it('stands in a list that was opened and closed, as others in one of known length', () => {
    const bytes = new StateBytes(16);
    bytes.open();
    bytes.number(1).text('two').list([3]);
    bytes.append(written(4, 'a text that is longer than what is left of the chunk'));
    bytes.close();
    bytes.number(5);
    const reader = new StateBytesReader(bytes.take());
    expect(reader.value()).toEqual([
      1,
      'two',
      [3],
      4,
      'a text that is longer than what is left of the chunk',
    ]);
    expect(reader.value()).toBe(5);
    expect(bytes.take()).toHaveLength(0);
  });

  it('comes back from a part of a buffer, at any place', () => {
    const numbers = Float64Array.of(1, 2);
    const reader = new StateBytesReader(Buffer.concat([Buffer.from('abc'), written(numbers)]).subarray(3));
    expect(reader.value()).toEqual(numbers);
  });

  it('is one text however often it comes, and another one where only its end differs', () => {
    const texts = Array.from({ length: 9_000 }, (_, i) => `m${(i * 7919) % 5_000}`);
    const bytes = new StateBytes();
    for (const text of texts) bytes.text(text);
    const reader = new StateBytesReader(bytes.take());
    expect(texts.map(() => reader.text())).toEqual(texts);
  });

  it('of another kind than asked for is refused', () => {
    const reading: [unknown, (reader: StateBytesReader) => unknown][] = [
      ['1', (reader) => reader.number()],
      [1, (reader) => reader.boolean()],
      [true, (reader) => reader.text()],
      [[1], (reader) => reader.scalar()],
      [1, (reader) => reader.optionalText()],
      [[1], (reader) => reader.numbers()],
      [Float64Array.of(1), (reader) => reader.list()],
      [[1], (reader) => reader.open()],
    ];
    for (const [value, read] of reading) {
      expect(() => read(new StateBytesReader(written(value)))).toThrow(TypeError);
    }
  });

  it('is passed over where nobody reads it', () => {
    const bytes = new StateBytes();
    bytes
      .open()
      .number(1)
      .open()
      .text('x')
      .close()
      .numbers(Float64Array.of(1, 2, 3, 4))
      .close()
      .number(5);
    const reader = new StateBytesReader(bytes.take());
    reader.open();
    expect(reader.number()).toBe(1);
    reader.close();
    expect(reader.number()).toBe(5);
  });

  it('is part of one piece, though the chunk ends in it', () => {
    const bytes = new StateBytes(32);
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < 20; i++) {
      bytes
        .begin()
        .number(i + 0.5)
        .text('as long as a chunk, or longer: '.repeat(i % 3));
      pieces.push(bytes.piece());
    }
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes.take()));
  });

  it('that is no state is refused', () => {
    expect(() => written({ a: 1 })).toThrow(TypeError);
    expect(() => written(1n)).toThrow(TypeError);
  });
});

describe('bytes', () => {
  const whole = written(0.5, 'text', 'Ā', Float64Array.of(1, 2), [1, 2, 'x']);

  it('that end too early are refused, wherever', () => {
    for (let length = 0; length < whole.length; length++) {
      const reader = new StateBytesReader(whole.subarray(0, length));
      expect(() => {
        for (let i = 0; i < 5; i++) reader.value();
      }).toThrow(RangeError);
    }
  });

  it.each<[string, number[]]>([
    ['an unknown sign', [0x8d]],
    ['an end of no list', [0x8c]],
    ['a text of a text', [0x87, 0x87, 0]],
    ['a negative length', [0x8a, 0x80, 0, 0, 0, 0, 0, 0, 0xf0, 0xbf]],
    ['more items than bytes', [0x8a, 0x7f]],
  ])('that nobody wrote are refused: %s', (_, bytes) => {
    expect(() => new StateBytesReader(Uint8Array.from(bytes)).value()).toThrow(/^snapshot: /);
  });
});
