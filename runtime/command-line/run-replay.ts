import { openRecording } from '../replay/open-recording.js';
import { type Recording, type RecordingProblem, UnreadableRecording } from '../replay/recorded-message.js';
import { type Replay, startReplay } from '../replay/replay.js';
import { storyText } from '../replay/story/story-text.js';
import { systemErrorText } from '../site/system-error.js';
import { CannotRun, EXIT, type Io, UsageError } from './command.js';
import { EventOutput, type EventOutputOptions } from './event-output.js';
import { failedFunctionLines } from './failed-functions.js';
import { ProblemLog } from './problem-log.js';
import { Progress } from './progress.js';
import type { ChosenRules } from './site-rules.js';
import { styleFor } from './style.js';
import { PAGE_WIDTH } from './text-layout.js';

export interface ReplayOptions extends EventOutputOptions {
  /** A file, or `-` for standard input. */
  readonly input: string;
  readonly until: number | null;
  readonly topic: string | null;
  readonly timeColumn: string;
}

/** Replays a recording and writes its events, or tells what happened; gives the exit code. */
export function runReplay(rules: ChosenRules, options: ReplayOptions, io: Io): Promise<number> {
  return replayMessages(rules, options, io, recordingSource(options, io));
}

/** A file, or standard input. */
export function recordingSource(
  { input, topic, timeColumn }: Pick<ReplayOptions, 'input' | 'topic' | 'timeColumn'>,
  io: Io,
): MessageSource {
  const source = input === '-' ? io.stdin : input;
  return {
    name: inputName(input),
    open: (problem) => openRecording({ source, topic, timeColumn, problem }),
    explain: (error) => unreadable(error, input),
  };
}

/** Where messages come from. */
export interface MessageSource {
  /** For what is said about it. */
  readonly name: string;
  /** @param problem told of places that cannot be read */
  readonly open: (problem: (problem: RecordingProblem) => void) => Recording;
  /** What reading it threw, as what the command says about it. */
  readonly explain: (error: unknown) => unknown;
}

/** Replays messages and writes their events, or tells what happened; gives the exit code. */
export async function replayMessages(
  rules: ChosenRules,
  options: EventOutputOptions & { readonly until: number | null },
  io: Io,
  source: MessageSource,
): Promise<number> {
  const output = await EventOutput.open(options, io);
  output.show(rules.shown);
  const problems = new ProblemLog(io.stderr, source.name);
  const replay = startReplay({
    ...rules.run,
    ...(options.until === null ? {} : { until: options.until }),
  });
  try {
    await play(replay, source, io, { problems, output });
    await output.flush();
  } finally {
    await output.close();
  }
  problems.finish();
  io.stderr.write(failedFunctionLines(replay.engine));
  if (output.story !== null) {
    const end = options.until ?? replay.counts.last ?? 0;
    const explain = (rule: string) => replay.engine.explain(rule, {});
    const { counts, engine } = replay;
    const facts = { rules: output.story.rules, counts, counters: engine.counters, end, explain };
    io.stdout.write(storyText(facts, PAGE_WIDTH, styleFor(io.stdout)));
  }
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

/** How a recording is called where its lines cannot be read. */
export function inputName(input: string): string {
  return input === '-' ? '(standard input)' : input;
}

interface Sinks {
  readonly problems: ProblemLog;
  readonly output: EventOutput;
}

async function play(replay: Replay, source: MessageSource, io: Io, { problems, output }: Sinks) {
  const progress = new Progress(io.stderr);
  const recording = source.open((problem) => {
    progress.clear();
    problems.add(problem);
  });
  try {
    for await (const messages of recording) {
      for (const message of messages) output.take(replay.message(message));
      progress.update(replay.counts.messages, replay.counts.last);
      await output.breathe();
    }
  } catch (error) {
    throw source.explain(error);
  } finally {
    progress.clear();
  }
  output.take(replay.finish());
}

/** What reading a recording threw, as what the command says about it. */
export function unreadable(error: unknown, input: string): unknown {
  if (error instanceof UnreadableRecording)
    return new UsageError(`${input}: ${error.message}`, { cause: error });
  const reason = systemErrorText(error);
  return reason === null ? error : new CannotRun(`cannot read ${input}: ${reason}`, { cause: error });
}
