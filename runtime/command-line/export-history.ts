import type { Scalar } from '../../rules/reading.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import type { HistorySettings } from '../history/history-settings.js';
import { type KeptMessage, mergedMessages } from '../history/merged-messages.js';
import { StoredHistory } from '../history/stored-history.js';
import { nameCell, valueCell } from './csv-cell.js';
import type { TextOutput } from './text-output.js';

export interface HistoryExportOptions {
  readonly dataFolder: string;
  readonly settings: HistorySettings;
  /** Only topics that one of these matches; none: all. */
  readonly topics: readonly TopicPattern[];
  /** Epoch ms as people read them; `null`: as far as there is. */
  readonly from: number | null;
  readonly to: number | null;
  readonly format: 'ndjson' | 'csv';
}

export interface HistoryExported {
  /** Lines about what cannot be read. */
  readonly problems: readonly string[];
  /** There was nothing to write. */
  readonly isEmpty: boolean;
}

/** Writes readings as recordings that can be replayed. */
export async function exportHistory(
  options: HistoryExportOptions,
  output: TextOutput,
): Promise<HistoryExported> {
  const history = StoredHistory.open(options.dataFolder, options.settings);
  try {
    const lines = options.format === 'csv' ? csvLines : ndjsonLines;
    if (options.format === 'csv') output.add('time,topic,field,value\n');
    let isEmpty = true;
    for (const message of keptMessages(history, options)) {
      isEmpty = false;
      output.add(lines(message));
      if (output.isFull) await output.flush();
    }
    await output.flush();
    return { problems: [...history.problems, ...damageLines(history)], isEmpty };
  } finally {
    history.close();
  }
}

/** What is kept of a range, by the times that people read. */
export function* keptMessages(
  history: StoredHistory,
  { topics, from, to }: Pick<HistoryExportOptions, 'topics' | 'from' | 'to'>,
): Generator<KeptMessage> {
  const { offsets } = history;
  const range = {
    from: from === null ? Number.NEGATIVE_INFINITY : offsets.engineTime(from),
    to: to === null ? Number.POSITIVE_INFINITY : offsets.engineTime(to),
  };
  for (const message of mergedMessages(history, history.series(topics), range)) {
    yield { ...message, time: message.time + offsets.at(message.time) };
  }
}

export function damageLines({ damaged }: StoredHistory): string[] {
  return damaged === 0 ? [] : [`${damaged} chunks are damaged and were left out`];
}

function ndjsonLines({ time, topic, payload }: KeptMessage): string {
  const text =
    typeof payload !== 'object'
      ? jsonOf(payload)
      : `{${Object.entries(payload)
          .map(([field, value]) => `${JSON.stringify(field)}:${jsonOf(value)}`)
          .join(',')}}`;
  return `{"time":"${new Date(time).toISOString()}","topic":${JSON.stringify(topic)},"payload":${text}}\n`;
}

/** JSON has −0, and JSON.stringify makes 0 of it. */
function jsonOf(value: Scalar): string {
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

function csvLines({ time, topic, payload }: KeptMessage): string {
  const fields = typeof payload === 'object' ? Object.entries(payload) : [['value', payload] as const];
  const start = `${new Date(time).toISOString()},${nameCell(topic)},`;
  return fields.map(([field, value]) => `${start}${nameCell(field)},${valueCell(value)}\n`).join('');
}
