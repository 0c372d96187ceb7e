/**
 * The way out to a subscriber that reads slowly or not at all: for how long those who publish wait for it, how much is
 * kept for it, and when it is cut off.
 */
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CutOff } from '../../firmware-bridge/broker-rejections.js';
import { type OutletTotal, SubscriberOutlet } from '../../firmware-bridge/subscriber-outlet.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stream whose far end reads when it is told to, and its outlet. */
function outlet(total: OutletTotal = { bytes: 0 }, writableHighWaterMark = 16_384) {
  const unread: (() => void)[] = [];
  const stream = new Duplex({
    writableHighWaterMark,
    read() {},
    write: (_chunk, _encoding, done) => void unread.push(done),
    // All that has come meanwhile goes at once, as it does to a socket.
    writev: (_chunks, done) => void unread.push(done),
  });
  stream.on('error', () => undefined);
  const clock = { ms: 0 };
  let stalls = 0;
  const out = new SubscriberOutlet(stream, { total, now: () => clock.ms, onStalled: () => void stalls++ });
  const done: string[] = [];
  /** What aedes does with a packet. */
  const write = (name: string, bytes: number) => {
    if (stream.write(Buffer.alloc(bytes))) done.push(name);
    else out.waitForDrain(() => done.push(name));
  };
  const readAll = async () => {
    while (unread.length > 0) {
      for (const read of unread.splice(0)) read();
      await settled();
    }
  };
  return { stream, out, clock, done, write, unread, readAll, stalls: () => stalls };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

test('those who publish wait until a subscriber has read', async () => {
  const { write, done, readAll } = outlet();
  write('a', 100_000);
  write('b', 100);
  await settled();
  expect(done).toEqual([]);
  await readAll();
  expect(done).toEqual(['a', 'b']);
});

test('but 50 ms at most, and then for 10 s not at all', async () => {
  const { write, done, readAll, clock, stalls } = outlet();
  write('a', 100_000);
  vi.advanceTimersByTime(49);
  await settled();
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1);
  await settled();
  expect(done).toEqual(['a']);
  clock.ms = 9_999;
  write('b', 100);
  await settled();
  expect(done).toEqual(['a', 'b']);
  await readAll();
  clock.ms = 10_000;
  write('c', 100_000);
  await settled();
  expect(done).toEqual(['a', 'b']);
  await readAll();
  expect([done, stalls()]).toEqual([['a', 'b', 'c'], 0]);
});

test('4 MB are kept for one that does not read; then it is cut off, once', async () => {
  const { write, stream, stalls } = outlet();
  for (let i = 0; i < 4; i++) write(`${i}`, 999_500);
  expect([stream.destroyed, stalls()]).toEqual([false, 0]);
  write('too much', 1);
  expect([stream.destroyed, stalls()]).toEqual([true, 1]);
  write('after', 1);
  expect(stalls()).toBe(1);
});

test('small packets count as what they take in memory', () => {
  const { write, stream } = outlet();
  write('fills the buffer of the stream', 100_000);
  let packets = 0;
  for (; !stream.destroyed; packets++) write('small', 60);
  expect(packets).toBeGreaterThan(6_000);
  expect(packets).toBeLessThan(8_000);
});

test('those that were read do not count, also when there is always more', async () => {
  const { write, stream, unread } = outlet();
  write('fills the buffer of the stream', 100_000);
  for (let i = 0; i < 200; i++) {
    for (let j = 0; j < 100; j++) write('small', 60);
    for (const read of unread.splice(0)) read();
    await settled();
  }
  expect(stream.destroyed).toBe(false);
});

test('what was still to come for one that is cut off fails with one error, whoever cuts it off', async () => {
  const { stream, unread } = outlet();
  const errors = new Set<unknown>();
  stream.write('on its way');
  for (let i = 0; i < 1_000; i++) stream.write('x', (error) => errors.add(error));
  stream.destroy();
  for (const read of unread) read();
  await settled();
  expect([...errors]).toEqual([new CutOff('cut off')]);
});

test('64 MB are kept for all together; then whoever has much is cut off', async () => {
  const total = { bytes: 0 };
  const outlets = Array.from({ length: 16 }, () => outlet(total));
  for (const { write } of outlets) write('much', 3_998_000);
  const small = outlet(total);
  small.write('a', 10_000);
  outlets[0]?.write('a little', 1_000);
  expect([small, ...outlets].some(({ stream }) => stream.destroyed)).toBe(false);
  small.write('b', 30_000);
  outlets[0]?.write('more', 1);
  outlets[1]?.write('more', 1);
  await settled();
  expect(outlets.map(({ stream }) => stream.destroyed).filter(Boolean)).toHaveLength(1);
  expect(small.stream.destroyed).toBe(false);
});

test('gives its room back when it has read and when it is gone', async () => {
  const total = { bytes: 0 };
  const [reader, leaver] = [outlet(total), outlet(total)];
  reader.write('a', 100_000);
  leaver.write('b', 200_000);
  expect(total.bytes).toBe(301_000);
  await reader.readAll();
  expect(total.bytes).toBe(200_500);
  leaver.stream.destroy();
  await settled();
  expect([total.bytes, leaver.done]).toEqual([0, ['b']]);
});

test('nothing waits for a stream that will not say when it has drained', () => {
  const { out, write } = outlet({ bytes: 0 }, 100_000);
  write('a', 99_999);
  expect(out.whenReady()).toBeUndefined();
  write('b', 1);
  expect(out.whenReady()).toBeDefined();
});

test('what can wait for its subscriber alone does so until that has read', async () => {
  const { out, write, readAll, stream } = outlet();
  expect(out.whenReady()).toBeUndefined();
  write('a', 63_999);
  expect(out.whenReady()).toBeUndefined();
  write('b', 1);
  const ready = out.whenReady();
  let isReady = false;
  void ready?.then(() => {
    isReady = true;
  });
  await settled();
  expect([ready === undefined, isReady]).toEqual([false, false]);
  await readAll();
  expect(isReady).toBe(true);
  write('c', 100_000);
  const gone = out.whenReady();
  stream.destroy();
  await gone;
});
