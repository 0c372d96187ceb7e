import type { SealedChunk } from './history-fold.js';
import type { UnstoredReadings } from './history-reader.js';
import type { OpenSeries } from './open-series.js';
import type { Readings } from './readings.js';

/** Readings in chunks that wait to be stored, and those that are in no chunk yet. */
export function unstoredReadings(chunks: readonly SealedChunk[]): UnstoredReadings {
  const bySeries = new Map<number, Readings[]>();
  for (const { series, readings } of chunks) {
    const before = bySeries.get(series.id) ?? [];
    bySeries.set(series.id, [...before, readings]);
  }
  return {
    of(series: OpenSeries): readonly Readings[] {
      const sealed = bySeries.get(series.id) ?? [];
      return series.count === 0 ? sealed : [...sealed, series.readings];
    },
  };
}
