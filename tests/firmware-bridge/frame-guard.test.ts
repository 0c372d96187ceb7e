/**
 * The frame guard before a stream that is read the way aedes reads: on every `readable`, and again whenever a packet is
 * done. What is handed on, how much at once, and when the connection is cut.
 */
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DirectPublishes } from '../../firmware-bridge/direct-publishes.js';
import {
  FrameGuard,
  type FrameGuardOptions,
  type GuardViolation,
} from '../../firmware-bridge/frame-guard.js';
import { Room } from './bridge-fixture.js';
import { CONNECT, header, joined, PUBLISH, packet } from './mqtt-packets.js';

const LIMITS = {
  connectMs: 5_000,
  connectBytes: 200,
  publishBytes: 300_000,
  otherBytes: 300_000,
  rate: null,
};

/** All goes to the reader. */
const NOTHING_DIRECT = new DirectPublishes({
  sender: 'device',
  accept: () => undefined,
  isDirect: () => false,
  bytesMax: () => LIMITS.publishBytes,
  silenceMs: Number.POSITIVE_INFINITY,
  now: () => 0,
  send: () => undefined,
  onNotStored: () => undefined,
  cutOff: () => undefined,
});

/** A stream that holds what is pushed into it, as a socket does, and its reader. */
function guarded(options: Partial<FrameGuardOptions> = {}) {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const violations: GuardViolation[] = [];
  const guard = new FrameGuard(stream, {
    limits: () => LIMITS,
    now: () => 0,
    onViolation: (violation) => violations.push(violation),
    ...options,
  });
  const chunks: Buffer[] = [];
  const read = () => {
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  };
  stream.on('readable', read);
  const bytes = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { stream, guard, violations, chunks, read, bytes };
}

/** One that is connected and open. */
async function connected(options: Partial<FrameGuardOptions> = {}) {
  const setup = guarded(options);
  setup.stream.push(packet(CONNECT, 20));
  await settled();
  setup.chunks.length = 0;
  setup.guard.open(NOTHING_DIRECT);
  return setup;
}

