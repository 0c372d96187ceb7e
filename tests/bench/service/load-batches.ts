import { publishPacket } from '../../faults/harness/mqtt-wire.js';
import type { DeviceMessage } from './device.js';
import { loadMessage } from './service-rules.js';

/** After so many messages the load begins anew: a thousand machines, and values that go round after 400. */
const CYCLE = 2_000;
const BATCH = 200;

/** Some messages as a device would write them, in one piece. */
export interface Batch {
  readonly bytes: Buffer;
  readonly count: number;
}

/** So many QoS 0 messages. */
export function* batchesOf(count: number, message: (n: number) => DeviceMessage): Generator<Batch, void> {
  for (let n = 0; n < count; n += BATCH) yield batchAt(n, Math.min(BATCH, count - n), 0, message);
}

/**
 * So many messages of the load, rounded up to whole batches. They are made once and written again and again: whoever
 * sends them must not be slower than what is measured. With QoS 1 a packet id comes back after 2,000 messages.
 */
export function* loadBatches(count: number, qos: 0 | 1): Generator<Batch, void> {
  const batches = Array.from({ length: CYCLE / BATCH }, (_, index) =>
    batchAt(index * BATCH, BATCH, qos, loadMessage),
  );
  for (let sent = 0; sent < count; sent += BATCH) {
    const batch = batches[(sent / BATCH) % batches.length];
    if (batch !== undefined) yield batch;
  }
}

function batchAt(start: number, count: number, qos: 0 | 1, message: (n: number) => DeviceMessage): Batch {
  const packets = Array.from({ length: count }, (_, index) => {
    const n = start + index;
    return publishPacket({ ...message(n), packetId: qos === 0 ? null : n + 1, isRepeat: false });
  });
  return { bytes: Buffer.concat(packets), count };
}
