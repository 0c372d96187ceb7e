/** Which packets are read without the broker, and what is read of them. */
import { expect, test } from 'vitest';
import { PublishFrame } from '../../firmware-bridge/publish-frame.js';
import { header, joined, mqttString, PINGREQ, publishPacket, twoBytes, withHeader } from './mqtt-packets.js';

const BYTES_MAX = 1_000;

function read(bytes: Uint8Array, at = 0) {
  const frame = new PublishFrame();
  return { frame, found: frame.read(Buffer.from(bytes), at, BYTES_MAX) };
}

test.each([
  { name: 'QoS 0', options: {}, qos: 0, packetId: 0, isRepeat: false },
  { name: 'QoS 1', options: { qos: 1, packetId: 515 }, qos: 1, packetId: 515, isRepeat: false },
  {
    name: 'QoS 1 again',
    options: { qos: 1, packetId: 65_535, isRepeat: true },
    qos: 1,
    packetId: 65_535,
    isRepeat: true,
  },
])('$name, behind another packet', ({ name: _name, options, ...expected }) => {
  const bytes = joined(PINGREQ, publishPacket('a/ü', 'payload', options), PINGREQ);
  const { frame, found } = read(bytes, 2);
  expect(found).toBe('whole');
  expect(frame).toMatchObject({ topic: 'a/ü', end: bytes.length - 2, ...expected });
  expect(Buffer.from(bytes).toString('utf8', frame.payloadStart, frame.end)).toBe('payload');
});

test('without a payload', () => {
  const { frame, found } = read(publishPacket('a', ''));
  expect([found, frame.payloadStart]).toEqual(['whole', frame.end]);
});

test('a beginning is partial wherever it ends', () => {
  const whole = publishPacket('topic', 'x'.repeat(200), { qos: 1 });
  for (let end = 1; end < whole.length; end++) {
    expect([end, read(whole.subarray(0, end)).found]).toEqual([end, 'partial']);
  }
});

const body = (bytes: number) => new Uint8Array(bytes);

test.each([
  ['another type', PINGREQ],
  ['QoS 2', publishPacket('a', 'x', { qos: 2 })],
  ['QoS 3', withHeader(0x36, mqttString('a'), twoBytes(1))],
  ['to be kept', publishPacket('a', 'x', { retain: true })],
  ['QoS 0 and sent again, which there is not', publishPacket('a', 'x', { isRepeat: true })],
  ['a packet id of 0', publishPacket('a', 'x', { qos: 1, packetId: 0 })],
  ['one byte too many', joined(header(0x30, BYTES_MAX + 1), body(BYTES_MAX + 1))],
  ['much too large, and not here yet', header(0x30, 200_000_000)],
  ['a length of five bytes', Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 1, 0)],
  ['no room for the length of a topic', withHeader(0x30, body(1))],
  ['a topic longer than the packet', withHeader(0x30, twoBytes(3), Buffer.from('ab'))],
  ['no room for a packet id', withHeader(0x32, mqttString('ab'), body(1))],
])('not: %s', (_name, bytes) => {
  expect(read(bytes).found).toBe('other');
});

test('the largest that may be', () => {
  expect(read(withHeader(0x30, mqttString('a'), body(BYTES_MAX - 3))).found).toBe('whole');
});
