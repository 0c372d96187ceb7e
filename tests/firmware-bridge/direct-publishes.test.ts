/**
 * Messages that nobody but the intake wants, taken past the broker: which they are, what is acknowledged when, and that the
 * broker gets all others, in their order.
 */
import { Duplex } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { DirectPublishes, type DirectPublishesOptions } from '../../firmware-bridge/direct-publishes.js';
import { DirectTopics } from '../../firmware-bridge/direct-topics.js';
import { FrameGuard } from '../../firmware-bridge/frame-guard.js';
import { connectPacket, joined, PINGREQ, publishPacket } from './mqtt-packets.js';

const LIMITS = {
  connectMs: 5_000,
  connectBytes: 200,
  publishBytes: 100_000,
  otherBytes: 100_000,
  rate: null,
};

interface Setup extends Partial<DirectPublishesOptions> {
  readonly rate?: number;
  /** Bytes to the client that wait before it counts as not reading. */
  readonly highWaterMark?: number;
}

/** A client that is connected, with its guard between a stream and a reader. */
async function setUp({ rate, highWaterMark = 16_384, ...options }: Setup = {}) {
  const log: string[] = [];
  const sent: Buffer[] = [];
  let write: () => void = () => undefined;
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      sent.push(chunk);
      write = done;
      if (highWaterMark > 1) done();
    },
    writableHighWaterMark: highWaterMark,
  });
  const clock = { ms: 0 };
  const now = () => clock.ms;
  const guard = new FrameGuard(stream, {
    limits: () => ({ ...LIMITS, rate: rate ?? null }),
    now,
    onViolation: (violation) => log.push(violation),
  });
  stream.on('readable', () => {
    const chunk: unknown = stream.read();
    if (Buffer.isBuffer(chunk)) log.push(`broker ${chunk.length}`);
  });
  stream.push(connectPacket('press'));
  await settled();
  log.length = 0;
  const direct = new DirectPublishes({
    sender: 'press',
    accept: ({ topic, payload, sender, qos, packetId }) => {
      log.push([topic, Buffer.from(payload), sender, qos, packetId ?? '-'].join(' '));
      return undefined;
    },
    isDirect: new DirectTopics(() => false).isDirect,
    bytesMax: () => LIMITS.publishBytes,
    silenceMs: Number.POSITIVE_INFINITY,
    now,
    send: (acknowledgements) => {
      stream.write(acknowledgements);
      guard.acknowledged();
    },
    onNotStored: (messages, { payload }) => log.push(`not stored ${messages}: ${Buffer.from(payload)}`),
    cutOff: () => log.push('cut off'),
    ...options,
  });
  guard.open(direct);
  const push = async (...packets: readonly Uint8Array[]) => {
    stream.push(joined(...packets));
    await settled();
  };
  return { guard, direct, stream, log, sent, clock, push, drain: () => write() };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

const message = (payload: string, options = {}) => publishPacket('t', payload, options);
const ONE = message('x');
const KEPT = message('x', { retain: true });

test('are taken in order, and the broker sees nothing of them', async () => {
  const { log, sent, push } = await setUp();
  await push(message('1'), message('2', { qos: 1, packetId: 7 }), message('3'));
  expect(log).toEqual(['t 1 press 0 -', 't 2 press 1 7', 't 3 press 0 -']);
  expect(sent).toEqual([Buffer.from([0x40, 2, 0, 7])]);
});

test('the broker gets what comes behind one that is for it, until it is done with that', async () => {
  const { log, guard, push } = await setUp();
  await push(ONE, KEPT, ONE, PINGREQ);
  expect(log).toEqual(['t x press 0 -', `broker ${KEPT.length + ONE.length + 2}`]);
  await push(ONE);
  expect(log.at(-1)).toBe(`broker ${ONE.length}`);
  for (let i = 0; i < 3; i++) guard.finished(ONE.length);
  await push(ONE);
  expect(log.at(-1)).toBe('t x press 0 -');
});

