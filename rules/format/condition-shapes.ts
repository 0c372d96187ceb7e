import { z } from 'zod';
import { expectations } from './expectation.js';
import { duration, durationHint, flag, text, timezone, wholeNumber } from './fields.js';
import type { FunctionOption } from './function-names.js';
import { slot } from './slot.js';

/** More would be a mistake of units rather than a wish; it also bounds what an instance remembers. */
export const COUNT_MAX = 1_000_000;

// ---- modifiers and comparators (rule reference, section 4) ----

export const modifiersShape = z.strictObject({
  times: wholeNumber('It became true at least so often …', { min: 1, max: COUNT_MAX }).optional(),
  within: duration('… within this time.').optional(),
  for: duration('It has been true for this long.', 'zero or more').optional(),
  keepFor: duration('Once true, it stays true until it was not for this long.', 'zero or more').optional(),
});
export type Modifier = keyof typeof modifiersShape.shape;

const comparators = {
  above: slot('operand', 'Greater than.').optional(),
  atLeast: slot('operand', 'Greater than or equal to.').optional(),
  below: slot('operand', 'Less than.').optional(),
  atMost: slot('operand', 'Less than or equal to.').optional(),
  equals: slot('operand', 'Equal to.').optional(),
  notEquals: slot('operand', 'Not equal to.').optional(),
  in: slot('operands', 'Equal to one of these.').optional(),
  notIn: slot('operands', 'Equal to none of these.').optional(),
  between: slot('range', 'From the first to the second, both included.').optional(),
  outside: slot('range', 'Below the first or above the second.').optional(),
};
export type Comparator = keyof typeof comparators;

export const deadbandShape = z.strictObject({
  deadband: z
    .number()
    .min(0)
    .meta({ description: 'How far the value must come back before it counts as back, in its own unit.' })
    .optional(),
});
/** What is beside the signal in a condition. */
export const comparisonShape = z.strictObject({ ...comparators, ...deadbandShape.shape });
export const whereShape = z.strictObject(comparators).meta({ minProperties: 1 });

export const COMPARATORS: ReadonlySet<string> = new Set(Object.keys(comparators));
export const isComparator = (key: string): key is Comparator => COMPARATORS.has(key);

// ---- conditions (section 4), without their modifiers ----

export const conditionShapes = {
  all: z.strictObject({ all: slot('conditions', 'Every one of these is true.') }),
  any: z.strictObject({ any: slot('conditions', 'At least one of these is true.') }),
  not: z.strictObject({ not: slot('condition', 'This is false.') }),
  some: z.strictObject({
    some: wholeNumber('At least so many …', { min: 1, max: COUNT_MAX }),
    of: slot('conditions', '… of these are true.'),
  }),
  absent: z.strictObject({
    absent: slot('input', 'No reading of this input arrived …'),
    for: duration('… for this long.'),
    expected: text('A table whose rows are instances from the start.').optional(),
  }),
  changed: z.strictObject({ changed: slot('signal', 'The newest reading differs from the one before.') }),
  sequence: z.strictObject({
    sequence: slot('conditions', 'These became true one after the other …'),
    within: duration('… in less than this time …'),
    unless: slot('condition', '… and this was true at no time in between.').optional(),
  }),
  after: z.strictObject({
    after: slot('condition', 'When this became true …'),
    expect: slot('condition', '… this did not become true …'),
    within: duration('… within this time.'),
  }),
};
export type ConditionKey = keyof typeof conditionShapes;
export const isConditionKey = (key: string): key is ConditionKey => Object.hasOwn(conditionShapes, key);

// ---- signals (section 3) ----

/** A number in quotes can be meant either way. */
function lengthHint(value: unknown): string {
  const isNumber = typeof value === 'string' && /^\d+$/.test(value);
  return isNumber
    ? `Write ${value} for so many readings, "${value}s" for so many seconds.`
    : durationHint(value);
}

const windowLength = z
  .union([
    duration('A length of time.', 'above zero', lengthHint).transform((overMs) => ({
      kind: 'sliding' as const,
      overMs,
    })),
    wholeNumber('A number of readings.', { min: 1, max: COUNT_MAX }).transform((count) => ({
      kind: 'count' as const,
      count,
    })),
  ])
  .meta({ description: 'How much the window holds: a time, or a number of readings.' })
  .register(expectations, { what: 'a duration such as "5m", or a number of readings' });

const windowKeys = {
  over: windowLength.optional(),
  every: duration('The window closes at each multiple of this.').optional(),
  timezone: timezone('The clock that `every` counts by; UTC by default.').optional(),
  session: duration('The window closes when no reading came for this long.').optional(),
  longest: duration('The longest a session gets.').optional(),
  during: slot('condition', 'The window lasts while this is true.').optional(),
  minCount: wholeNumber('Unknown below so many readings.', { min: 1, max: COUNT_MAX }).optional(),
  full: flag('`true`: unknown until the window has been filled once.').prefault(false),
  where: slot('where', 'What a reading must be to enter.').optional(),
};

/** The keys of `{ "avg": …, "over": … }` beside the function's own, by the option the function has. */
export const aggregateShapes = {
  none: z.strictObject(windowKeys),
  per: z.strictObject({
    ...windowKeys,
    per: duration('The time that the value is given per.').prefault('1s'),
  }),
  ahead: z.strictObject({ ...windowKeys, ahead: duration('How far ahead.', 'zero or more') }),
  limit: z.strictObject({
    ...windowKeys,
    limit: slot('operand', 'The value to be reached.'),
    from: z.enum(['below', 'above']).meta({ description: 'The side it comes from.' }).prefault('below'),
  }),
} satisfies Record<FunctionOption, z.ZodType>;
export type AggregateShape = z.output<(typeof aggregateShapes)[FunctionOption]>;

/** `{ "avg": …, "across": … }`, beside the function's own key. */
export const acrossShape = z.strictObject({ across: text('The label that the series differ in.') });

export const signalShapes = {
  value: z.strictObject({ value: slot('signal', 'The newest value of this signal.') }),
  previous: z.strictObject({ previous: slot('signal', 'The value before the newest one.') }),
  expr: z.strictObject({ expr: text('An expression.') }),
  lookup: z.strictObject({
    lookup: text('A lookup table.'),
    column: text('Its column.'),
    default: z
      .union([z.number(), z.string(), z.boolean()])
      .meta({ description: 'Where the table has nothing.' })
      .optional(),
  }),
  ewma: z.strictObject({
    ewma: slot('signal', 'Exponentially weighted moving average of this signal.'),
    halfLife: duration('After this time a reading weighs half.'),
  }),
};
export type SignalKey = keyof typeof signalShapes;
export const isSignalKey = (key: string): key is SignalKey => Object.hasOwn(signalShapes, key);

/** Every key of signals that is not what they are about. */
export const OPTION_KEYS: ReadonlySet<string> = new Set([
  ...Object.values(aggregateShapes).flatMap((shape) => Object.keys(shape.shape)),
  ...Object.keys(acrossShape.shape),
  ...Object.values(signalShapes).flatMap((shape) => Object.keys(shape.shape)),
]);
