import type { Source } from './source.js';

/**
 * The exponentially weighted mean of the readings that were not late: it starts at the first one, and of what it
 * was half is left after each half-life.
 */
export function ewma({ onTime }: Source, halfLifeMs: number): number | null {
  const [first] = onTime;
  if (first === undefined || onTime.some(({ value }) => typeof value === 'string')) return null;
  let mean = Number(first.value);
  let before = first;
  for (const reading of onTime.slice(1)) {
    const x = Number(reading.value);
    mean = x + (mean - x) * 2 ** (-(reading.time - before.time) / halfLifeMs);
    before = reading;
  }
  return mean;
}