test.each([1, 2, 7])('in a stream that is cut every %d bytes each is taken once', async (piece) => {
  const { log, sent, stream } = await setUp();
  const bytes = joined(
    ...Array.from({ length: 20 }, (_, i) =>
      message(`${i}`.repeat(i + 1), { qos: i % 2, packetId: i, isRepeat: i % 4 === 3 }),
    ),
  );
  for (let at = 0; at < bytes.length; at += piece) {
    stream.push(bytes.subarray(at, at + piece));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await settled();
  expect(log).toEqual(
    Array.from({ length: 20 }, (_, i) => `t ${`${i}`.repeat(i + 1)} press ${i % 2} ${i % 2 === 0 ? '-' : i}`),
  );
  expect(Buffer.concat(sent)).toHaveLength(4 * 10);
});

test('a long one whose rest is late goes to the broker from its beginning on', async () => {
  const { log, push } = await setUp();
  const long = message('x'.repeat(40_000));
  await push(long.subarray(0, 16_384));
  expect(log).toEqual([]);
  await push(long.subarray(16_384, 16_385));
  expect(log).toEqual(['broker 16385']);
  await push(joined(long.subarray(16_385), ONE));
  expect(log).toEqual(['broker 16385', `broker ${long.length - 16_385 + ONE.length}`]);
});

test('one whose rest does not come in a minute cuts the connection', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { log, push } = await setUp();
    await push(ONE.subarray(0, 5));
    vi.advanceTimersByTime(59_999);
    await push(ONE.subarray(5), ONE.subarray(0, 5));
    vi.advanceTimersByTime(59_999);
    expect(log).toEqual(['t x press 0 -']);
    vi.advanceTimersByTime(1);
    expect(log).toEqual(['t x press 0 -', 'packetTimeout']);
  } finally {
    vi.useRealTimers();
  }
});

test('one that is too large cuts the connection, behind those that are not', async () => {
  const { log, push } = await setUp();
  await push(ONE, message('x'.repeat(LIMITS.publishBytes)));
  expect(log).toEqual(['t x press 0 -', 'packetTooLarge']);
});

test('the broker hears of a client often enough for its keep-alive', async () => {
  const { log, clock, guard, push } = await setUp({ silenceMs: 1_000 });
  clock.ms = 999;
  await push(ONE);
  clock.ms = 1_000;
  await push(ONE, ONE, ONE);
  expect(log).toEqual(['t x press 0 -', `broker ${ONE.length}`, `broker ${2 * ONE.length}`]);
  for (let i = 0; i < 3; i++) guard.finished(ONE.length);
  clock.ms = 1_999;
  await push(ONE);
  expect(log.at(-1)).toBe('t x press 0 -');
});

test('of those that are not acknowledged no more than 256 are taken', async () => {
  const stored: (() => void)[] = [];
  const { log, sent, push } = await setUp({
    accept: ({ packetId }) => {
      log.push(`${packetId}`);
      return new Promise((resolve) => stored.push(resolve));
    },
  });
  await push(...Array.from({ length: 300 }, (_, i) => message('x', { qos: 1, packetId: i + 1 })));
  expect(log).toHaveLength(256);
  for (const resolve of stored) resolve();
  await settled();
  expect(log).toHaveLength(300);
  expect(Buffer.concat(sent)).toHaveLength(4 * 256);
});

test('what is stored together is acknowledged together', async () => {
  let store: () => void = () => undefined;
  const stored = new Promise<void>((resolve) => {
    store = resolve;
  });
  const { sent, push } = await setUp({ accept: () => stored });
  await push(message('x', { qos: 1, packetId: 1 }), message('x', { qos: 1, packetId: 2 }));
  expect(sent).toEqual([]);
  store();
  await settled();
  expect(sent).toEqual([Buffer.from([0x40, 2, 0, 1, 0x40, 2, 0, 2])]);
});

