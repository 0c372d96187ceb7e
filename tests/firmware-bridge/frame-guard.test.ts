/**
 * The frame guard by bytes: packets whole, cut at every place, and glued together; each limit from both sides.
 * Then before a real stream that is read the way aedes reads.
 */
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { FrameScanner, type FrameViolation, guardFrames } from '../../firmware-bridge/frame-guard.js';

const LIMITS = { connectMs: 5_000, connectBytes: 200, packetBytes: 1_000 };
const CONNECT = 0x10;
const PUBLISH = 0x30;

function packet(type: number, bodyBytes: number): Uint8Array {
  return Uint8Array.from([...header(type, bodyBytes), ...new Uint8Array(bodyBytes)]);
}

function header(type: number, bodyBytes: number): number[] {
  const length: number[] = [];
  let rest = bodyBytes;
  do {
    const more = rest >= 128;
    length.push((rest % 128) + (more ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [type, ...length];
}

function scanAll(chunks: readonly Uint8Array[]): FrameViolation | null {
  const scanner = new FrameScanner(LIMITS);
  for (const chunk of chunks) {
    const violation = scanner.scan(chunk);
    if (violation !== null) return violation;
  }
  return null;
}

const bytesOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe('scanner', () => {
  test.each<[string, Uint8Array[], FrameViolation | null]>([
    ['a connection', [packet(CONNECT, 20), packet(PUBLISH, 60), packet(0xc0, 0)], null],
    ['the largest CONNECT', [packet(CONNECT, 200)], null],
    [
      'a CONNECT one byte larger, by its header alone',
      [Uint8Array.from(header(CONNECT, 201))],
      'connectTooLarge',
    ],
    ['the largest packet', [packet(CONNECT, 20), packet(PUBLISH, 1_000)], null],
    [
      'a packet one byte larger, by its header alone',
      [packet(CONNECT, 20), Uint8Array.from(header(PUBLISH, 1_001))],
      'packetTooLarge',
    ],
    ['256 MB announced before CONNECT', [Uint8Array.of(CONNECT, 0xff, 0xff, 0xff, 0x7f)], 'connectTooLarge'],
    ['a length of five bytes', [Uint8Array.of(CONNECT, 0x80, 0x80, 0x80, 0x80)], 'badLength'],
    ['a PUBLISH first', [packet(PUBLISH, 20)], 'notConnect'],
    ['HTTP', [new TextEncoder().encode('GET / HTTP/1.1')], 'notConnect'],
    ['TLS', [Uint8Array.of(0x16, 3, 1)], 'notConnect'],
    ['CONNECT with flags that are not its own', [Uint8Array.of(0x11, 2, 0, 0)], 'notConnect'],
  ])('%s', (_name, chunks, expected) => {
    const glued = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    expect(scanAll(chunks)).toBe(expected);
    expect(scanAll([glued])).toBe(expected);
    expect(scanAll(bytesOf(glued))).toBe(expected);
  });

  test('is connected when the whole CONNECT has come, not before', () => {
    const scanner = new FrameScanner(LIMITS);
    for (const byte of bytesOf(packet(CONNECT, 20))) {
      expect(scanner.isConnected).toBe(false);
      scanner.scan(byte);
    }
    expect(scanner.isConnected).toBe(true);
  });
});

/** A stream that holds what is pushed into it, as a socket does. */
function stream(): Duplex {
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
}

function guarded(limits = LIMITS) {
  const guardedStream = stream();
  const violations: FrameViolation[] = [];
  guardFrames(guardedStream, limits, (violation) => violations.push(violation));
  return { stream: guardedStream, violations };
}

describe('before a stream', () => {
  test('lets good packets through untouched', () => {
    const { stream, violations } = guarded();
    const bytes = packet(CONNECT, 20);
    stream.push(Buffer.from(bytes));
    expect(new Uint8Array(stream.read())).toEqual(bytes);
    expect(stream.read()).toBeNull();
    expect(violations).toEqual([]);
    stream.destroy();
  });

  test('cuts the connection at the violation and hands nothing on', async () => {
    const { stream, violations } = guarded();
    stream.push(Buffer.from(packet(PUBLISH, 20)));
    const closed = once(stream, 'close');
    expect(stream.read()).toBeNull();
    await closed;
    expect(violations).toEqual(['notConnect']);
  });

  test('cuts a connection that sends no CONNECT in time', async () => {
    const { stream, violations } = guarded({ ...LIMITS, connectMs: 1 });
    stream.push(Buffer.from(header(CONNECT, 20)));
    stream.read();
    await once(stream, 'close');
    expect(violations).toEqual(['connectTimeout']);
  });
});
