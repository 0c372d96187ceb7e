/** What a snapshot holds comes back from bytes, and bytes of another kind are refused. */
import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import {
  packContent,
  type SnapshotContent,
  unpackContent,
} from '../../../runtime/replay/snapshot-content.js';

const CONTENT: SnapshotContent = {
  engine: { version: 1, data: Uint8Array.of(1, 2, 3) },
  offset: -0.5,
  topics: { topics: ['plant/press'], pulses: Float64Array.of(1, Number.NaN), recent: [] },
  redeliveries: [['plant', 'press', [[7, 99]]]],
};

test('comes back as it was, from any place', () => {
  const packed = Buffer.concat([Buffer.from('abc'), packContent(CONTENT)]).subarray(3);
  const { engine, ...beside } = unpackContent(packed);
  expect({ ...beside, engine: { ...engine, data: Uint8Array.from(engine.data) } }).toEqual(CONTENT);
});

test.each([
  ['nothing', new Uint8Array()],
  ['less than it says', packContent(CONTENT).subarray(0, 20)],
  ['the form of before', new Uint8Array(serialize({ version: 1, ...CONTENT }))],
])('is refused: %s', (_, packed) => {
  expect(() => unpackContent(packed)).toThrow();
});
