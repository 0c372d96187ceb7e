/**
 * An embedded broker in a process of its own, so that its memory and its pauses can be measured: the built one, with the
 * decoder behind it. Told `report`, it answers with what it has seen since it was told last.
 */
import { readFileSync } from 'node:fs';
import { EMBEDDED } from '../../dist/firmware-bridge/broker-rejections.js';
import { startEmbeddedBroker } from '../../dist/firmware-bridge/embedded-broker.js';
import { payloadMessages } from '../../dist/firmware-bridge/payload-messages.js';
import { RejectionCounters } from '../../dist/firmware-bridge/rejection-counters.js';

const PAYLOAD_BYTES_MAX = 262_144;
const LAYOUT = { format: 'json', timestamp: null, records: null };

const counters = new RejectionCounters();
const received = new Map();
let pauseCpuMs = 0;
let cpuAtLastTurn = cpuMs();

const broker = await startEmbeddedBroker({
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 10_000,
  packetBytesMax: PAYLOAD_BYTES_MAX + 66_000,
  clientRate: null,
  counters,
  log: { info: () => undefined, warn: () => undefined },
  accept(message) {
    received.set(message.sender, (received.get(message.sender) ?? 0) + 1);
    const decoded = payloadMessages(message.payload, LAYOUT, PAYLOAD_BYTES_MAX);
    if (decoded.kind === 'rejected') counters.count(EMBEDDED, decoded.reason, message);
    return undefined;
  },
});

// The longest work without a break, by the CPU time of this thread: what others do on this computer is no pause of ours.
setInterval(() => {
  const now = cpuMs();
  pauseCpuMs = Math.max(pauseCpuMs, now - cpuAtLastTurn);
  cpuAtLastTurn = now;
}, 1);

function cpuMs() {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
}

process.on('message', () => {
  const pause = pauseCpuMs;
  globalThis.gc?.();
  process.send({
    rejected: Object.fromEntries(counters.list().map(({ reason, count }) => [reason, count])),
    received: Object.fromEntries(received),
    pauseCpuMs: pause,
    rssBytes: process.memoryUsage.rss(),
    clients: broker.clients,
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
    isPolluted: Object.keys(Object.prototype).length > 0 || {}.polluted !== undefined,
  });
  pauseCpuMs = 0;
  cpuAtLastTurn = cpuMs();
});
process.on('disconnect', () => process.exit());
process.send({ port: broker.port });
