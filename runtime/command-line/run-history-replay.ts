import { setImmediate } from 'node:timers/promises';
import type { HistorySettings } from '../history/history-settings.js';
import { HistoryUnreadable, StoredHistory } from '../history/stored-history.js';
import type { RecordedMessage } from '../replay/recorded-message.js';
import { CannotRun, type Io } from './command.js';
import type { EventOutputOptions } from './event-output.js';
import { damageLines, keptMessages } from './export-history.js';
import { replayMessages } from './run-replay.js';
import type { ChosenRules } from './site-rules.js';

export interface HistoryReplayOptions extends EventOutputOptions {
  /** Epoch ms as people read them; `null`: as far as there is. */
  readonly from: number | null;
  readonly to: number | null;
  readonly until: number | null;
}

interface HistoryPlace {
  readonly dataFolder: string;
  readonly settings: HistorySettings;
}

const BATCH = 1_000;

/**
 * Replays the readings that are kept and writes their events, or tells what happened; gives the exit code.
 *
 * @throws {CannotRun} history cannot be read
 */
export async function runHistoryReplay(
  rules: ChosenRules,
  options: HistoryReplayOptions & HistoryPlace,
  io: Io,
): Promise<number> {
  const history = opened(options);
  try {
    const code = await replayMessages(rules, options, io, {
      name: '(history)',
      open: () => recording(history, options),
      explain: (error) => error,
    });
    for (const line of [...history.problems, ...damageLines(history)]) io.stderr.write(`${line}\n`);
    return code;
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
  { from, to }: HistoryReplayOptions,
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
