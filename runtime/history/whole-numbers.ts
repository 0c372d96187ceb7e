import type { ByteReader } from '../storage/byte-reader.js';
import type { ByteWriter } from '../storage/byte-writer.js';

/**
 * A column of whole numbers in bytes that deflate well: how far each is from what was to be expected, as a signed varint.
 *
 *     first  step  shift  off …
 *
 * Expected is a step more than before. What comes early or late by a clock of its own, or wanders about a middle, does not
 * put off all that follows: there each number moves what is expected next by an eighth only. Which of the two a column is,
 * is tried. (Of a sensor that sends every second, some ms early or late, the times took 3.6 bits each, and take 2.9.)
 */

/** Numbers are within this, ±: twice what is between any two, and a step, fits into a double. */
export const WHOLE_MAX = 2 ** 50;
/** What comes more slowly has no step: what that would save is nothing beside the rest. */
const STEP_MAX = 2 ** 32;
/** Columns of fewer numbers are not worth a step. */
const STEP_COUNT_MIN = 3;
/** How little a number moves what is expected next: by 2^-shift of how far it was from it. */
const SHIFTS = [0, 3] as const;
/** A number so many steps away moves it wholly: some are missing before it. */
const JUMP = 1 / 4;
const VARINT_BYTES_MAX = 8;

/** How the numbers of a column follow one another. */
interface Course {
  readonly first: number;
  readonly step: number;
  readonly shift: number;
}

/** @param column within ±`WHOLE_MAX`; −0 comes back as 0 */
export function writeWholeNumbers(out: ByteWriter, column: Float64Array): void {
  if (column.length === 0) return;
  const course = courseOf(column);
  out.reserve(VARINT_BYTES_MAX * (2 + column.length) + 1);
  out.signed(course.first);
  out.signed(course.step);
  out.byte(course.shift);
  const expected = new Expectation(course);
  for (let at = 1; at < column.length; at++) out.signed(expected.offBy(column[at] ?? 0));
}

/** @throws {RangeError} the bytes end too early */
export function readWholeNumbers(input: ByteReader, count: number): Float64Array<ArrayBuffer> {
  const column = new Float64Array(count);
  if (count === 0) return column;
  const first = input.signed();
  const expected = new Expectation({ first, step: input.signed(), shift: input.byte() });
  column[0] = first;
  for (let at = 1; at < count; at++) column[at] = expected.number(input.signed());
  return column;
}

/** What is expected next. */
class Expectation {
  readonly #step: number;
  readonly #part: number;
  readonly #jump: number;
  #next: number;

  constructor({ first, step, shift }: Course) {
    this.#step = step;
    this.#part = 2 ** -shift;
    this.#jump = step === 0 ? Number.POSITIVE_INFINITY : Math.abs(step) * JUMP;
    this.#next = first + step;
  }

  /** How far the number is from what was expected. */
  offBy(number: number): number {
    const off = number - this.#next;
    this.#move(off);
    return off;
  }

  /** The number that is so far from what was expected. */
  number(off: number): number {
    const number = this.#next + off;
    this.#move(off);
    return number;
  }

  #move(off: number): void {
    const isJump = off > this.#jump || off < -this.#jump;
    this.#next += this.#step + (isJump ? off : Math.round(off * this.#part));
  }
}

function courseOf(column: Float64Array): Course {
  const first = column[0] ?? 0;
  const step = medianStep(column);
  let best: Course = { first, step, shift: 0 };
  let fewest = Number.POSITIVE_INFINITY;
  for (const shift of SHIFTS) {
    const course = { first, step, shift };
    const bits = bitsOf(column, course);
    if (bits < fewest) best = course;
    fewest = Math.min(fewest, bits);
  }
  return best;
}

function medianStep(column: Float64Array): number {
  if (column.length < STEP_COUNT_MIN) return 0;
  const differences = new Float64Array(column.length - 1);
  for (let at = 0; at < differences.length; at++) {
    differences[at] = (column[at + 1] ?? 0) - (column[at] ?? 0);
  }
  const median = differences.sort()[differences.length >> 1] ?? 0;
  return Math.abs(median) <= STEP_MAX ? median : 0;
}

/** About as many as the numbers would take. */
function bitsOf(column: Float64Array, course: Course): number {
  const expected = new Expectation(course);
  let bits = 0;
  for (let at = 1; at < column.length; at++) {
    bits += Math.log2(1 + 2 * Math.abs(expected.offBy(column[at] ?? 0)));
  }
  return bits;
}
