import { setImmediate } from 'node:timers/promises';
import type { HistorySettings } from '../history/history-settings.js';
import { HistoryUnreadable, StoredHistory } from '../history/stored-history.js';
import type { RecordedMessage } from '../replay/recorded-message.js';
import { CannotRun, type Io } from './command.js';
import type { EventOutputOptions } from './event-output.js';
import { damageLines, keptMessages } from './export-history.js';
import { type MessageSource, replayMessages } from './run-replay.js';
import type { ChosenRules } from './site-rules.js';

export interface HistoryRange {
  /** Epoch ms as people read them; `null`: as far as there is. */
  readonly from: number | null;
  readonly to: number | null;
}

export interface HistoryReplayOptions extends EventOutputOptions, HistoryRange {
  readonly until: number | null;
}

export interface HistoryPlace {
  readonly dataFolder: string;
  readonly settings: HistorySettings;
}

const BATCH = 1_000;

/**
 * Replays the readings that are kept and writes their events, or tells what happened; gives the exit code.
 *
 * @throws {CannotRun} history cannot be read
 */
export function runHistoryReplay(
  rules: ChosenRules,
  options: HistoryReplayOptions & HistoryPlace,
  io: Io,
): Promise<number> {
  return withHistory(options, io, (source) => replayMessages(rules, options, io, source));
}

/**
 * Does something with the readings that are kept, and then says what of them could not be read.
 *
 * @throws {CannotRun} history cannot be read
 */
export async function withHistory<Result>(
  options: HistoryRange & HistoryPlace,
  io: Io,
  work: (source: MessageSource) => Promise<Result>,
): Promise<Result> {
  const history = opened(options);
  try {
    const result = await work({
      name: '(history)',
      open: () => recording(history, options),
      explain: (error) => error,
    });
    for (const line of [...history.problems, ...damageLines(history)]) io.stderr.write(`${line}\n`);
    return result;
  } finally {
    history.close();
  }
}

function opened({ dataFolder, settings }: HistoryPlace): StoredHistory {
  try {
    return StoredHistory.open(dataFolder, settings);
  } catch (error) {
    throw error instanceof HistoryUnreadable ? new CannotRun(error.message, { cause: error }) : error;
  }
}

/** What rules do not read costs no more than a look. */
async function* recording(
  history: StoredHistory,
  { from, to }: HistoryRange,
): AsyncGenerator<readonly RecordedMessage[]> {
  let batch: RecordedMessage[] = [];
  for (const message of keptMessages(history, { topics: [], from, to })) {
    batch.push(message);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
    await setImmediate();
  }
  yield batch;
}
