/** Wall-clock times of places: a local time is ms since the epoch of its clock read as if it were UTC. */

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Clocks are put forward and back at whole quarters of an hour, so that the offset of one holds for all of it. */
const QUARTER_MS = 900_000;

const offsets = new Map<string, number>();

/** What the clock of a timezone shows at an instant. */
function localTimeAt(instant: number, timezone: string): number {
  const quarter = Math.floor(instant / QUARTER_MS) * QUARTER_MS;
  const key = `${timezone} ${quarter}`;
  const offset = offsets.get(key) ?? shownAt(quarter, timezone) - quarter;
  offsets.set(key, offset);
  return instant + offset;
}

function shownAt(instant: number, timezone: string): number {
  const parts = new Map(
    formatFor(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/**
 * The first instant at which the clock of a timezone shows a time. Where the clock skips it, `isSkipped`, and the
 * instant is that of the jump.
 */
export function instantOf(local: number, timezone: string): { instant: number; isSkipped: boolean } {
  const offsetAt = (instant: number): number => localTimeAt(instant, timezone) - instant;
  const around = [-DAY_MS, -DAY_MS / 2, 0, DAY_MS / 2, DAY_MS].map((away) => offsetAt(local + away));
  const candidates = [...new Set(around)].map((offset) => local - offset).toSorted((a, b) => a - b);
  const shown = candidates.find((instant) => localTimeAt(instant, timezone) === local);
  if (shown !== undefined) return { instant: shown, isSkipped: false };
  let before = (candidates[0] ?? local) - 1;
  let after = candidates.at(-1) ?? local;
  // The offset changes once between them; halve until it does from one ms to the next.
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === offsetAt(after)) after = middle;
    else before = middle;
  }
  return { instant: after, isSkipped: true };
}

/** Days since the epoch on the clock of a timezone. */
export function localDayAt(instant: number, timezone: string): number {
  return Math.floor(localTimeAt(instant, timezone) / DAY_MS);
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timezone, format);
  return format;
}
