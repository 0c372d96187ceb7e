/** Runs parted into lives by marks, and lives dealt into parts that are held out together. */
import { describe, expect, test } from 'vitest';
import { dealIntoFolds, FOLDS } from '../../../models/learning/folds.js';
import { failedLives, type Life, livesOf } from '../../../models/learning/lives.js';
import type { Mark, TrainingRun } from '../../../models/scorer.js';

const UNTIL = 1000;

function runOf(marks: readonly Mark[], times = [10, 20, 30, 40, 50]): TrainingRun {
  return {
    instance: ['line', 'press'],
    times: Float64Array.from(times),
    rows: times.map((time) => [time]),
    marks,
  };
}

/** `[20] failure 20`: the times of a life's rows, how it ended and when. */
const told = (lives: readonly Life[]) =>
  lives.map(({ times, rows, end }) => {
    expect(rows.map(([value]) => value)).toEqual([...times]);
    return `${[...times].join(' ')} | ${end.kind} ${end.time}`;
  });

test.each<[string, Mark[], string[]]>([
  ['no mark', [], ['10 20 30 40 50 | running 1000']],
  [
    'a mark between two rows',
    [{ time: 35, event: 'failure' }],
    ['10 20 30 | failure 35', '40 50 | running 1000'],
  ],
  [
    'a mark at the time of a row: that row is of the life that ends',
    [{ time: 30, event: 'maintenance' }],
    ['10 20 30 | maintenance 30', '40 50 | running 1000'],
  ],
  ['a mark before all rows', [{ time: 5, event: 'failure' }], ['10 20 30 40 50 | running 1000']],
  ['a mark after all rows', [{ time: 90, event: 'failure' }], ['10 20 30 40 50 | failure 90']],
  [
    'two marks without a row between them',
    [
      { time: 31, event: 'failure' },
      { time: 33, event: 'maintenance' },
    ],
    ['10 20 30 | failure 31', '40 50 | running 1000'],
  ],
])('%s', (_, marks, lives) => {
  expect(told(livesOf([runOf(marks)], UNTIL))).toEqual(lives);
});

test('a run without rows has no life; only lives that ended with a failure are failed', () => {
  expect(livesOf([runOf([{ time: 5, event: 'failure' }], [])], UNTIL)).toEqual([]);
  const lives = livesOf([runOf([{ time: 20, event: 'failure' }]), runOf([])], UNTIL);
  expect(told(failedLives(lives))).toEqual(['10 20 | failure 20']);
});

describe('held out together', () => {
  const livesAt = (instances: readonly string[]): Life[] =>
    instances.map((instance, index) => ({
      instance,
      times: Float64Array.of(index),
      rows: [[index]],
      end: { kind: 'failure', time: index },
    }));

  test('all lives of a machine, machines evenly', () => {
    const machines = Array.from({ length: 23 }, (_, index) => `m${index % 11}`);
    const folds = dealIntoFolds(livesAt(machines), 1);
    const ofMachine = new Map<string, Set<number>>();
    machines.forEach((machine, index) => {
      ofMachine.set(machine, (ofMachine.get(machine) ?? new Set()).add(folds[index] ?? -1));
    });
    expect([...ofMachine.values()].every(({ size }) => size === 1)).toBe(true);
    const machinesPerFold = Array.from({ length: FOLDS }, (_, fold) =>
      [...ofMachine.values()].filter((own) => own.has(fold)),
    ).map(({ length }) => length);
    expect(machinesPerFold.sort()).toEqual([2, 2, 2, 2, 3]);
  });

  test('with few machines: stretches of time', () => {
    const lives = livesAt(Array.from({ length: 10 }, (_, index) => `m${index % 4}`)).reverse();
    expect(dealIntoFolds(lives, 1)).toEqual([4, 4, 3, 3, 2, 2, 1, 1, 0, 0]);
  });

  test('the same seed deals the same, another differently', () => {
    const lives = livesAt(Array.from({ length: 30 }, (_, index) => `m${index}`));
    expect(dealIntoFolds(lives, 4)).toEqual(dealIntoFolds(lives, 4));
    expect(dealIntoFolds(lives, 4)).not.toEqual(dealIntoFolds(lives, 5));
  });
});
