import { z } from 'zod';
import type { JsonValue } from '../../rules/reading.js';
import type { FoldedRecord } from './fold-record.js';
import { JOURNAL_FORMAT, type JournalEntry } from './journal-entry.js';
import { messageOf } from './message-line.js';

const time = z.number().int();
const files = z.array(z.object({ path: z.string(), text: z.string() }));
const labels = z.record(z.string(), z.string());
const command = z.union([
  z.object({ kind: z.enum(['reset', 'forget']), rule: z.string(), labels }),
  z.object({ kind: z.literal('mark'), event: z.enum(['failure', 'maintenance']), labels }),
]);

const warmed = z
  .object({ units: z.array(z.string()), state: z.base64(), tail: z.array(z.string()) })
  .transform(({ state, ...rest }) => ({ ...rest, state: Buffer.from(state, 'base64') }));

/** The kinds of lines but messages, by the key that comes first in them. */
const SHAPES = {
  journal: z
    .object({
      journal: z.literal(JOURNAL_FORMAT),
      program: z.string(),
      gateway: z.string(),
      plan: files,
      snapshotBytes: z.number().int(),
    })
    .transform(({ program, gateway, plan, snapshotBytes }) => ({
      kind: 'head' as const,
      program,
      gateway,
      files: plan,
      snapshotBytes,
    })),
  artefact: z
    .object({ artefact: z.string() })
    .transform(({ artefact }) => ({ kind: 'artefact' as const, text: artefact })),
  snapshot: z
    .object({ snapshot: z.base64() })
    .transform(({ snapshot }) => ({ kind: 'snapshot' as const, data: Buffer.from(snapshot, 'base64') })),
  gap: z
    .object({ gap: z.object({ from: time, to: time }) })
    .transform(({ gap }) => ({ kind: 'gap' as const, ...gap })),
  offset: z
    .object({ offset: time, at: time })
    .transform(({ offset, at }) => ({ kind: 'offset' as const, time: at, offset })),
  command: z
    .object({ command, at: time })
    .transform((line) => ({ kind: 'command' as const, time: line.at, command: line.command })),
  connection: z
    .object({ connection: z.string(), up: z.boolean(), at: time })
    .transform(({ connection, up, at }) => ({
      kind: 'connection' as const,
      time: at,
      name: connection,
      isUp: up,
    })),
  silence: z
    .object({ silence: z.string(), silent: z.boolean(), at: time })
    .transform(({ silence, silent, at }) => ({
      kind: 'silence' as const,
      time: at,
      topic: silence,
      isSilent: silent,
    })),
  plan: z.object({ plan: files, at: time, warmed: warmed.optional() }).transform(({ plan, at, warmed }) => {
    const record = { kind: 'plan' as const, time: at, files: plan };
    return warmed === undefined ? record : { ...record, warmed };
  }),
  tick: z.object({ tick: time }).transform(({ tick }) => ({ kind: 'tick' as const, time: tick })),
  lost: z
    .object({ lost: z.number().int(), at: time })
    .transform(({ lost, at }) => ({ kind: 'lost' as const, time: at, count: lost })),
} satisfies Readonly<Record<string, z.ZodType<JournalEntry>>>;

const KEYS = Object.keys(SHAPES) as (keyof typeof SHAPES)[];

/**
 * Reads one line of an exported journal.
 *
 * @returns what it says, or what is wrong with it
 */
export function parseJournalLine(line: string): JournalEntry | string {
  let value: JsonValue;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not valid JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object';
  return entryOf(value as { readonly [key: string]: JsonValue });
}

function entryOf(object: { readonly [key: string]: JsonValue }): JournalEntry | string {
  if (object['topic'] !== undefined) return messageEntry(object);
  const key = KEYS.find((one) => Object.hasOwn(object, one));
  if (key === undefined) return 'no line of a journal that this version of the program knows';
  const result = SHAPES[key].safeParse(object);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `"${key}" is wrong at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}

function messageEntry(object: { readonly [key: string]: JsonValue }): FoldedRecord | string {
  const read = messageOf(object);
  if (typeof read === 'string') return read;
  const { time: measured, arrives = measured, topic, payload, retain = false } = read;
  const message = { topic, payload, time: measured, arrival: arrives, retain };
  const { source, grace } = object;
  const marks = {
    ...(typeof grace === 'number' ? { grace } : {}),
    ...(typeof source === 'string' ? { source } : {}),
  };
  return { kind: 'message', message: { ...message, ...marks } };
}
