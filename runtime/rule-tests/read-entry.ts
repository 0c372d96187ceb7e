import type { Document, Path, Problem } from '../../rules/format/document.js';
import { checkTopic } from '../replay/message-line.js';
import type { TestInput } from './rule-test.js';
import type { EntryShape, Moment } from './test-shape.js';

/** One entry makes at most this many messages: more is a mistake in `every`, and would not end. */
const MESSAGES_MAX = 100_000;

/** An entry and its place: what its reader needs to say what is wrong with it. */
export interface PlacedEntry {
  readonly entry: EntryShape;
  readonly path: Path;
  readonly document: Document;
  /** Start of the test, epoch ms. */
  readonly start: number;
}

/** The messages, or the command, of one entry of `readings`; what is wrong with it goes to the document. */
export function readEntry(placed: PlacedEntry): TestInput[] {
  const { entry } = placed;
  return entry.reset === undefined && entry.forget === undefined ? readMessages(placed) : readCommand(placed);
}

export function timeOf(moment: Moment, start: number): number {
  return moment.kind === 'date' ? moment.time : start + moment.ms;
}

// ---- commands ----

const OF_MESSAGES = ['from', 'every', 'to', 'topic', 'payload', 'payloads', 'arrives', 'retain'] as const;

function readCommand({ entry, path, document, start }: PlacedEntry): TestInput[] {
  const { at, reset, forget } = entry;
  const report = reporter(document, path);
  for (const key of OF_MESSAGES) {
    if (entry[key] !== undefined) report(key, { code: 'unknown-key', message: `A command has no "${key}".` });
  }
  if (reset !== undefined && forget !== undefined) {
    report('forget', { code: 'invalid-value', message: 'An entry is one command: "reset" or "forget".' });
  }
  if (at === undefined) {
    report(null, { code: 'missing-key', message: 'The key "at" is missing: when the command is given.' });
    return [];
  }
  const command =
    reset === undefined
      ? ({ kind: 'forget', rule: forget ?? '', labels: entry.labels ?? {} } as const)
      : ({ kind: 'reset', rule: reset, labels: entry.labels ?? {} } as const);
  return [{ kind: 'command', time: timeOf(at, start), command }];
}

// ---- messages ----

function readMessages({ entry, path, document, start }: PlacedEntry): TestInput[] {
  const { topic } = entry;
  const report = reporter(document, path);
  const series = readSeries(entry, start, report);
  if (entry.labels !== undefined) {
    report('labels', {
      code: 'unknown-key',
      message: 'A message has no "labels": they come from its topic.',
    });
  }
  if (topic === undefined) report(null, { code: 'missing-key', message: 'The key "topic" is missing.' });
  const problem = topic === undefined ? null : checkTopic(topic);
  if (problem !== null) report('topic', { code: 'invalid-value', message: `${problem}.` });
  if (series === null || topic === undefined) return [];

  const arrives = entry.arrives === undefined ? undefined : timeOf(entry.arrives, start);
  const last = series.at(-1)?.time ?? start;
  if (arrives !== undefined && arrives < last) {
    report('arrives', { code: 'out-of-range', message: 'A message cannot arrive before it was measured.' });
  }
  return series.map(({ time, payload }) => {
    const base = { topic, payload, time, retain: entry.retain ?? false };
    return { kind: 'message', time, message: arrives === undefined ? base : { ...base, arrives } };
  });
}

type Report = (key: keyof EntryShape | null, problem: Problem) => void;

function reporter(document: Document, path: Path): Report {
  return (key, problem) => document.report(document.at(key === null ? path : [...path, key]), problem);
}

type Measured = { readonly time: number; readonly payload: NonNullable<EntryShape['payloads']>[number] };

/** One value; one value `every` so often up to `to`; or `payloads` one after the other. `null`: it is wrong. */
function readSeries(entry: EntryShape, start: number, report: Report): Measured[] | null {
  const first = readFirst(entry, start, report);
  if ((entry.payload === undefined) === (entry.payloads === undefined)) {
    const both = entry.payload !== undefined;
    report(both ? 'payloads' : null, {
      code: both ? 'invalid-value' : 'missing-key',
      message: both
        ? 'Give "payload" or "payloads", not both.'
        : 'The key "payload" (or "payloads") is missing.',
    });
    return null;
  }
  if (entry.payloads !== undefined) return readPayloads(entry, entry.payloads, first, report);
  return readRepeated(entry, first, start, report);
}

function readFirst({ at, from }: EntryShape, start: number, report: Report): number | null {
  if (at !== undefined && from !== undefined) {
    report('from', { code: 'invalid-value', message: 'Give "at" or "from", not both.' });
    return null;
  }
  const first = at ?? from;
  if (first !== undefined) return timeOf(first, start);
  report(null, { code: 'missing-key', message: 'The key "at" (or "from", "every" and "to") is missing.' });
  return null;
}

function readPayloads(
  { every, to }: EntryShape,
  payloads: NonNullable<EntryShape['payloads']>,
  first: number | null,
  report: Report,
): Measured[] | null {
  if (to !== undefined) {
    report('to', {
      code: 'unknown-key',
      message: 'With "payloads" their number says where it ends; leave "to" out.',
    });
  }
  if (every === undefined) {
    report('payloads', {
      code: 'missing-key',
      message: 'The key "every" is missing: the time between them.',
    });
  }
  if (first === null || every === undefined || to !== undefined) return null;
  return payloads.map((payload, index) => ({ time: first + index * every, payload }));
}

function readRepeated(
  { payload, every, to, from }: EntryShape,
  first: number | null,
  start: number,
  report: Report,
): Measured[] | null {
  if (payload === undefined) return null;
  if (every === undefined && to === undefined && from === undefined) {
    return first === null ? null : [{ time: first, payload }];
  }
  if (every === undefined || to === undefined) {
    const missing = every === undefined ? 'every' : 'to';
    report(null, {
      code: 'missing-key',
      message: `The key "${missing}" is missing: "from", "every" and "to" go together.`,
    });
    return null;
  }
  const last = timeOf(to, start);
  if (first === null) return null;
  if (last < first) {
    report('to', { code: 'out-of-range', message: '"to" is before "from".' });
    return null;
  }
  const count = Math.floor((last - first) / every) + 1;
  if (count > MESSAGES_MAX) {
    report('every', {
      code: 'out-of-range',
      message: `This makes ${count} messages; ${MESSAGES_MAX} are possible.`,
    });
    return null;
  }
  return Array.from({ length: count }, (_, index) => ({ time: first + index * every, payload }));
}
