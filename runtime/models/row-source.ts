import { setImmediate } from 'node:timers/promises';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import { damageLines, keptMessages } from '../command-line/export-history.js';
import type { HistorySettings } from '../history/history-settings.js';
import { StoredHistory } from '../history/stored-history.js';
import { openRecording } from '../replay/open-recording.js';
import type { RecordedMessage } from '../replay/recorded-message.js';
import { type Replay, type ReplayPlan, startReplay } from '../replay/replay.js';
import { systemErrorText } from '../site/system-error.js';
import { CannotTrain } from './cannot-train.js';

/** Where the rows of a model come from. */
export type RowSource =
  /** What the service keeps, from a time on; `null`: all of it. */
  | {
      readonly kind: 'history';
      readonly dataFolder: string;
      readonly settings: HistorySettings;
      readonly from: number | null;
    }
  /** Recorded messages, as `tocsin replay` takes them. */
  | {
      readonly kind: 'file';
      readonly input: string;
      readonly topic: string | null;
      readonly timeColumn: string;
    };

/** So many messages are replayed between two looks at whether somebody waits. */
const BATCH = 1_000;

/**
 * Replays a plan over all there is; gives lines about what could not be read.
 *
 * @param onMessages told how many there were so far, and the time of the last
 */
export async function replayRows(
  plan: ReplayPlan,
  source: RowSource,
  onMessages: (count: number, time: number) => void,
): Promise<readonly string[]> {
  const replay = startReplay(plan);
  const told = () => onMessages(replay.counts.messages, replay.counts.last ?? 0);
  const problems =
    source.kind === 'file'
      ? await replayFile(replay, source, told)
      : await replayHistory(replay, source, { topics: topicsOf(plan), told });
  replay.finish();
  return problems;
}

async function replayFile(
  replay: Replay,
  { input, topic, timeColumn }: Extract<RowSource, { kind: 'file' }>,
  told: () => void,
): Promise<string[]> {
  const problems: string[] = [];
  let count = 0;
  const problem = ({ line, message }: { line: number; message: string }) => {
    count += 1;
    if (problems.length < PROBLEMS_SHOWN) problems.push(`${input}:${line}: ${message}`);
  };
  try {
    for await (const messages of openRecording({ source: input, topic, timeColumn, problem })) {
      for (const message of messages) replay.message(message);
      told();
    }
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    throw new CannotTrain(`${input} cannot be read: ${reason}`, { cause: error });
  }
  if (count > problems.length)
    problems.push(`${input}: ${count - problems.length} more lines are no messages`);
  return problems;
}

const PROBLEMS_SHOWN = 5;

async function replayHistory(
  replay: Replay,
  { dataFolder, settings, from }: Extract<RowSource, { kind: 'history' }>,
  { topics, told }: { readonly topics: readonly TopicPattern[]; readonly told: () => void },
): Promise<string[]> {
  const history = StoredHistory.open(dataFolder, settings);
  try {
    let count = 0;
    for (const message of keptMessages(history, { topics, from, to: null })) {
      replay.message(message satisfies RecordedMessage);
      if (++count % BATCH !== 0) continue;
      told();
      await setImmediate();
    }
    return [...history.problems, ...damageLines(history)];
  } finally {
    history.close();
  }
}

/** What the inputs of all parts of a plan read. */
function topicsOf({ views = [], models = [] }: ReplayPlan): TopicPattern[] {
  return [...views, ...models]
    .flatMap(({ inputs }) => inputs)
    .flatMap(({ source }) => (source.kind === 'topic' ? [source.pattern] : []));
}