test('nothing behind one that was refused is acknowledged', async () => {
  const results = [() => Promise.resolve(), () => Promise.reject(new Error('disk full')), () => undefined];
  const { log, sent, push } = await setUp({ accept: () => results.shift()?.() });
  await push(...[1, 2, 3].map((packetId) => message(`${packetId}`, { qos: 1, packetId })));
  expect(sent).toEqual([Buffer.from([0x40, 2, 0, 1])]);
  expect(log).toEqual(['not stored 1: 2', 'cut off']);
});

test('all that was refused is counted, with one of each that were to be stored together; the cut comes once', async () => {
  const fails: (() => void)[] = [];
  const stored = () => new Promise<void>((_, reject) => fails.push(() => reject(new Error('disk full'))));
  const [one, other] = [stored(), stored()];
  const results = [one, one, other, undefined, other, one];
  const { log, sent, push } = await setUp({ accept: () => results.shift() });
  await push(
    ...[1, 2, 3, 4, 5].map((packetId) => message(`${packetId}`, { qos: 1, packetId })),
    message('6'),
  );
  for (const fail of fails) fail();
  await settled();
  expect(sent).toEqual([]);
  const said = ['not stored 2: 1', 'not stored 1: 6', 'not stored 2: 3'];
  expect(log.filter((line) => line !== 'cut off')).toEqual(said);
  expect(log.filter((line) => line === 'cut off')).toHaveLength(1);
});

test('a client that does not read its acknowledgements goes through the broker, which bounds them', async () => {
  const { log, drain, push } = await setUp({ highWaterMark: 1 });
  const one = message('x', { qos: 1 });
  await push(one);
  await push(one);
  expect(log).toEqual(['t x press 1 1', `broker ${one.length}`]);
  drain();
});

test('no more than 256 before others get their turn', async () => {
  const { log, stream } = await setUp();
  const turn = new Promise((resolve) => setImmediate(resolve));
  stream.push(joined(...Array.from({ length: 600 }, () => ONE)));
  await turn;
  expect(log).toHaveLength(256);
  await settled();
  expect(log).toHaveLength(600);
});

test('a client that may send so many a second sends no more', async () => {
  const { log, push } = await setUp({ rate: 10 });
  await push(...Array.from({ length: 60 }, () => ONE));
  expect(log).toHaveLength(50);
});

test('all that was sent before the end is taken', async () => {
  const { log, stream } = await setUp();
  stream.push(joined(...Array.from({ length: 600 }, () => ONE)));
  stream.push(null);
  await settled();
  expect(log).toHaveLength(600);
});

test.each([
  ['no subscriber', [], 'plant/a', true],
  ['a subscriber', ['plant/a'], 'plant/a', false],
  ['a subscriber of another topic', ['plant/b'], 'plant/a', true],
  ['a subscriber of all', ['#'], 'plant/a', false],
  ['a subscriber of a level', ['+/a'], 'plant/a', false],
  ['somebody who is away waits for it', [], 'away', false],
  ['a topic of ours', [], '$SYS/a', false],
  ['no topic', [], '', false],
  ['a filter', [], 'plant/+', false],
  ['no text', [], 'a\uFFFD', false],
  ['1,024 characters', [], 'a'.repeat(1_024), true],
  ['1,025 characters', [], 'a'.repeat(1_025), false],
  ['100 levels', [], Array(100).fill('a').join('/'), true],
  ['101 levels', [], Array(101).fill('a').join('/'), false],
])('%s', (_name, filters, topic, isDirect) => {
  const topics = new DirectTopics((wanted) => wanted === 'away');
  const client = {};
  expect(topics.isDirect('plant/a')).toBe(true);
  for (const filter of filters) topics.add(filter, client);
  expect(topics.isDirect(topic)).toBe(isDirect);
  for (const filter of filters) topics.remove(filter, client);
  expect(topics.isDirect('plant/a')).toBe(true);
});
