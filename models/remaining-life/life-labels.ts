import type { Life } from '../learning/lives.js';
import type { TrainingTable } from '../learning/training-table.js';
import type { LifeSettings } from './life-settings.js';

/**
 * How long each row's machine still lived, in the unit of its age; NaN: not known. All lives end with a failure.
 *
 * @param features the names of the features
 */
export function lifeLabels(
  lives: readonly Life[],
  { life, place }: Pick<TrainingTable, 'life' | 'place'>,
  settings: LifeSettings,
  features: readonly string[],
): Float64Array {
  const remaining = remainingIn(lives, settings, features);
  return Float64Array.from(life, (index, row) => remaining(index, place[row] ?? 0));
}

/** From a life and a place in it to what remained there. */
export function remainingIn(
  lives: readonly Life[],
  settings: LifeSettings,
  features: readonly string[],
): (life: number, place: number) => number {
  const remaining = lives.map((one) => remainingOf(one, settings, features));
  const cap = settings.cap ?? Number.POSITIVE_INFINITY;
  return (life, place) => Math.min(cap, remaining[life]?.(place) ?? Number.NaN);
}

/** From a place in the life to what remained there. */
function remainingOf(
  life: Life,
  { unit, age }: LifeSettings,
  features: readonly string[],
): (place: number) => number {
  const last = life.rows.length - 1;
  if (age !== undefined) {
    const feature = features.indexOf(age);
    const ageAt = (place: number) => {
      const value = life.rows[place]?.[feature];
      return typeof value === 'number' ? value : Number.NaN;
    };
    // The meter of the last row that has it: it may have been lost with the machine.
    const end = life.rows.findLastIndex((row) => typeof row[feature] === 'number');
    return (place) => ageAt(end) - ageAt(place);
  }
  if (unit === 'cycles') return (place) => last - place;
  return (place) => (life.end.time - (life.times[place] ?? 0)) / 1000;
}
