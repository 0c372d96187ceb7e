/**
 * A ledger whose process is killed: everything it said was stored is there, once and in order. Method: real processes,
 * killed at random between acknowledgements, and at a chosen system call of the thread that stores.
 */
import { expect, test } from 'vitest';
import { temporaryFolder } from '../runtime/storage/ledger-fixture.js';
import { LedgerProcess } from '../runtime/storage/ledger-process.js';
import { seededRandom } from '../seeded-random.js';
import { STRACE_ENV, SYNC, type SystemCall, strace } from './harness/strace.js';
import { SentNumbers } from './stored-numbers.js';

test('killed at random, again and again', async () => {
  const folder = temporaryFolder();
  const sent = new SentNumbers();
  const random = seededRandom(11);
  for (let round = 0; round < 5; round++) {
    const process = await LedgerProcess.start(folder);
    await sent.burst(process, 400, 1 + Math.floor(400 * random()));
    await process.kill();
  }
  expect(sent.stored.length).toBeGreaterThan(300);
  const { missing, problems } = await sent.found(folder);
  expect(missing).toEqual([]);
  expect(problems).toEqual([]);
});

const CALLS: readonly (readonly [string, readonly SystemCall[], readonly number[]])[] = [
  ['sync', SYNC, [1, 3, 8, 9, 12]],
  ['write', ['pwrite64'], [1, 40, 181, 187, 190]],
];

test.each(CALLS.flatMap(([name, calls, places]) => places.map((place) => ({ name, calls, place }))))(
  'killed at the $name number $place',
  async ({ calls, place }) => {
    const folder = temporaryFolder();
    const sent = new SentNumbers();
    const wrapper = strace({ calls, effect: 'signal=KILL', when: String(place) });
    const process = await LedgerProcess.start(folder, wrapper, STRACE_ENV);
    await sent.send(process, 60);
    // Without this the test would check nothing.
    expect(process.hasEnded).toBe(true);
    const { numbers, missing, problems } = await sent.found(folder);
    expect(missing).toEqual([]);
    // One was on its way.
    expect(numbers.length).toBeLessThanOrEqual(sent.stored.length + 1);
    expect(problems).toEqual([]);
  },
);
