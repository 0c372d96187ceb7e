import { z } from 'zod';
import { SEVERITIES } from '../rule.js';
import { duration, flag, formedText, text, timezone, wholeNumber } from './fields.js';
import { slot } from './slot.js';

/** The names of inputs, `let` signals and labels. All but one: that is no key of its own in JavaScript's objects. */
export const NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/;
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const ID_WORDS = 'lower-case letters, digits and -, beginning with a letter or digit, at most 64 characters';

export const id = (description: string) => formedText(description, ID, ID_WORDS);
export const name = (description: string) =>
  formedText(description, NAME, 'letters, digits and _, not beginning with a digit');
const severity = z.enum(['info', 'warning', 'critical']);

/** The keys of a rule (rule reference, section 1). */
export const ruleShape = z.strictObject({
  id: id('Names the rule; unique in the site.'),
  title: text('A short name for people.').optional(),
  description: text('What the rule is for.').optional(),
  runbook: z
    .string()
    .refine((value) => URL.canParse(value), {
      message: 'must be a URL such as "https://wiki.example/press".',
    })
    .meta({ description: 'The URL of what to do when the alert fires.', format: 'uri' })
    .optional(),
  enabled: flag('`false` switches the rule off.').prefault(true),
  inputs: slot('inputs', 'What the rule reads: name → topic pattern, or an object with more.'),
  groupBy: z
    .array(name('A label captured by the inputs.'))
    .meta({ description: 'Labels that make an instance; by default all that the inputs capture.' })
    .optional(),
  let: slot('lets', 'Signals with names of their own.').optional(),
  when: slot('when', 'The condition, or one for each severity.'),
  severity: severity.meta({ description: 'How bad it is.' }).optional(),
  labels: z
    .record(name('A label.'), z.string())
    .meta({ description: 'Fixed labels added to the alert.' })
    .optional(),
  active: slot('active', 'When the rule is watched; by default always.').optional(),
  suppressedBy: z
    .array(
      z.strictObject({
        rule: id('The rule that, while it fires, keeps this one quiet.'),
        on: z
          .array(name('A label that both rules have.'))
          .meta({ description: 'Labels that must be equal; by default all that both have.' })
          .optional(),
      }),
    )
    .meta({ description: 'Rules that keep this one from notifying.' })
    .optional(),
  keepFor: duration(
    'The alert keeps firing until `when` has not been true for this long.',
    'zero or more',
  ).prefault('0s'),
  latch: flag('`true`: stays firing until a person resets it.').prefault(false),
  onUnknown: z
    .enum(['hold', 'resolve'])
    .meta({ description: 'What becomes of a firing alert while `when` is unknown.' })
    .prefault('hold'),
  message: text('What the alert says; {name} stands for an input, a signal or a label.').optional(),
  notify: z
    .array(z.string().min(1))
    .meta({ description: 'Receivers; without it the routes of the site decide, [] only records.' })
    .optional(),
  quiet: flag('`true`: inputs without `maxAge` are not watched for silence.').prefault(false),
  forgetAfter: duration('An inactive instance without readings for this long ends.').prefault('30d'),
  maxInstances: wholeNumber('How many instances there can be.', { min: 1, max: 1_000_000 }).prefault(10_000),
});

/** A file with several rules. */
export const ruleFileShape = z.strictObject({
  $schema: text('The JSON Schema of rule files, for editors.').optional(),
  rules: slot('rules', 'The rules.'),
});

export type RuleShape = z.output<typeof ruleShape>;

/** `when` with a condition for each severity. */
export const levelsShape = z.strictObject({
  info: slot('condition', 'Raises the alert as `info`.').optional(),
  warning: slot('condition', 'Raises the alert as `warning`.').optional(),
  critical: slot('condition', 'Raises the alert as `critical`.').optional(),
});

export function isSeverity(key: string): boolean {
  return SEVERITIES.some((one) => one === key);
}

/** The three forms of an input object (section 2), told apart by their first key. */
export const inputShapes = {
  topic: z.strictObject({
    topic: text('A topic pattern: `factory/{line}/+/temperature`.'),
    field: z.string().min(1).meta({ description: 'The field of the payload, dotted.' }).prefault('value'),
    maxAge: duration('The value is unknown this long after the newest reading.').optional(),
    unit: text('Shown beside values.').optional(),
  }),
  view: z.strictObject({
    view: text('The id of a view.'),
    field: z.string().min(1).meta({ description: 'The field of the view.' }).prefault('value'),
  }),
  model: z.strictObject({
    model: text('The id of a model.'),
    output: text('The name of one of its outputs.'),
  }),
};

const TIME_OF_DAY = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const timeOfDay = (description: string) =>
  formedText(description, TIME_OF_DAY, 'a time of day from "00:00" to "24:00"', 'invalid-value');

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** One span of `active` (section 1). */
export const activeShape = z.strictObject({
  timezone: timezone('The time zone of the times.').prefault('UTC'),
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .meta({ description: 'Days on which a span starts.' })
    .prefault([...DAYS]),
  from: timeOfDay('When the span starts.').prefault('00:00'),
  to: timeOfDay('When it ends; at or before `from`: on the next day.').prefault('24:00'),
});
