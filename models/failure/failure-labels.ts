import type { Life } from '../learning/lives.js';
import type { TrainingTable } from '../learning/training-table.js';

/**
 * 1: the machine failed within the horizon; 0: it did not; NaN: nobody knows, as the history ends or somebody maintained the
 * machine before the horizon was over.
 */
export function failureLabels(
  lives: readonly Life[],
  { life, place }: Pick<TrainingTable, 'life' | 'place'>,
  horizonMs: number,
): Float64Array {
  return Float64Array.from(life, (index, row) => {
    const own = lives[index];
    if (own === undefined) return Number.NaN;
    const left = own.end.time - (own.times[place[row] ?? 0] ?? 0);
    if (left > horizonMs) return 0;
    return own.end.kind === 'failure' ? 1 : Number.NaN;
  });
}
