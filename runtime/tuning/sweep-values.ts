import { formatDuration, parseDuration } from '../../rules/format/duration.js';
import type { TunableType } from './tunable.js';

/** More values of one key than this are no table any more. */
export const VALUES_MAX = 100;
/** Without a step a range is cut into about so many. */
const STEPS = 10;

/** What cannot be values; the message says why, and what to write. */
export class BadValues extends Error {}

/**
 * Values as they are typed: a list of values and ranges.
 *
 * ```ts
 * sweepValues('0..2:0.5', 'number'); // ['0', '0.5', '1', '1.5', '2']
 * sweepValues('0s,10s..30s:10s', 'duration'); // ['0s', '10s', '20s', '30s']
 * ```
 *
 * @throws {BadValues}
 */
export function sweepValues(text: string, type: TunableType): string[] {
  const values = text.split(',').flatMap((part) => partValues(part.trim(), type));
  const different = [...new Set(values)];
  if (different.length <= VALUES_MAX) return different;
  throw new BadValues(
    `${different.length} values are too many, ${VALUES_MAX} are possible: take a larger step`,
  );
}

function partValues(part: string, type: TunableType): string[] {
  const [range = '', stepText, ...surplus] = part.split(':');
  const [fromText = '', toText, ...more] = range.split('..');
  if (surplus.length > 0 || more.length > 0 || (stepText !== undefined && toText === undefined)) {
    throw new BadValues(`'${part}' is neither a value nor a range such as ${EXAMPLES[type]}`);
  }
  const from = amount(fromText, type, part);
  if (toText === undefined) return [written(from, type)];
  const to = amount(toText, type, part);
  if (to < from) throw new BadValues(`'${part}' goes down: write ${toText}..${fromText}`);
  const step = stepText === undefined ? niceStep(to - from, type) : amount(stepText, type, part);
  if (step <= 0 && to > from) throw new BadValues(`the step of '${part}' must be above zero`);
  const values = steps(from, to, step);
  // Whoever leaves the step to us wants to see both ends.
  if (stepText === undefined && values.at(-1) !== to) values.push(to);
  return values.map((value) => written(value, type));
}

const EXAMPLES: Readonly<Record<TunableType, string>> = {
  number: '70..90:2',
  whole: '3..10:1',
  duration: '0s..2m:10s',
};
const WORDS: Readonly<Record<TunableType, string>> = {
  number: 'a number',
  whole: 'a whole number',
  duration: 'a duration such as 30s',
};

/** In ms for a duration. */
function amount(text: string, type: TunableType, part: string): number {
  const value = type === 'duration' ? parseDuration(text) : numberIn(text);
  const isRight = value !== null && (type !== 'whole' || Number.isInteger(value));
  if (isRight) return value;
  const where = text === part ? '' : ` in '${part}'`;
  throw new BadValues(`'${text}'${where} is not ${WORDS[type]}`);
}

function numberIn(text: string): number | null {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Both ends are in it, the upper one if a step meets it. */
function steps(from: number, to: number, step: number): number[] {
  const count = step > 0 ? Math.floor((to - from) / step + ROUNDING) : 0;
  if (count >= VALUES_MAX)
    throw new BadValues(`${count + 1} values are too many, ${VALUES_MAX} are possible: take a larger step`);
  return Array.from({ length: count + 1 }, (_, index) => from + index * step);
}

/** A step that misses the end by rounding alone meets it. */
const ROUNDING = 1e-9;

const NICE_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 4, 6, 12, 24].map((hours) => hours * 3_600_000),
];

/** 1, 2 or 5 times a power of ten; of durations what a clock has. */
function niceStep(span: number, type: TunableType): number {
  const wanted = span / STEPS;
  if (span === 0) return 1;
  if (type === 'duration') return NICE_MS.find((ms) => ms >= wanted) ?? Math.ceil(wanted / DAY_MS) * DAY_MS;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted * (1 - ROUNDING));
  return type === 'whole' ? Math.max(1, nice ?? wanted) : (nice ?? wanted);
}

const DAY_MS = 86_400_000;

/** 0.1 + 0.2 is 0.3 here. */
function written(value: number, type: TunableType): string {
  return type === 'duration' ? formatDuration(Math.round(value)) : String(Number(value.toPrecision(12)));
}
