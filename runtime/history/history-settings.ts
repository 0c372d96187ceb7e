import { parseTopicPattern } from '../../rules/format/parse-topic-pattern.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import type { Configuration } from '../site/configuration.js';
import type { SealerSettings } from './sealer.js';

/** How history is kept, in a form that crosses between threads. Durations are ms. */
export interface HistorySettings {
  /** What is kept. */
  readonly topics: readonly string[];
  /** Fields that say when the others were measured: the first whose topic matches counts; `null`: none does. */
  readonly timeFields: readonly { readonly topic: string; readonly field: string | null }[];
  readonly keepMs: number;
  readonly rollupMs: { readonly minute: number; readonly hour: number };
  readonly bytesMax: number;
  readonly seriesMax: number;
}

export function historySettings({ history, payloads, limits }: Configuration): HistorySettings {
  const { topics, keepMs, rollupMs, bytesMax } = history;
  return {
    topics: topics.map(({ text }) => text),
    timeFields: payloads.map(({ topic, layout }) => ({
      topic: topic.text,
      field: layout.timestamp?.path.join('.') ?? null,
    })),
    keepMs,
    rollupMs,
    bytesMax,
    seriesMax: limits.series,
  };
}

/** For those who only read; with a configuration that has errors everything counts that was kept. */
export function settingsForReading(configuration: Configuration | null): HistorySettings {
  return configuration === null ? EVERYTHING : historySettings(configuration);
}

const EVERYTHING: HistorySettings = {
  topics: ['#'],
  timeFields: [],
  keepMs: Number.POSITIVE_INFINITY,
  rollupMs: { minute: Number.POSITIVE_INFINITY, hour: Number.POSITIVE_INFINITY },
  bytesMax: Number.POSITIVE_INFINITY,
  seriesMax: Number.POSITIVE_INFINITY,
};

export function sealerSettings({ topics, timeFields }: HistorySettings): SealerSettings {
  return {
    topics: topics.map(patternOf),
    timeFields: timeFields.map(({ topic, field }) => ({ topic: patternOf(topic), field })),
  };
}

/** They were checked when the configuration was read. */
function patternOf(text: string): TopicPattern {
  const parsed = parseTopicPattern(text);
  if (parsed.kind === 'refused') throw new Error(`${text}: ${parsed.message}`);
  return parsed.pattern;
}
