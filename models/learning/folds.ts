import { seededRandom } from '../seeded-random.js';
import type { Life } from './lives.js';

/** Into how many parts lives are dealt to be held out in turn. */
export const FOLDS = 5;

/**
 * Deals lives into parts that are held out together: all lives of a machine into one, so that what is learnt must hold for
 * machines not seen. With fewer machines than parts: lives by time, each part one stretch of it.
 *
 * @returns the part of each life, 0 up to `FOLDS - 1`
 */
export function dealIntoFolds(lives: readonly Life[], seed: number): number[] {
  const instances = [...new Set(lives.map(({ instance }) => instance))];
  if (instances.length < FOLDS) return byTime(lives);
  const shuffled = shuffle(instances, seededRandom(seed));
  const folds = new Map(shuffled.map((instance, index) => [instance, index % FOLDS]));
  return lives.map(({ instance }) => folds.get(instance) ?? 0);
}

function byTime(lives: readonly Life[]): number[] {
  const folds = lives.map(() => 0);
  const inOrder = lives.map((life, index) => ({ index, time: life.times[0] ?? 0 }));
  inOrder.sort((a, b) => a.time - b.time || a.index - b.index);
  inOrder.forEach(({ index }, place) => {
    folds[index] = Math.floor((place * FOLDS) / lives.length);
  });
  return folds;
}

/** Every order equally likely (Fisher and Yates). */
function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
