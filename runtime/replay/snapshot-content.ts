import { deserialize, serialize } from 'node:v8';
import type { Snapshot } from '../../rules/engine.js';
import type { RedeliveriesState } from '../intake/redeliveries.js';
import type { TopicsState } from '../intake/topic-table.js';

/** What a snapshot of the service holds. */
export interface SnapshotContent {
  readonly engine: Snapshot;
  /** Wall clock − engine clock. */
  readonly offset: number;
  readonly topics: TopicsState;
  readonly redeliveries: RedeliveriesState;
}

/** Bytes that say how long what stands before the state of the engine is. */
const LENGTH_BYTES = 4;

/** As bytes. The state of the engine is most of it and is bytes already: it is copied, and nothing else. */
export function packContent({ engine, ...beside }: SnapshotContent): Uint8Array {
  const head = serialize(beside);
  const packed = new Uint8Array(LENGTH_BYTES + head.length + engine.data.length);
  new DataView(packed.buffer).setUint32(0, head.length, true);
  packed.set(head, LENGTH_BYTES);
  packed.set(engine.data, LENGTH_BYTES + head.length);
  return packed;
}

/** @throws {Error} another version of the program, or of Node.js, wrote it */
export function unpackContent(packed: Uint8Array): SnapshotContent {
  const length = new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0, true);
  const end = LENGTH_BYTES + length;
  if (end > packed.length) throw new RangeError('snapshot: of another version of the program');
  const beside: Omit<SnapshotContent, 'engine'> = deserialize(packed.subarray(LENGTH_BYTES, end));
  return { ...beside, engine: { version: 1, data: packed.subarray(end) } };
}
