import { createHash } from 'node:crypto';
import type { PayloadFormat } from '../../firmware-bridge/decode-payload.js';
import type { SourceFile } from '../../rules/format/document.js';

/**
 * How records stand in the bytes of a journal row, one after the other. Times are signed varints against the time of the
 * record before; the first against the row's.
 *
 * A message begins with its flags, which are below 128:
 *
 *     flags  time  [format  grace]  [arrival − own time]  topic  sender  [source]  [packet id: 2  fingerprint: 4]  payload
 *
 * Topic is a place in the row's generation of topics. Sender and source are places in a list of names that begins empty
 * with every row; the next free place is followed by the name that takes it. Any other record begins with its kind:
 *
 *     kind  time  what the kind says, in JSON
 *
 * A plan with rules that were warmed up says more in its JSON, and has their state behind it.
 */
export const FLAG = {
  format: 0b11,
  /** It was measured at another time than it arrived. */
  ownTime: 1 << 2,
  hasOwnTime: 1 << 3,
  retained: 1 << 4,
  source: 1 << 5,
  packetId: 1 << 6,
} as const;

export const FORMATS: readonly PayloadFormat[] = ['json', 'number', 'text'];

/** In place of a format: it follows by itself, and how long windows wait for what is late, in ms. */
export const WITH_GRACE = 3;

export const FORMAT_NUMBERS: Readonly<Record<PayloadFormat, number>> = { json: 0, number: 1, text: 2 };

/** The first bytes of records other than messages. Never used again for something else. */
export const KINDS = {
  gap: 128,
  offset: 129,
  command: 130,
  connection: 131,
  silence: 132,
  plan: 133,
  tick: 134,
  lost: 135,
} as const;

/** What a plan record holds in place of the files, which are stored once. */
export function planHash(files: readonly SourceFile[]): string {
  return createHash('sha256').update(planText(files)).digest('hex').slice(0, 32);
}

export function planText(files: readonly SourceFile[]): string {
  return JSON.stringify(files.map(({ path, text }) => [path, text]));
}

export function planFiles(text: string): SourceFile[] {
  const files: [string, string][] = JSON.parse(text);
  return files.map(([path, content]) => ({ path, text: content }));
}
