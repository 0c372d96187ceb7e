/**
 * Numbers that are decimals of few places, as times and most measured values are, in few bytes: as whole numbers of the last
 * place, each as its difference from the one before, in groups of 7 bits. What comes back is what went in, bit for bit.
 */
const SCALES = [1, 10, 100, 1_000, 10_000];
const GROUP = 128;
const LOW_BITS = GROUP - 1;
/** Beyond it a double does not hold every whole number. Differences are twice as large, and are doubled for their sign. */
const WHOLE_MAX = 2 ** 50;
/** What one number takes at most. */
export const PACKED_BYTES_MAX = 8;

/** The place of the scale by which all of them are whole; -1: there is none. */
export function scaleOf(numbers: Float64Array): number {
  let place = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? 0;
    while (!isWhole(number, SCALES[place] ?? 1)) if (++place === SCALES.length) return -1;
  }
  // A larger scale than one that fits fits too, unless the numbers become too large, or round otherwise.
  const scale = SCALES[place] ?? 1;
  return numbers.every((number) => isWhole(number, scale)) ? place : -1;
}

function isWhole(number: number, scale: number): boolean {
  const whole = Math.round(number * scale);
  return whole / scale === number && Math.abs(whole) <= WHOLE_MAX && !Object.is(number, -0);
}

/** @returns the place behind what was written */
export function packNumbers(numbers: Float64Array, place: number, bytes: Uint8Array, start: number): number {
  const scale = SCALES[place] ?? 1;
  let at = start;
  let before = 0;
  for (let i = 0; i < numbers.length; i++) {
    const whole = Math.round((numbers[i] ?? 0) * scale);
    const difference = whole - before;
    before = whole;
    let rest = difference < 0 ? -2 * difference - 1 : 2 * difference;
    while (rest >= GROUP) {
      bytes[at++] = (rest % GROUP) + GROUP;
      rest = Math.floor(rest / GROUP);
    }
    bytes[at++] = rest;
  }
  return at;
}

/** @returns the place behind what was read @throws {RangeError} the bytes end too early */
export function unpackNumbers(
  numbers: Float64Array,
  place: number,
  bytes: Uint8Array,
  start: number,
): number {
  const scale = SCALES[place] ?? 1;
  let at = start;
  let whole = 0;
  for (let i = 0; i < numbers.length; i++) {
    let rest = 0;
    let weight = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('snapshot: ends too early');
      rest += (byte & LOW_BITS) * weight;
      if (byte < GROUP) break;
      weight *= GROUP;
    }
    whole += rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
    numbers[i] = whole / scale;
  }
  return at;
}
