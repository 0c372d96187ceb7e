import type { Bucket } from '../history/buckets.js';
import { HOUR_MS, MINUTE_MS } from '../history/minute-summaries.js';
import type { OpenSeries } from '../history/open-series.js';
import type { StoredHistory } from '../history/stored-history.js';
import type { MadeTable, SqlValue } from '../storage/database.js';
import { fieldArgument, timeArgument, topicArgument, widthArgument } from './arguments.js';

const SERIES = ['topics', 'fields', 'since', 'until'] as const;
const SUMMARY = ['count', 'min', 'max', 'sum', 'first', 'last'] as const;

/**
 * What is kept of readings, by the clock on the wall: `readings(topics, field, from, to)` and what they come to. Only what
 * the arguments name is read; a condition behind WHERE looks at every row. The first time is in it, the last is not.
 */
export function historyTables(history: StoredHistory): MadeTable[] {
  return [
    {
      name: 'readings',
      columns: ['topic', 'field', 'time', 'value'],
      parameters: SERIES,
      *rows(...given) {
        const { series, from, to } = wanted('readings', history, given);
        for (const one of series) yield* readingRows(history, one, { from, to });
      },
    },
    {
      name: 'buckets',
      columns: ['topic', 'field', 'time', ...SUMMARY],
      parameters: [...SERIES, 'width'],
      *rows(...given) {
        const { series, from, to } = wanted('buckets', history, given);
        const widthMs = widthArgument('buckets', given[SERIES.length] ?? null);
        // One begins where the range does, so that days can be those of a place.
        const grid = { widthMs, origin: Number.isFinite(from) ? from : 0 };
        for (const { series: one, bucket } of history.bucketsOfEach(series, { from, to }, grid)) {
          yield summaryRow(one, bucket.start, bucket);
        }
      },
    },
    rollupTable(history, { name: 'rollup_1m', widthMs: MINUTE_MS }),
    rollupTable(history, { name: 'rollup_1h', widthMs: HOUR_MS }),
  ];
}

/** Minutes and hours as they are kept: those of the engine's clock, which nobody sets. */
function rollupTable(
  history: StoredHistory,
  { name, widthMs }: { readonly name: string; readonly widthMs: number },
): MadeTable {
  const { offsets } = history;
  return {
    name,
    columns: ['topic', 'field', 'time', ...SUMMARY],
    parameters: SERIES,
    *rows(...given) {
      const { series, from, to } = wanted(name, history, given);
      // Those that begin in the range.
      const first = Math.ceil(offsets.engineTime(from) / widthMs) * widthMs;
      const end = Math.ceil(offsets.engineTime(to) / widthMs) * widthMs;
      const range = { from: first, to: end - 1 };
      for (const { series: one, bucket } of history.rollupsOfEach(series, range, widthMs)) {
        yield summaryRow(one, bucket.start + offsets.at(bucket.start), bucket);
      }
    },
  };
}

interface Wanted {
  readonly series: readonly OpenSeries[];
  /** On the wall. */
  readonly from: number;
  readonly to: number;
}

function wanted(
  table: string,
  history: StoredHistory,
  [topics = null, fields = null, since = null, until = null]: readonly SqlValue[],
): Wanted {
  const pattern = topicArgument(table, topics);
  const field = fieldArgument(table, fields);
  const series = history.series(pattern === null ? [] : [pattern]);
  return {
    series: field === null ? series : series.filter((one) => one.field === field),
    from: timeArgument(table, { name: 'from', value: since }) ?? Number.NEGATIVE_INFINITY,
    to: timeArgument(table, { name: 'to', value: until }) ?? Number.POSITIVE_INFINITY,
  };
}

function* readingRows(
  history: StoredHistory,
  series: OpenSeries,
  { from, to }: Pick<Wanted, 'from' | 'to'>,
): Generator<readonly SqlValue[]> {
  const { topic, field } = series;
  const { offsets } = history;
  const range = { from: offsets.engineTime(from), to: offsets.engineTime(to) - 1 };
  for (const { times, values } of history.readings(series, range)) {
    for (let at = 0; at < times.length; at++) {
      const time = times[at] ?? 0;
      yield [topic, field, time + offsets.at(time), values[at] ?? 0];
    }
  }
}

/** In the order of `SUMMARY`; written out, as there are millions. */
function summaryRow({ topic, field }: OpenSeries, time: number, bucket: Bucket): readonly SqlValue[] {
  const { count, min, max, sum, first, last } = bucket;
  return [topic, field, time, count, min, max, sum, first, last];
}
