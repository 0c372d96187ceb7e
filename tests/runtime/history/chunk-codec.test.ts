// Aim: what comes out of a chunk is what went in, bit for bit, for every kind of value, in order of arrival; and what is
// usual takes little room. Method: properties over random readings, tables of the values that are easy to get wrong, and
// bounds on bytes per reading for data as sensors send them.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunk, encodeChunk } from '../../../runtime/history/chunk-codec.js';
import { between, inTimeOrder, type Readings, summaryOf } from '../../../runtime/history/readings.js';

const START = Date.UTC(2026, 0, 1);
const TIME_MAX = 2 ** 50 - 1;

function numbers(
  values: readonly number[],
  times: readonly number[] = values.map((_, i) => START + i * 1_000),
): Readings {
  return { kind: 'number', times: Float64Array.from(times), values: Float64Array.from(values) };
}

/** Equal only if all bits are. */
function bitsOf({ kind, times, values }: Readings) {
  const hex = (array: Float64Array) => Buffer.from(array.slice().buffer).toString('hex');
  return { kind, times: hex(times), values: values instanceof Float64Array ? hex(values) : [...values] };
}

const time = fc.oneof(
  fc.integer({ min: START, max: START + 3_600_000 }),
  fc.integer({ min: -TIME_MAX, max: TIME_MAX }),
);
const decimal = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 9 }))
  .map(([whole, decimals]) => whole / 10 ** decimals);
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  decimal,
  fc.constantFrom(0, -0, 0.1 + 0.2, Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53, -(2 ** 50), 2 ** 50 + 1),
);

/** Of one sort mostly, so that every way of keeping numbers is met. */
const values = fc.oneof(
  fc.array(decimal, { maxLength: 300 }),
  fc.array(fc.oneof(decimal, fc.constant(-0)), { maxLength: 300 }),
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 300 }),
  fc.array(value, { maxLength: 300 }),
);

function withTimes<T>(items: readonly T[]): fc.Arbitrary<readonly [readonly T[], readonly number[]]> {
  return fc
    .array(time, { minLength: items.length, maxLength: items.length })
    .map((times) => [items, times] as const);
}

describe('a chunk', () => {
  it('gives back numbers bit for bit', () => {
    fc.assert(
      fc.property(values.chain(withTimes), ([some, times]) => {
        const readings = numbers(some, times);
        expect(bitsOf(decodeChunk(encodeChunk(readings)))).toEqual(bitsOf(readings));
      }),
      { numRuns: 400 },
    );
  });

  it('gives back booleans', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 70 }).chain(withTimes), ([some, times]) => {
        const readings: Readings = {
          kind: 'boolean',
          times: Float64Array.from(times),
          values: Float64Array.from(some, Number),
        };
        expect(bitsOf(decodeChunk(encodeChunk(readings)))).toEqual(bitsOf(readings));
      }),
    );
  });

  it('gives back texts, with half a surrogate pair too', () => {
    const text = fc.oneof(
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
        .map((units) => String.fromCharCode(...units)),
      fc.constantFrom('', 'running', 'läuft', '\ud800', 'a\udc00b', '\ufeffbom', '\u0000'),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }).chain(withTimes), ([some, times]) => {
        const readings: Readings = { kind: 'text', times: Float64Array.from(times), values: some };
        expect(bitsOf(decodeChunk(encodeChunk(readings)))).toEqual(bitsOf(readings));
      }),
    );
  });

  it.each<[string, number[]]>([
    ['a lone −0', [-0]],
    ['−0 beside decimals', [0.1, -0, 0, -0.1, -0]],
    ['the largest whole number that is scaled, and the next', [2 ** 50, -(2 ** 50), 2 ** 50 + 1]],
    ['a whole number too large once others have decimals', [2 ** 50, 0.123456789]],
    ['nine decimals, and ten', [0.123456789, 0.1234567891]],
    ['numbers that were 32-bit ones', [Math.fround(21.3), Math.fround(-1e-40), -0]],
    ['one that no decimal gives', [0.1 + 0.2, 1e300, 5e-324]],
    ['none', []],
  ])('gives back %s', (_, some) => {
    const readings = numbers(some);
    expect(bitsOf(decodeChunk(encodeChunk(readings)))).toEqual(bitsOf(readings));
  });

  it('refuses bytes that are none of its own', () => {
    const bytes = encodeChunk(numbers([1, 2, 3]));
    expect(() => decodeChunk(bytes.subarray(0, bytes.length - 2))).toThrow();
    expect(() => decodeChunk(new Uint8Array([1, 2, 3]))).toThrow();
  });

  const walk = (step: (i: number) => number) => {
    let at = 200;
    return Array.from({ length: 1_024 }, (_, i) => {
      at += step(i);
      return at;
    });
  };
  // The same numbers in every run, with differences as a good random walk has.
  const noise = (i: number) => ((i * 2_654_435_761) >>> 0) % 7;
  it.each<[string, number, number[]]>([
    ['a walk in steps of 0.1', 0.6, walk((i) => noise(i) - 3).map((tenths) => tenths / 10)],
    ['a constant', 0.1, walk(() => 0)],
    ['the same as 32-bit numbers', 3, walk((i) => noise(i) - 3).map((tenths) => Math.fround(tenths / 10))],
  ])('keeps %s in at most %f bytes a reading', (_, bytesMax, some) => {
    expect(encodeChunk(numbers(some)).length / some.length).toBeLessThan(bytesMax);
  });
});

describe('a summary', () => {
  it('takes first and last by time, and of one time by arrival', () => {
    const readings = numbers([5, 1, 2, 3, 9], [200, 100, 100, 300, 300]);
    expect(summaryOf(readings)).toEqual({
      count: 5,
      firstTime: 100,
      lastTime: 300,
      min: 1,
      max: 9,
      sum: 20,
      first: 1,
      last: 9,
    });
  });

  it('adds up without losing small numbers among large ones', () => {
    expect(summaryOf(numbers([1e16, 1, -1e16])).sum).toBe(1);
  });

  it('of decimals is the decimal', () => {
    expect(summaryOf(numbers(Array.from({ length: 10 }, () => 0.1))).sum).toBe(1);
    expect(summaryOf(numbers([0.1, 0.2])).sum).toBe(0.3);
  });

  it('has no numbers of texts', () => {
    const { min, last, count } = summaryOf({ kind: 'text', times: Float64Array.of(1), values: ['a'] });
    expect([min, last, count]).toEqual([null, null, 1]);
  });
});

describe('readings', () => {
  it('come in order of time, those of one time as they arrived', () => {
    const ordered = inTimeOrder(numbers([1, 2, 3, 4], [20, 10, 20, 10]));
    expect([...ordered.times]).toEqual([10, 10, 20, 20]);
    expect([...ordered.values]).toEqual([2, 4, 1, 3]);
  });

  it.each([
    [10, 30, [1, 2, 3]],
    [11, 30, [2, 3]],
    [10, 29, [1, 2]],
    [31, 40, []],
    [0, 9, []],
  ])('between %d and %d, both included', (from, to, expected) => {
    expect([...between(numbers([1, 2, 3], [10, 20, 30]), from, to).values]).toEqual(expected);
  });
});
