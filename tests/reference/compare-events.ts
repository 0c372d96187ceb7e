import type { AlertEvent } from '../../rules/alert-event.js';
import { ROUNDED_LET } from './random-rule.js';

/** What one right engine may be apart from another where sums of squares or quotients are involved. */
const TOLERANCE = 1e-9;

/** Throws where the events of one input differ, in anything but the rounding of values that have one. */
export function expectSameEvents(
  actual: readonly AlertEvent[] | null,
  expected: readonly AlertEvent[] | null,
  where: string,
): void {
  const got = lines(actual);
  const wanted = lines(expected);
  const isSame = got.length === wanted.length && got.every((line, index) => line === wanted[index]);
  const isNear = isSame && roundedAreNear(actual ?? [], expected ?? []);
  if (isNear) return;
  throw new Error(
    [
      `after ${where}`,
      'expected (reference):',
      ...printed(expected),
      'got (engine):',
      ...printed(actual),
    ].join('\n'),
  );
}

function lines(events: readonly AlertEvent[] | null): string[] {
  if (events === null) return ['refused'];
  return events.map((event) => JSON.stringify({ ...event, values: { ...event.values, [ROUNDED_LET]: 0 } }));
}

function printed(events: readonly AlertEvent[] | null): string[] {
  return events === null ? ['refused'] : events.map((event) => JSON.stringify(event));
}

function roundedAreNear(actual: readonly AlertEvent[], expected: readonly AlertEvent[]): boolean {
  return actual.every((event, index) => {
    const value = event.values[ROUNDED_LET];
    const wanted = expected[index]?.values[ROUNDED_LET];
    if (typeof value !== 'number' || typeof wanted !== 'number') return value === wanted;
    return Math.abs(value - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
  });
}