/** Everything that streams do in later ticks is done. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

const SMALL = packet(PUBLISH, 10);

function many(count: number, one: Uint8Array): Uint8Array {
  return joined(...Array.from({ length: count }, () => one));
}

describe('what is handed on', () => {
  test('good packets, untouched', async () => {
    const { stream, chunks, violations } = await connected();
    const bytes = joined(SMALL, packet(0xc0, 0));
    stream.push(bytes);
    await settled();
    expect(chunks.map((chunk) => Uint8Array.from(chunk))).toEqual([bytes]);
    expect(violations).toEqual([]);
  });

  test('after CONNECT nothing, until it is open', async () => {
    const { stream, guard, bytes } = guarded();
    const connect = packet(CONNECT, 20);
    stream.push(joined(connect, SMALL, SMALL));
    await settled();
    expect(bytes()).toBe(connect.length);
    stream.push(SMALL);
    await settled();
    expect(bytes()).toBe(connect.length);
    guard.open(NOTHING_DIRECT);
    await settled();
    expect(bytes()).toBe(connect.length + 3 * SMALL.length);
  });

  test('no more than 256 packets that are not done', async () => {
    const { stream, guard, read, bytes } = await connected();
    stream.push(many(300, SMALL));
    await settled();
    expect(bytes()).toBe(256 * SMALL.length);
    guard.finished(10);
    read();
    await settled();
    expect(bytes()).toBe(257 * SMALL.length);
    for (let i = 0; i < 256; i++) guard.finished(10);
    read();
    await settled();
    expect(bytes()).toBe(300 * SMALL.length);
  });

  test('no more than 256 before others get their turn, though all are done at once', async () => {
    const { stream, guard, bytes } = await connected();
    const received = () => bytes() / SMALL.length;
    let done = 0;
    stream.on('readable', () => {
      if (done === received()) return;
      for (; done < received(); done++) guard.finished(10);
      // aedes reads on when it is done with what it has.
      process.nextTick(() => guard.wake());
    });
    const turn = new Promise((resolve) => setImmediate(resolve));
    stream.push(joined(...Array.from({ length: 1_000 }, () => SMALL)));
    await turn;
    expect(received()).toBe(256);
    await settled();
    expect(received()).toBe(1_000);
  });

  test('of large packets no more than 256 KB and one chunk', async () => {
    const { stream, guard, read, bytes } = await connected();
    const large = packet(PUBLISH, 100_000);
    for (let i = 0; i < 5; i++) {
      stream.push(large);
      await settled();
    }
    expect(bytes()).toBe(3 * large.length);
    guard.finished(100_000);
    read();
    await settled();
    expect(bytes()).toBe(5 * large.length);
  });

  test('what is done is counted anew from nothing when all is, though its size was only about right', async () => {
    const { stream, guard, bytes } = await connected();
    for (let i = 0; i < 100; i++) {
      stream.push(packet(PUBLISH, 10_000));
      await settled();
      guard.finished(1);
    }
    expect(bytes()).toBe(100 * packet(PUBLISH, 10_000).length);
  });

  test('a part of a chunk, and the next not while the reader is busy with it', async () => {
    const { stream, guard } = await connected();
    stream.removeAllListeners('readable');
    stream.push(many(300, SMALL));
    const first: unknown = stream.read();
    for (let i = 0; i < 256; i++) guard.finished(10);
    // As aedes does when a packet is done before the parser has come to the next.
    expect(stream.read()).toBeNull();
    await settled();
    const second: unknown = stream.read();
    expect([first, second].map((chunk) => Buffer.isBuffer(chunk) && chunk.length)).toEqual([
      256 * SMALL.length,
      44 * SMALL.length,
    ]);
  });

  test('everything before the end, though the sender has closed long ago', async () => {
    const { stream, guard, read, bytes } = await connected();
    let hasEnded = false;
    stream.once('end', () => {
      hasEnded = true;
    });
    stream.push(many(600, SMALL));
    stream.push(null);
    await settled();
    expect([bytes(), hasEnded]).toEqual([256 * SMALL.length, false]);
    for (const total of [512, 600]) {
      for (let i = 0; i < 256; i++) guard.finished(10);
      read();
      await settled();
      expect(bytes()).toBe(total * SMALL.length);
    }
    await settled();
    expect(hasEnded).toBe(true);
  });
});

describe('who is held back', () => {
  test('everybody, while the intake is full', async () => {
    const room = new Room();
    const { stream, bytes } = await connected({ whenReady: room.whenReady });
    stream.push(SMALL);
    await settled();
    room.fill();
    stream.push(SMALL);
    await settled();
    expect(bytes()).toBe(SMALL.length);
    room.drain(true);
    await settled();
    expect(bytes()).toBe(SMALL.length);
    room.drain();
    await settled();
    expect(bytes()).toBe(2 * SMALL.length);
  });

  test('whoever sends faster than it may, until the next may come', async () => {
    const clock = { ms: 0 };
    let throttled = 0;
    const { stream, guard, bytes } = await connected({
      limits: () => ({ ...LIMITS, rate: 100 }),
      now: () => clock.ms,
      onThrottled: () => {
        throttled += 1;
      },
    });
    const send = async (count: number) => {
      stream.push(many(count, SMALL));
      await settled();
      for (let i = 0; i < count; i++) guard.finished(10);
    };
    for (let i = 0; i < 5; i++) await send(100);
    expect([bytes(), throttled]).toEqual([500 * SMALL.length, 0]);
    await send(1);
    expect([bytes(), throttled]).toEqual([500 * SMALL.length, 1]);
    clock.ms = 11;
    await vi.waitFor(() => expect(bytes()).toBe(501 * SMALL.length));
  });
});

describe('who is cut', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('the first packet that breaks the limits cuts the connection, and nothing of it is handed on', async () => {
    const { stream, violations, bytes } = await connected();
    const closed = once(stream, 'close');
    stream.push(joined(SMALL, SMALL, header(PUBLISH, 300_001), SMALL));
    await closed;
    expect(bytes()).toBe(2 * SMALL.length);
    expect(violations).toEqual(['packetTooLarge']);
  });

  test('a connection that has not sent its whole CONNECT in 5 s', async () => {
    const { stream, violations } = guarded();
    stream.push(header(CONNECT, 20));
    await settled();
    vi.advanceTimersByTime(4_999);
    expect(violations).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([violations, stream.destroyed]).toEqual([['connectTimeout'], true]);
  });

  test('a packet that takes more than a minute', async () => {
    const { stream, violations } = await connected();
    stream.push(header(PUBLISH, 20));
    for (let i = 0; i < 19; i++) {
      stream.push(Uint8Array.of(0));
      await settled();
      vi.advanceTimersByTime(3_000);
    }
    expect(violations).toEqual([]);
    vi.advanceTimersByTime(3_000);
    expect(violations).toEqual(['packetTimeout']);
  });

  test('not one that comes in time, however many there are', async () => {
    const { stream, guard, violations } = await connected();
    for (let i = 0; i < 3; i++) {
      stream.push(SMALL.subarray(0, 5));
      await settled();
      vi.advanceTimersByTime(59_999);
      stream.push(SMALL.subarray(5));
      await settled();
      guard.finished(10);
    }
    vi.advanceTimersByTime(600_000);
    expect(violations).toEqual([]);
  });

  test('not a stream in which one is always under way', async () => {
    const { stream, guard, violations } = await connected();
    stream.push(SMALL.subarray(0, 5));
    for (let i = 0; i < 4; i++) {
      await settled();
      vi.advanceTimersByTime(40_000);
      stream.push(joined(SMALL.subarray(5), SMALL.subarray(0, 5)));
      await settled();
      guard.finished(10);
    }
    expect(violations).toEqual([]);
  });

  test('not one that we ourselves do not read on', async () => {
    const room = new Room();
    const { stream, violations } = await connected({ whenReady: room.whenReady });
    stream.push(SMALL.subarray(0, 5));
    await settled();
    room.fill();
    stream.push(SMALL.subarray(5));
    await settled();
    vi.advanceTimersByTime(90_000);
    expect(violations).toEqual([]);
    room.drain();
    await settled();
    vi.advanceTimersByTime(90_000);
    expect(violations).toEqual([]);
  });

  test('tells when the whole CONNECT has come', async () => {
    let connects = 0;
    const { stream } = guarded({ onConnect: () => void connects++ });
    const connect = packet(CONNECT, 20);
    stream.push(connect.subarray(0, 21));
    await settled();
    expect(connects).toBe(0);
    stream.push(connect.subarray(21));
    await settled();
    expect(connects).toBe(1);
  });
});
