import fc from 'fast-check';
import type { JsonValue } from '../../rules/reading.js';
import { joined, maybe, oneOf, type Source } from './random-source.js';

/** Spans that start or end in the minutes that cases last, also around the jumps of Berlin's clock. */
const SPANS: readonly { [key: string]: JsonValue }[] = [
  { from: '00:01' },
  { from: '00:01', to: '00:02' },
  { to: '00:01' },
  { from: '00:59', to: '01:01' },
  { from: '23:00', to: '01:00' },
  { timezone: 'Europe/Berlin', from: '01:01', to: '03:01' },
  { timezone: 'Europe/Berlin', from: '02:30', to: '03:02' },
  { timezone: 'Europe/Berlin', from: '01:59', to: '02:01' },
  { timezone: 'Europe/Berlin', from: '22:00', to: '02:30' },
  { timezone: 'Europe/Berlin', from: '02:01', to: '02:59' },
  { timezone: 'Asia/Kolkata', from: '05:31', to: '06:29' },
];

const days = maybe('days', fc.constantFrom(['thu', 'sun'], ['wed', 'sat'], ['fri']), 2);

const span = joined(fc.constantFrom(...SPANS), days);

/** A schedule, or a list of them. */
export const randomActive: Source = oneOf<JsonValue>(
  [3, span],
  [1, fc.array(span, { minLength: 1, maxLength: 3 })],
);
