/**
 * Numbers that are decimals of few places, as times and most measured values are, in few bytes: as whole numbers of the last
 * place, each as its difference from the one before, in groups of 7 bits. What comes back is what went in, bit for bit.
 */
export const SCALES: readonly number[] = [1, 10, 100, 1_000, 10_000];
const GROUP = 128;
const GROUP_BITS = 7;
const LOW_BITS = GROUP - 1;
/** Beyond it a double does not hold every whole number. Differences are twice as large, and are doubled for their sign. */
const WHOLE_MAX = 2 ** 50;
/** Below it bits are shifted, above it divided by. */
const SHIFTED_MAX = 2 ** 31;
/** What one number takes at most. */
export const PACKED_BYTES_MAX = 8;

/**
 * Writes the first so many of the numbers by the scale at this place. Some 10 ns a number: with a long window that is
 * most of what a snapshot costs.
 *
 * @returns the place behind what was written; -1: one of them is not whole by this scale
 */
export function packNumbers(
  numbers: Float64Array,
  count: number,
  place: number,
  bytes: Uint8Array,
  start: number,
): number {
  const scale = SCALES[place] ?? 1;
  let at = start;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const number = numbers[i] ?? 0;
    const whole = Math.round(number * scale);
    // Minus zero is one over minus infinity.
    const isWhole = whole / scale === number && Math.abs(whole) <= WHOLE_MAX;
    if (!isWhole || (number === 0 && 1 / number < 0)) return -1;
    const difference = whole - before;
    before = whole;
    let rest = difference < 0 ? -2 * difference - 1 : 2 * difference;
    while (rest >= SHIFTED_MAX) {
      bytes[at++] = (rest % GROUP) + GROUP;
      rest = Math.floor(rest / GROUP);
    }
    let low = rest | 0;
    while (low >= GROUP) {
      bytes[at++] = (low & LOW_BITS) | GROUP;
      low >>= GROUP_BITS;
    }
    bytes[at++] = low;
  }
  return at;
}

/** @returns the place behind what was read @throws {RangeError} the bytes end too early */
export function unpackNumbers(
  numbers: Float64Array,
  count: number,
  place: number,
  bytes: Uint8Array,
  start: number,
): number {
  const scale = SCALES[place] ?? 1;
  let at = start;
  let whole = 0;
  for (let i = 0; i < count; i++) {
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
