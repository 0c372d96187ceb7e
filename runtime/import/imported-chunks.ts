import { createHash } from 'node:crypto';
import { chunkRow, DAY_MS } from '../history/chunk-table.js';
import type { SealedChunk } from '../history/history-fold.js';
import { minuteSummaries } from '../history/minute-summaries.js';
import type { OpenSeries } from '../history/open-series.js';
import { between, type Readings } from '../history/readings.js';

/** They come in bulk: twice what a chunk has of a steady sensor is packed better, and read as fast. */
const READINGS_MAX = 2_048;
/** Numbers of that many bytes are whole in a double. */
const NUMBER_BYTES = 6;

/** Chunks of readings of one series, which are in order of time; no chunk has readings of two days. */
export function* importedChunks(series: OpenSeries, readings: Readings): Generator<SealedChunk> {
  const { id, topic, field, kind } = series;
  for (const part of parts(readings)) {
    const row = chunkRow({ id, lastSeq: 0, readings: part });
    const chunk = { ...row, number: numberOf(row.readings) };
    series.span = Math.max(series.span, chunk.lastTime - chunk.firstTime);
    yield {
      series: { id, topic, field, kind, span: series.span, sealedSeq: 0 },
      readings: part,
      chunk: () => chunk,
      minutes: () => minuteSummaries(part),
    };
  }
}

/** Below 0, as it came by no record of the journal; of the same readings always the same, so that they are stored once. */
function numberOf(bytes: Uint8Array): number {
  return -1 - createHash('sha256').update(bytes).digest().readUIntBE(0, NUMBER_BYTES);
}

function* parts(readings: Readings): Generator<Readings> {
  const last = readings.times.at(-1);
  let from = readings.times[0];
  while (from !== undefined && last !== undefined && from <= last) {
    const dayEnd = (Math.floor(from / DAY_MS) + 1) * DAY_MS - 1;
    const day = between(readings, from, dayEnd);
    // All of one time stay together: the next begins after it.
    const end = day.times[READINGS_MAX - 1] ?? dayEnd;
    yield between(day, from, end);
    from = between(readings, end + 1, last).times[0];
  }
}
