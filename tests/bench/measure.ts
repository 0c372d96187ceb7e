import type { Engine } from '../../rules/engine.js';
import type { Message } from '../../rules/reading.js';
import type { Sample } from './benchmark.js';

/** Times some work, on a heap just cleared of what came before it. */
export function measure(operations: number, work: () => number): Sample {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = work();
  return sampleSince(start, cpu, operations, result);
}

export async function measureAsync(operations: number, work: () => Promise<number>): Promise<Sample> {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = await work();
  return sampleSince(start, cpu, operations, result);
}

function sampleSince(start: bigint, before: NodeJS.CpuUsage, operations: number, result: number): Sample {
  const wallNs = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(before);
  return { operations, wallNs, cpuNs: (user + system) * 1000, bytes: 0, result };
}

/** Feeds messages to an engine one by one; gives the number of alert events. */
export function feed(engine: Engine, messages: readonly Message[]): number {
  let events = 0;
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message !== undefined) events += engine.message(message).length;
  }
  return events;
}

/** Bytes in use on the heap and in typed arrays, garbage aside. Needs `--expose-gc`. */
export function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Resident memory of the process, garbage given back. */
export function residentBytes(): number {
  collectGarbage();
  return process.memoryUsage.rss();
}

/** Twice: what finalisers let go in the first is collected in the second. */
function collectGarbage(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}
