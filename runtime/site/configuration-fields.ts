import { z } from 'zod';
import type { TimestampUnit } from '../../firmware-bridge/timestamp.js';
import { expectations } from '../../rules/format/expectation.js';
import { formedText } from '../../rules/format/fields.js';
import { parseTopicPattern } from '../../rules/format/parse-topic-pattern.js';
import { activeShape } from '../../rules/format/rule-shape.js';
import type { SecretReference } from './secret.js';

/** A key of the design that the program does not have yet: refused with these words instead of ignored. */
export function notBuiltYet(description: string) {
  return z
    .unknown()
    .refine((value) => value === undefined, {
      message: 'is not built yet.',
      params: { code: 'not-supported-yet', hint: 'Leave it out.' },
    })
    .meta({ description, isBuilt: false })
    .optional();
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME_WORDS =
  'letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 64 characters';

export const name = (description: string) => formedText(description, NAME, NAME_WORDS);

/** A password or key: where it is kept, never what it is. */
export function secret(description: string) {
  return secretObject()
    .meta({ description, isSecret: true })
    .register(expectations, { what: SECRET_WORDS, hint: () => SECRET_HINT });
}

/** An address that may hold a key: given as it is, or kept like a secret. */
export function textOrSecret(description: string) {
  return z.union([z.string().min(1), secretObject()]).meta({ description, isSecret: true });
}

const SECRET_WORDS = '{ "env": "NAME" } or { "file": "PATH" }';
const SECRET_HINT = 'Secrets are kept in environment variables or files, not in tocsin.json.';

function secretObject() {
  return z
    .strictObject({
      env: z.string().min(1).meta({ description: 'The name of an environment variable.' }).optional(),
      file: z.string().min(1).meta({ description: "The path of a file, from the site's folder." }).optional(),
    })
    .meta({ minProperties: 1, maxProperties: 1 })
    .transform(({ env, file }, context): SecretReference => {
      if (env !== undefined && file === undefined) return { kind: 'environment', name: env };
      if (file !== undefined && env === undefined) return { kind: 'file', path: file };
      context.issues.push({
        code: 'custom',
        input: { env, file },
        message: `must be ${SECRET_WORDS}.`,
        params: { code: 'invalid-value', hint: SECRET_HINT },
      });
      return z.NEVER;
    });
}

/** A topic filter as MQTT has it, without captures. */
export function topicFilter(description: string) {
  return z
    .string()
    .superRefine((value, context) => {
      const parsed = parseTopicPattern(value);
      if (parsed.kind === 'refused') {
        const params = { code: 'bad-topic', hint: parsed.hint };
        context.addIssue({ code: 'custom', message: `is no topic filter: ${parsed.message}`, params });
      } else if (parsed.pattern.captures.length > 0) {
        const params = { code: 'bad-topic', hint: 'Write `+` for any one level.' };
        context.addIssue({
          code: 'custom',
          message: 'is a topic filter: labels are captured by rules.',
          params,
        });
      }
    })
    .meta({ description });
}

/** A topic to publish to, in which `{name}` stands for one level. */
export function topicTemplate(description: string) {
  return z
    .string()
    .superRefine((value, context) => {
      const parsed = parseTopicPattern(value);
      const isRefused = parsed.kind === 'refused';
      if (!isRefused && !parsed.pattern.hasWildcard && !value.startsWith('$')) return;
      const message = isRefused ? `is no topic: ${parsed.message}` : 'is no topic that one can publish to.';
      const hint = isRefused
        ? parsed.hint
        : 'Write {label} for a level that differs; `+`, `#` and `$` are for subscribing.';
      context.addIssue({ code: 'custom', message, params: { code: 'bad-topic', hint } });
    })
    .meta({ description });
}

const ADDRESS = /^[^\s@<>,;:"()]+@[^\s@<>,;:"()]+$/;

export const mailAddress = (description: string) =>
  z
    .string()
    .regex(ADDRESS)
    .meta({ description })
    .register(expectations, { what: 'a mail address such as "maintenance@plant.example"' });

export function url(description: string, protocols: readonly string[]) {
  const words = `a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`;
  return z
    .string()
    .refine((value) => isUrl(value, protocols), { message: `must be ${words}.` })
    .meta({ description });
}

export function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1));
}

/** `motor.temp`: the keys from the root of a payload inward. */
export function fieldPath(description: string) {
  return z.string().min(1).meta({ description });
}

const TIMESTAMP_UNITS = ['s', 'ms', 'us', 'ns', 'rfc3339'] as const satisfies readonly TimestampUnit[];

export function timestamp(description: string) {
  const field = fieldPath('The field with the time.');
  const unit = z.enum(TIMESTAMP_UNITS).meta({ description: 'Its unit; without it, told by its size.' });
  return z.union([field, z.strictObject({ field, unit: unit.optional() })]).meta({ description });
}

/** One span or a list of them, in the time zone of the site unless they name one; always read as a list. */
export function schedule(description: string) {
  const { timezone, days, from, to } = activeShape.shape;
  const span = z.strictObject({
    timezone: timezone.unwrap().optional().meta({ defaultText: '`timezone` of the site' }),
    days,
    from,
    to,
  });
  return z
    .union([span, z.array(span).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .meta({ description });
}

const SIZE = /^(\d+(?:\.\d+)?)(KB|MB|GB|TB)$/;
const SIZE_BYTES: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** A size such as "4GB", in bytes. @param min the smallest, in bytes */
export function byteSize(description: string, min: number) {
  const what = `a size such as "4GB", at least ${min / 2 ** 20}MB (units KB, MB, GB, TB)`;
  return z
    .string()
    .transform((text, context): number => {
      const [, amount = '', unit = ''] = SIZE.exec(text) ?? [];
      const bytes = Math.floor(Number(amount) * (SIZE_BYTES[unit] ?? 0));
      if (bytes >= min) return bytes;
      context.issues.push({
        code: 'custom',
        input: text,
        message: `must be ${what}.`,
        params: { code: 'invalid-value' },
      });
      return z.NEVER;
    })
    .meta({ description });
}

/** One text or a list of them; always read as a list. */
export function oneOrMore(description: string) {
  const list = z.array(z.string()).min(1);
  return z
    .union([z.string(), list])
    .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value))
    .meta({ description });
}
