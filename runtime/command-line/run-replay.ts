import { type FileHandle, open } from 'node:fs/promises';
import type { AlertEvent } from '../../rules/alert-event.js';
import { openRecording } from '../replay/open-recording.js';
import { UnreadableRecording } from '../replay/recorded-message.js';
import { isPending, type Replay, startReplay } from '../replay/replay.js';
import { Story } from '../replay/story/story.js';
import { storyText } from '../replay/story/story-text.js';
import { systemErrorText } from '../site/system-error.js';
import { CannotRun, EXIT, type Io, UsageError } from './command.js';
import { ProblemLog } from './problem-log.js';
import { Progress } from './progress.js';
import type { ChosenRules } from './site-rules.js';
import { styleFor } from './style.js';
import { TextOutput } from './text-output.js';

export interface ReplayOptions {
  /** A file, or `-` for standard input. */
  readonly input: string;
  readonly until: number | null;
  /** Also events that are hidden otherwise. */
  readonly pending: boolean;
  /** Where the events go; `null`: to stdout. */
  readonly output: string | null;
  /** `as fits`: a story on a terminal, NDJSON for programs. */
  readonly form: 'story' | 'ndjson' | 'as fits';
  readonly topic: string | null;
  readonly timeColumn: string;
}

/** Wide enough for a bar and its numbers; a wider terminal is not used, long lines read badly. */
const STORY_WIDTH = 80;

/** Replays a recording and writes its events, or tells what happened; gives the exit code. */
export async function runReplay(rules: ChosenRules, options: ReplayOptions, io: Io): Promise<number> {
  const tells = options.form === 'story' || (options.form === 'as fits' && io.stdout.isTTY === true);
  const story = tells ? new Story(rules.shown) : null;
  const file = options.output === null ? null : await openOutput(options.output);
  const output =
    file !== null ? fileOutput(file, options.output ?? '') : tells ? null : TextOutput.to(io.stdout);
  const problems = new ProblemLog(io.stderr, options.input === '-' ? '(standard input)' : options.input);
  const replay = startReplay({
    rules: rules.run,
    ...(options.until === null ? {} : { until: options.until }),
  });
  const shown = new Set(rules.shown.map((rule) => rule.id));

  const take = (events: readonly AlertEvent[]) => {
    for (const event of events) {
      if (!shown.has(event.rule)) continue;
      story?.add(event);
      if (options.pending || !isPending(event)) output?.add(`${JSON.stringify(event)}\n`);
    }
  };

  try {
    await play(replay, options, io, { problems, take, output });
    await output?.flush();
  } finally {
    await file?.close();
  }
  problems.finish();
  if (story !== null) io.stdout.write(tell(story, replay, options, io));
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

interface Sinks {
  readonly problems: ProblemLog;
  take(events: readonly AlertEvent[]): void;
  readonly output: TextOutput | null;
}

async function play(replay: Replay, options: ReplayOptions, io: Io, { problems, take, output }: Sinks) {
  const progress = new Progress(io.stderr);
  const recording = openRecording({
    source: options.input === '-' ? io.stdin : options.input,
    topic: options.topic,
    timeColumn: options.timeColumn,
    problem: (problem) => {
      progress.clear();
      problems.add(problem);
    },
  });
  try {
    for await (const messages of recording) {
      for (const message of messages) take(replay.message(message));
      progress.update(replay.counts.messages, replay.counts.last);
      if (output?.isFull) await output.flush();
    }
  } catch (error) {
    throw unreadable(error, options.input);
  } finally {
    progress.clear();
  }
  take(replay.finish());
}

function tell(story: Story, { counts, engine }: Replay, { until }: ReplayOptions, io: Io): string {
  const facts = {
    rules: story.rules,
    counts,
    counters: engine.counters,
    end: until ?? counts.last ?? 0,
    explain: (rule: string) => engine.explain(rule, {}),
  };
  return storyText(facts, STORY_WIDTH, styleFor(io.stdout));
}

async function openOutput(path: string): Promise<FileHandle> {
  return open(path, 'w').catch((error) => {
    throw unwritable(error, path);
  });
}

function fileOutput(file: FileHandle, path: string): TextOutput {
  return new TextOutput((text) =>
    file.writeFile(text).catch((error) => {
      throw unwritable(error, path);
    }),
  );
}

function unwritable(error: unknown, path: string): CannotRun {
  return new CannotRun(`cannot write ${path}: ${systemErrorText(error) ?? String(error)}`, { cause: error });
}

/** What reading a recording threw, as what the command says about it. */
export function unreadable(error: unknown, input: string): unknown {
  if (error instanceof UnreadableRecording)
    return new UsageError(`${input}: ${error.message}`, { cause: error });
  const reason = systemErrorText(error);
  return reason === null ? error : new CannotRun(`cannot read ${input}: ${reason}`, { cause: error });
}
