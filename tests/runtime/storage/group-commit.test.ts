/** When is committed: a clock that stands, and a disk that is done when the test says so. */
import { describe, expect, test } from 'vitest';
import { type Durability, GROUP_BYTES, GroupCommit } from '../../../runtime/storage/group-commit.js';
import { SimulatedClock } from '../../simulated-clock.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

class Disk {
  readonly clock = new SimulatedClock(0);
  readonly group: GroupCommit;
  /** When each commit began: ms since the start. */
  readonly commits: number[] = [];
  #done: (() => void) | null = null;

  constructor(durability: Durability, isQuick = true) {
    this.group = new GroupCommit({
      clock: this.clock,
      durability,
      commit: () => {
        this.commits.push(this.clock.monotonic());
        return isQuick ? Promise.resolve() : new Promise((resolve) => (this.#done = resolve));
      },
    });
  }

  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      this.clock.advance(1);
      await settled();
    }
  }

  async done(): Promise<void> {
    this.#done?.();
    await settled();
  }
}

/** Uses up the commits that only save somebody a wait. */
async function wear(disk: Disk): Promise<void> {
  for (let i = 0; i < 200; i++) {
    disk.group.added('awaited', 1);
    await disk.pass(2);
  }
  expect(disk.commits).toHaveLength(200);
  disk.commits.length = 0;
}

describe.each<[Durability, number]>([
  ['strict', 10],
  ['balanced', 250],
  ['eco', 1_000],
])('%s', (durability, ms) => {
  test(`who waits does so at most ${ms} ms, while others keep coming`, async () => {
    const disk = new Disk(durability);
    for (let i = 0; i < ms; i++) {
      disk.group.added('awaited', 1);
      await disk.pass(1);
    }
    expect(disk.commits).toEqual([ms]);
  });
});

test('what nobody waits for is stored within a second', async () => {
  const disk = new Disk('strict');
  disk.group.added('lazy', 1);
  await disk.pass(999);
  disk.group.added('lazy', 2);
  expect(disk.commits).toEqual([]);
  await disk.pass(1);
  expect(disk.commits).toEqual([1_000]);
  await disk.pass(5_000);
  expect(disk.commits).toHaveLength(1);
});

test('when nothing new comes for 2 ms, waiting any longer would gather nothing', async () => {
  const disk = new Disk('balanced');
  disk.group.added('awaited', 1);
  await disk.pass(1);
  disk.group.added('lazy', 2);
  await disk.pass(1);
  expect(disk.commits).toEqual([]);
  await disk.pass(2);
  expect(disk.commits).toEqual([4]);
});

test('early commits last as long as the bucket, which fills by two a second', async () => {
  const disk = new Disk('balanced');
  await wear(disk);
  const start = disk.clock.monotonic();
  disk.group.added('awaited', 1);
  await disk.pass(250);
  expect(disk.commits.map((at) => at - start)).toEqual([250]);
  await disk.pass(1_000);
  disk.commits.length = 0;
  for (let i = 0; i < 4; i++) {
    disk.group.added('awaited', 1);
    await disk.pass(2);
  }
  // In 1,652 ms 3.3 were refilled.
  expect(disk.commits).toHaveLength(3);
});

test('enough for a group is committed at once', async () => {
  const disk = new Disk('eco');
  disk.group.added('lazy', GROUP_BYTES - 1);
  await settled();
  expect(disk.commits).toEqual([]);
  disk.group.added('lazy', GROUP_BYTES);
  await settled();
  expect(disk.commits).toEqual([0]);
});

test('an alert is committed at once', async () => {
  const disk = new Disk('eco');
  disk.group.added('lazy', 1);
  disk.group.added('now', 2);
  expect(disk.commits).toEqual([0]);
});

describe('while a commit runs', () => {
  test('the next is gathered, however urgent, and begins when it is done', async () => {
    const disk = new Disk('balanced', false);
    disk.group.added('now', 1);
    disk.group.added('now', 1);
    disk.group.added('awaited', 2);
    await disk.pass(500);
    expect(disk.commits).toEqual([0]);
    await disk.done();
    expect(disk.commits).toEqual([0, 500]);
    await disk.done();
    await disk.pass(5_000);
    expect(disk.commits).toEqual([0, 500]);
  });

  test('those who wait already are not made to wait anew', async () => {
    const disk = new Disk('balanced', false);
    await Promise.resolve();
    disk.group.added('now', 1);
    await disk.pass(10);
    disk.group.added('awaited', 1);
    await disk.pass(100);
    await disk.done();
    // Nothing came for long: it is quiet.
    await disk.pass(2);
    expect(disk.commits).toEqual([0, 112]);
  });
});

test('it is idle when the running commit and those due after it are done', async () => {
  const disk = new Disk('strict', false);
  disk.group.added('now', 1);
  disk.group.added('now', 1);
  let isIdle = false;
  void disk.group.idle().then(() => {
    isIdle = true;
  });
  await disk.done();
  expect(isIdle).toBe(false);
  await disk.done();
  expect(isIdle).toBe(true);
});
