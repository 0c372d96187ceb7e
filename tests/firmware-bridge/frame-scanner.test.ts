/** The frame scanner by bytes: packets whole, cut at every place, and glued together; each limit from both sides. */
import { describe, expect, test } from 'vitest';
import { FrameScanner, type FrameViolation } from '../../firmware-bridge/frame-scanner.js';
import { CONNECT, header, joined, PUBLISH, packet } from './mqtt-packets.js';

const LIMITS = { connectMs: 5_000, connectBytes: 200, publishBytes: 1_000, otherBytes: 300 };
const MANY = 1_000;

/** Scans everything, as often as it takes, and gives the bytes before the violation. */
function scanAll(chunks: readonly Uint8Array[], packetsMax = MANY) {
  const scanner = new FrameScanner(() => LIMITS);
  let passed = 0;
  let publishes = 0;
  for (const chunk of chunks) {
    let rest = chunk;
    while (rest.length > 0) {
      const bytes = scanner.scan(rest, packetsMax);
      if (scanner.violation !== null) return { violation: scanner.violation, passed, publishes };
      passed += bytes;
      publishes += scanner.publishes;
      rest = rest.subarray(bytes);
    }
  }
  return { violation: null, passed, publishes };
}

const bytesOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe('finds what breaks the limits', () => {
  test.each<[string, Uint8Array[], FrameViolation | null]>([
    ['a connection', [packet(CONNECT, 20), packet(PUBLISH, 60), packet(0xc0, 0)], null],
    ['the largest CONNECT', [packet(CONNECT, 200)], null],
    ['a CONNECT one byte larger, by its header alone', [header(CONNECT, 201)], 'connectTooLarge'],
    ['the largest packet', [packet(CONNECT, 20), packet(PUBLISH, 1_000)], null],
    [
      'a packet one byte larger, by its header alone',
      [packet(CONNECT, 20), header(PUBLISH, 1_001)],
      'packetTooLarge',
    ],
    ['the largest packet of another kind', [packet(CONNECT, 20), packet(0x82, 300)], null],
    ['one a byte larger, by its header alone', [packet(CONNECT, 20), header(0x82, 301)], 'packetTooLarge'],
    ['256 MB announced before CONNECT', [Uint8Array.of(CONNECT, 0xff, 0xff, 0xff, 0x7f)], 'connectTooLarge'],
    ['a length of five bytes', [Uint8Array.of(CONNECT, 0x80, 0x80, 0x80, 0x80)], 'badLength'],
    ['a PUBLISH first', [packet(PUBLISH, 20)], 'notConnect'],
    ['HTTP', [new TextEncoder().encode('GET / HTTP/1.1')], 'notConnect'],
    ['TLS', [Uint8Array.of(0x16, 3, 1)], 'notConnect'],
    ['CONNECT with flags that are not its own', [Uint8Array.of(0x11, 2, 0, 0)], 'notConnect'],
  ])('%s', (_name, chunks, expected) => {
    const glued = joined(...chunks);
    for (const cut of [chunks, [glued], bytesOf(glued)]) expect(scanAll(cut).violation).toBe(expected);
  });

  test('after it has passed everything before it', () => {
    const good = joined(packet(CONNECT, 20), packet(PUBLISH, 60), packet(PUBLISH, 3));
    const chunk = joined(good, header(PUBLISH, 1_001), packet(PUBLISH, 5));
    for (const cut of [[chunk], [chunk.subarray(0, 30), chunk.subarray(30)]]) {
      expect(scanAll(cut)).toEqual({ violation: 'packetTooLarge', passed: good.length, publishes: 2 });
    }
  });
});

test('is connected when the whole CONNECT has come, not before', () => {
  const scanner = new FrameScanner(() => LIMITS);
  for (const byte of bytesOf(packet(CONNECT, 20))) {
    expect(scanner.isConnected).toBe(false);
    scanner.scan(byte, MANY);
  }
  expect(scanner.isConnected).toBe(true);
});

test('stops at the end of the last packet it may pass', () => {
  const scanner = new FrameScanner(() => LIMITS);
  const first = joined(packet(CONNECT, 20), packet(PUBLISH, 60));
  expect(scanner.scan(joined(first, packet(PUBLISH, 7)), 2)).toBe(first.length);
  expect([scanner.publishes, scanner.publishBytes, scanner.isInside]).toEqual([1, 60, false]);
});

test('counts each PUBLISH once, at its last byte', () => {
  const packets = [packet(CONNECT, 20), packet(PUBLISH, 60), packet(0xc0, 0), packet(0x3d, 300)];
  const glued = joined(...packets);
  for (const packetsMax of [1, 2, MANY]) {
    for (const cut of [packets, [glued], bytesOf(glued)]) {
      expect(scanAll(cut, packetsMax)).toEqual({ violation: null, passed: glued.length, publishes: 2 });
    }
  }
});

test('knows whether it is inside a packet', () => {
  const scanner = new FrameScanner(() => LIMITS);
  const insides = bytesOf(joined(packet(CONNECT, 1), packet(0xc0, 0))).map((byte) => {
    scanner.scan(byte, MANY);
    return scanner.isInside;
  });
  expect(insides).toEqual([true, true, false, true, false]);
});
