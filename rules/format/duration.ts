/** Milliseconds per unit; a day is 24 hours, a week 7 days. */
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** About 31,000 years: sums of times and durations stay exact whole numbers of milliseconds. */
export const DURATION_MS_MAX = 1e15;

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g;

/**
 * Milliseconds of a duration such as `"30s"`, `"1h30m"` or `"1.5h"` (fractions of a millisecond are cut);
 * `null` if the text is none, or longer than `DURATION_MS_MAX`.
 */
export function parseDuration(text: string): number | null {
  if (text.length > LENGTH_MAX || !DURATION.test(text)) return null;
  let ms = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(PART))
    ms += Number(amount) * (UNIT_MS.get(unit) ?? 0);
  return ms <= DURATION_MS_MAX ? Math.floor(ms + ROUNDING) : null;
}

const LENGTH_MAX = 100;
/** Keeps `"1.1s"` at 1100 ms where the product comes out a hair below. */
const ROUNDING = 1e-6;

/** The shortest text that `parseDuration` reads as these whole milliseconds: `5400000` is `"1h30m"`, 0 is `"0s"`. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const unitMs = UNIT_MS.get(unit) ?? 1;
    const amount = Math.floor(rest / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * unitMs;
  }
  return text === '' ? '0s' : text;
}

/** What somebody who wrote `"30 sec"`, `"5 minutes"` or `30` meant; `null` if that cannot be told. */
export function guessDuration(value: unknown): string | null {
  if (typeof value === 'number') return value > 0 && value < 1e9 ? `${value}s` : null;
  if (typeof value !== 'string' || value.length > LENGTH_MAX) return null;
  const guess = value
    .toLowerCase()
    .replaceAll(/[\s,_]+|and/g, '')
    .replaceAll(/[a-zµ]+/g, (word) => UNIT_WORDS.get(word) ?? word);
  const unitless = /^\d+(\.\d+)?$/.test(guess) ? `${guess}s` : guess;
  return parseDuration(unitless) === null ? null : unitless;
}

const UNIT_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ms: ['ms', 'msec', 'msecs', 'millis', 'millisecond', 'milliseconds'],
    s: ['s', 'sec', 'secs', 'second', 'seconds'],
    m: ['m', 'min', 'mins', 'minute', 'minutes'],
    h: ['h', 'hr', 'hrs', 'hour', 'hours'],
    d: ['d', 'day', 'days'],
    w: ['w', 'wk', 'week', 'weeks'],
  }).flatMap(([unit, words]) => words.map((word): [string, string] => [word, unit])),
);
