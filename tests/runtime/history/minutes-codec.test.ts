/** What comes out of the minutes of an hour is what went in. Method: random hours, and bytes of an earlier version. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MinuteSummaries } from '../../../runtime/history/minute-summaries.js';
import { decodeMinutes, encodeMinutes } from '../../../runtime/history/minutes-codec.js';

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

it('reads what an earlier version wrote', () => {
  const old = '636260646262e6fa7d86b9e92c33230323831c030303030b030323831b88807201';
  expect(decodeMinutes(Buffer.from(old, 'hex'), HOUR)).toEqual(
    minutesOf([
      [0, 3, 59_003],
      [1, 10, 59_010],
    ]),
  );
});
