/** What comes out of the minutes of an hour is what went in. Method: random hours. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MinuteSummaries } from '../../../runtime/history/minute-summaries.js';
import { decodeMinutes, encodeMinutes } from '../../../runtime/history/minutes-codec.js';
import { summaryOf } from '../../../runtime/history/readings.js';

const HOUR = 492_324;

function minutesOf(places: readonly (readonly [place: number, first: number, last: number])[]) {
  const minutes: MinuteSummaries = new Map();
  for (const [place, first, last] of places) {
    const minute = HOUR * 60 + place;
    minutes.set(minute, {
      count: 2,
      firstTime: minute * 60_000 + first,
      lastTime: minute * 60_000 + last,
      min: 1.5,
      max: 2,
      sum: 3.5,
      first: 1.5,
      last: 2,
    });
  }
  return minutes;
}

it('gives back each minute', () => {
  const ms = fc.nat(59_999);
  const places = fc.uniqueArray(fc.tuple(fc.nat(59), ms, ms), { selector: ([place]) => place });
  fc.assert(
    fc.property(places, (some) => {
      const minutes = minutesOf(some);
      const read = decodeMinutes(encodeMinutes(minutes), HOUR);
      expect([...read]).toEqual([...minutes].sort(([a], [b]) => a - b));
    }),
    { numRuns: 50 },
  );
});

const value = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }).map((whole) => whole / 10),
  fc.constantFrom(0, -0, 2 ** 51, -(2 ** 51), 2 ** 53, 1 / 3, 1e300, Number.MIN_VALUE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Those of one hour are alike mostly. */
const decimals = fc.integer({ min: -10_000, max: 10_000 }).map((whole) => whole / 100);
const rows = fc.oneof(
  fc.array(fc.array(decimals, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 20 }),
  fc.array(fc.array(value, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 20 }),
);

it('gives back what readings come to, bit for bit', () => {
  fc.assert(
    fc.property(rows, (minutes) => {
      const summaries: MinuteSummaries = new Map(
        minutes.map((values, at) => {
          const minute = HOUR * 60 + at;
          const times = Float64Array.from(values, (_, index) => minute * 60_000 + index * 9_000);
          return [minute, summaryOf({ kind: 'number', times, values: Float64Array.from(values) })];
        }),
      );
      const read = decodeMinutes(encodeMinutes(summaries), HOUR);
      expect([...read]).toEqual([...summaries]);
    }),
    { numRuns: 200 },
  );
});
