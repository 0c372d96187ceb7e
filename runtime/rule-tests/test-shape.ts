import { z } from 'zod';
import { formatDuration, guessDuration, parseDuration } from '../../rules/format/duration.js';
import { expectations } from '../../rules/format/expectation.js';
import { duration, flag, text } from '../../rules/format/fields.js';
import type { JsonValue } from '../../rules/reading.js';
import { parseTime } from '../replay/time-text.js';

/** A point in time: counted from the start of the test, or by the calendar (epoch ms). */
export type Moment =
  | { readonly kind: 'from start'; readonly ms: number }
  | { readonly kind: 'date'; readonly time: number };

const severity = (description: string) => z.enum(['info', 'warning', 'critical']).meta({ description });

/** For editors: a duration, or what begins like a time. */
const MOMENT_PATTERN = '^(([0-9]+(\\.[0-9]+)?(ms|s|m|h|d|w))+|[0-9]{4}-[0-9]{2}-.+|-?[0-9]+(\\.[0-9]+)?)$';

function moment(description: string) {
  return z
    .string()
    .meta({ pattern: MOMENT_PATTERN, examples: ['40s', '2026-01-05T06:00:00Z'] })
    .register(expectations, {
      what: 'a duration from the start such as "40s", or a time such as "2026-01-05T06:00:00Z"',
      code: 'bad-duration',
      hint: momentHint,
    })
    .transform((value, context): Moment => {
      const ms = parseDuration(value);
      if (ms !== null) return { kind: 'from start', ms };
      const time = parseTime(value);
      if (time !== null) return { kind: 'date', time };
      const params = { code: 'bad-duration', hint: momentHint(value) };
      const message = `must be a duration from the start such as "40s", or a time such as "2026-01-05T06:00:00Z", not ${JSON.stringify(value)}.`;
      context.issues.push({ code: 'custom', input: value, message, params });
      return z.NEVER;
    })
    .meta({ description });
}

function momentHint(value: unknown): string | null {
  const guess = guessDuration(value);
  return guess === null ? null : `Write "${formatDuration(parseDuration(guess) ?? 0)}".`;
}

const payload = (description: string) =>
  z.custom<JsonValue>((value) => value !== undefined).meta({ description });
const labels = z.record(z.string(), z.string()).meta({ description: 'Label values.' });

/** For editors: a message or a command, and what each must have. */
const ENTRY_FORMS = {
  anyOf: [
    { required: ['topic', 'payload'], dependentRequired: { from: ['to'], every: ['to'], to: ['every'] } },
    { required: ['topic', 'payloads', 'every'] },
    { required: ['reset', 'at'] },
    { required: ['forget', 'at'] },
  ],
  allOf: [{ anyOf: [{ required: ['at'] }, { required: ['from', 'every'] }] }],
};

/** One entry of `readings`. Which keys go together is checked where the entry is read. */
const entryShape = z.strictObject({
  at: moment('When the message was measured, or the command is given.').optional(),
  from: moment('When the first of several messages was measured.').optional(),
  every: duration('The time between several messages.').optional(),
  to: moment('When the last of several messages was measured, at the latest.').optional(),
  topic: text('The topic of the message.').optional(),
  payload: payload('The decoded JSON value of the message.').optional(),
  payloads: z
    .array(payload('The decoded JSON value of a message.'))
    .min(1)
    .meta({ description: 'The values of several messages, one after the other.' })
    .optional(),
  arrives: moment('When the message arrives, if later than it was measured.').optional(),
  retain: flag('The message is delivered as stored state.').optional(),
  reset: text('The rule whose latched alert a person resets.').optional(),
  forget: text('The rule whose instance is ended.').optional(),
  labels: labels.optional(),
});

export type EntryShape = z.output<typeof entryShape>;

const expectedShape = z.strictObject({
  at: moment('When the event happens.').optional(),
  rule: text('The id of the rule.').optional(),
  event: z
    .enum(['firing', 'severity', 'cleared', 'unsuppressed', 'resolved'])
    .meta({ description: 'What happens.' })
    .optional(),
  severity: severity('The severity of the alert.').optional(),
  labels: labels.optional(),
  values: z
    .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))
    .meta({ description: 'Values of inputs and signals; `null` is unknown.' })
    .optional(),
  message: z.string().meta({ description: 'The message of the alert.' }).optional(),
  episode: z.string().meta({ description: 'The id of the episode.' }).optional(),
  previous: severity('The severity before.').optional(),
  reason: z
    .enum(['normal', 'reset', 'inactive', 'unknown', 'rule changed', 'rule removed', 'disabled', 'forgotten'])
    .meta({ description: 'Why the alert ended.' })
    .optional(),
  suppressed: flag('Whether another alert keeps it quiet.').optional(),
  late: flag('Whether the message behind it came late.').optional(),
  stale: flag('Whether an input of the rule is silent.').optional(),
});

const testShape = z.strictObject({
  name: text('What the test shows.'),
  start: moment('When the test begins.').optional(),
  readings: z.array(entryShape.meta(ENTRY_FORMS)).meta({ description: 'Messages and commands.' }),
  until: moment('When the test ends; by default with the last reading.').optional(),
  rules: z
    .array(z.string())
    .min(1)
    .meta({ description: 'The rules whose events are compared; by default all.' })
    .optional(),
  expect: z.array(expectedShape).meta({ description: 'All events of these rules, in order.' }),
});

export type TestShape = z.output<typeof testShape>;

/** A file of rule tests. */
export const testFileShape = z.strictObject({
  $schema: z.string().meta({ description: 'Where editors find the schema of this file.' }).optional(),
  tests: z.array(testShape).meta({ description: 'The tests.' }),
});
