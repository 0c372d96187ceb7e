// Sorted values against a plain sorted array: random additions and removals with many ties, ranks, quantiles, MAD.
import fc from 'fast-check';
import { medianAbsoluteDeviation, quantile } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { SortedValues } from '../../../rules/windows/sorted-values.js';

describe('sorted values', () => {
  it('keep what a sorted array keeps', () => {
    const operation = fc.record({
      add: fc.boolean(),
      pick: fc.nat(),
      value: fc.integer({ min: -40, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 1500, size: 'max' }), (operations) => {
        const sorted = new SortedValues();
        const plain: number[] = [];
        for (const { add, pick, value } of operations) {
          if (add || plain.length < 300) {
            sorted.add(value);
            plain.push(value);
          } else {
            const [gone = 0] = plain.splice(pick % plain.length, 1);
            sorted.remove(gone);
          }
        }
        plain.sort((a, b) => a - b);
        expect(Array.from({ length: sorted.size }, (_, rank) => sorted.at(rank))).toEqual(plain);
      }),
      { numRuns: 30 },
    );
  });

  it('keep it in many blocks, ascending, descending and mixed, and as they empty', () => {
    for (const valueAt of [(i: number) => i, (i: number) => -i, (i: number) => (i * 7919) % 5000]) {
      const sorted = new SortedValues();
      for (let i = 0; i < 5000; i++) sorted.add(valueAt(i));
      for (let i = 0; i < 4000; i++) {
        if (i % 500 === 0) {
          const plain = Array.from({ length: 5000 - i }, (_, k) => valueAt(i + k)).sort((x, y) => x - y);
          expect(plain.map((_, rank) => sorted.at(rank))).toEqual(plain);
        }
        sorted.remove(valueAt(i));
      }
    }
  });

  it('give the quantiles and the median deviation of simple-statistics', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 }), (values) => {
        const sorted = new SortedValues();
        for (const value of values) sorted.add(value);
        expect(sorted.quantile(0.5)).toBeCloseTo(quantile(values, 0.5), 12);
        expect(sorted.medianDeviation()).toBeCloseTo(medianAbsoluteDeviation(values), 12);
      }),
    );
  });

  it.each([
    [[1, 2, 3, 4], 0.25, 1.75],
    [[1, 2, 3, 4], 0.95, 3.85],
    [[7], 0.99, 7],
    [[10, 20], 0.5, 15],
  ])('type 7 of %j at %d is %d', (values, p, expected) => {
    const sorted = new SortedValues();
    for (const value of values) sorted.add(value);
    expect(sorted.quantile(p)).toBeCloseTo(expected, 12);
  });
});
