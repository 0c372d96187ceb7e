import { createReadStream } from 'node:fs';
import type { AlertEvent } from '../../rules/alert-event.js';
import { didYouMean } from '../../rules/format/did-you-mean.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { allFiles } from '../replay/held-rules.js';
import type { JournalEntry } from '../replay/journal-entry.js';
import { JournalReplay } from '../replay/journal-replay.js';
import { readLines } from '../replay/ndjson.js';
import { CHUNK_BYTES } from '../replay/open-recording.js';
import { parseJournalLine } from '../replay/parse-journal-line.js';
import { storyText } from '../replay/story/story-text.js';
import { EXIT, type Io, UsageError } from './command.js';
import { EventOutput, type EventOutputOptions } from './event-output.js';
import { failedFunctionLines } from './failed-functions.js';
import { ProblemLog } from './problem-log.js';
import { Progress } from './progress.js';
import { inputName, unreadable } from './run-replay.js';
import { styleFor } from './style.js';
import { counted, PAGE_WIDTH } from './text-layout.js';

export interface JournalReplayOptions extends EventOutputOptions {
  /** What `export --journal` wrote: a file, or `-` for standard input. */
  readonly journal: string;
  readonly until: number | null;
  /** Only these rules; none: all. */
  readonly rules: readonly string[];
}

/** Replays an exported journal by the rules in it, and writes its events or tells what happened; gives the exit code. */
export async function runJournalReplay(options: JournalReplayOptions, io: Io): Promise<number> {
  const output = await EventOutput.open(options, io);
  const known = new Set<string>();
  const replay = new JournalReplay({
    until: options.until,
    onRules: (rules) => {
      for (const { id } of rules) known.add(id);
      output.show(options.rules.length === 0 ? rules : rules.filter(({ id }) => options.rules.includes(id)));
    },
  });
  const problems = new ProblemLog(io.stderr, inputName(options.journal));
  try {
    await playJournal(replay, options.journal, io, {
      problems,
      take: (events) => output.take(events),
      breathe: () => output.breathe(),
    });
    output.take(replay.finish());
    await output.flush();
  } finally {
    await output.close();
  }
  problems.finish();
  refuseUnknown(options.rules, known);
  io.stderr.write(failedFunctionLines(replay.engine));
  if (replay.lost > 0) {
    io.stderr.write(
      `${counted(replay.lost, 'record')} could not be stored when this was recorded: what follows may differ\n`,
    );
  }
  if (output.story !== null) io.stdout.write(tell(output, replay, options, io));
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

export interface JournalSinks {
  readonly problems: ProblemLog;
  readonly take: (events: readonly AlertEvent[]) => void;
  /** Waited for now and then, where the reader of the events is slower. */
  readonly breathe?: () => Promise<void>;
}

/** Plays all lines of a journal. */
export function playJournal(
  replay: JournalReplay,
  journal: string,
  io: Io,
  { problems, take, breathe }: JournalSinks,
): Promise<void> {
  return readJournal(journal, io, problems, async (entries, progress) => {
    for (const entry of entries) {
      if (entry.kind === 'head' || entry.kind === 'plan') await modelKindsFor(allFiles(entry.files));
      take(replay.take(entry));
    }
    progress.update(replay.counts.messages, replay.counts.last);
    await breathe?.();
  });
}

/** Reads all lines of a journal, some at a time. */
export async function readJournal(
  journal: string,
  io: Io,
  problems: ProblemLog,
  take: (entries: readonly JournalEntry[], progress: Progress) => Promise<void>,
): Promise<void> {
  const progress = new Progress(io.stderr);
  const chunks: AsyncIterable<Buffer> =
    journal === '-' ? io.stdin : createReadStream(journal, { highWaterMark: CHUNK_BYTES });
  const lines = readLines(chunks, parseJournalLine, (problem) => {
    progress.clear();
    problems.add(problem);
  });
  try {
    for await (const entries of lines) await take(entries, progress);
  } catch (error) {
    throw unreadable(error, inputName(journal));
  } finally {
    progress.clear();
  }
}

function refuseUnknown(ids: readonly string[], known: ReadonlySet<string>): void {
  const unknown = ids.find((id) => !known.has(id));
  if (unknown === undefined) return;
  const meant = didYouMean(unknown, known);
  throw new UsageError(
    `there is no rule '${unknown}' in the journal${meant === null ? '' : `, did you mean '${meant}'?`}`,
  );
}

function tell(output: EventOutput, replay: JournalReplay, { until }: JournalReplayOptions, io: Io): string {
  const { counts, engine, offset } = replay;
  const end = until ?? engine.time + offset;
  const facts = {
    rules: output.story?.rules ?? [],
    counts,
    counters: engine.counters,
    end: Number.isFinite(end) ? end : 0,
    explain: (rule: string) => engine.explain(rule, {}),
  };
  return storyText(facts, PAGE_WIDTH, styleFor(io.stdout));
}
