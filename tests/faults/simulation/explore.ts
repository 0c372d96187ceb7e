import { seededRandom } from '../../seeded-random.js';
import { type Crash, CrashDisk } from './crash-disk.js';
import type { FileOperation } from './file-operation.js';
import type { Recording } from './recording.js';

/** What can be started on after a crash, and checked. */
export interface Crashes {
  readonly recording: Recording;
  check(disk: CrashDisk, crash: Crash): void;
}

export interface Exploration {
  readonly seed: number;
  /** How many crashes are tried. */
  readonly crashes: number;
}

const KINDS = ['powerCut', 'kill', 'powerCut', 'tornKill'] as const;

/**
 * Tries crashes at moments all over a recording, half of them right before and after what changes most: syncs, and whatever
 * files come, go, and are cut by.
 *
 * @returns how many were tried
 */
export function explore(crashes: Crashes, { seed, crashes: count }: Exploration): number {
  const random = seededRandom(seed);
  const { operations, initial } = crashes.recording;
  const disk = new CrashDisk(initial, operations);
  for (const [index, place] of places(operations, count, random).entries()) {
    disk.advance(place);
    const kind = KINDS[index % KINDS.length] ?? 'kill';
    try {
      crashes.check(disk, { kind, random });
    } catch (error) {
      const next = operations[place];
      const what = next === undefined ? 'the end' : `${next.kind} ${'name' in next ? next.name : ''}`;
      throw new Error(`seed ${seed}: ${kind} before operation ${place} of ${operations.length}, ${what}`, {
        cause: error,
      });
    }
  }
  return count;
}

function places(operations: readonly FileOperation[], count: number, random: () => number): number[] {
  const eventful = operations.flatMap(({ kind }, place) =>
    kind === 'write' || kind === 'append' ? [] : [place],
  );
  return Array.from({ length: count }, (_, index) => {
    if (index % 2 === 0) return Math.floor(random() * (operations.length + 1));
    const place = eventful[Math.floor(random() * eventful.length)] ?? 0;
    return place + (random() < 0.5 ? 0 : 1);
  }).sort((a, b) => a - b);
}
