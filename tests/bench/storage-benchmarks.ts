import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../runtime/clock.js';
import type { JournalMessage } from '../../runtime/storage/journal-record.js';
import { LedgerClient } from '../../runtime/storage/ledger-client.js';
import { openLedger } from '../../runtime/storage/open-ledger.js';
import { openStateReader } from '../../runtime/storage/state-reader.js';
import type { Store } from '../../runtime/storage/store.js';
import { WorkerStore } from '../../runtime/storage/worker-store.js';
import { seededRandom } from '../seeded-random.js';
import { SimulatedClock } from '../simulated-clock.js';
import type { Benchmark, Group, Sample } from './benchmark.js';
import { measure, measureAsync } from './measure.js';
import { machineTopics, START } from './message-stream.js';

const SERIES = 1_000;
/** Ten minutes of `SERIES` sensors that send every second. */
const READINGS = 600_000;

/** A sensor each that wanders by tenths, a few ms early or late: what a press line sends, with QoS 1. */
class Readings {
  readonly #random = seededRandom(1);
  readonly #topics = machineTopics(SERIES, 'temperature');
  readonly #values = new Float64Array(SERIES).fill(60);
  #index = 0;

  next(): JournalMessage {
    const index = this.#index++;
    const series = index % SERIES;
    const value = (this.#values[series] ?? 0) + Math.round(10 * (this.#random() - 0.5)) / 10;
    this.#values[series] = value;
    const arrival = START + index;
    return {
      kind: 'message',
      message: {
        topic: this.#topics[series] ?? '',
        payload: value,
        time: arrival,
        arrival,
        source: 'embedded',
      },
      bytes: Buffer.from(`{"value":${value.toFixed(1)}}`),
      format: 'json',
      sender: `press-${series % 50}`,
      packetId: 1 + (Math.floor(index / 50) % 65_535),
      fingerprint: Math.floor(2 ** 32 * this.#random()),
      hasOwnTime: false,
    };
  }

  take(count: number): JournalMessage[] {
    return Array.from({ length: count }, () => this.next());
  }
}

const SILENT = {
  onDegraded: (reason: string) => {
    throw new Error(reason);
  },
  onRecovered: () => undefined,
  onResynchronise: () => undefined,
  onProblem: (text: string) => {
    throw new Error(text);
  },
};

const NEW = {
  next: { commit: 1, seq: 1, topic: 0, snapshot: 1 },
  plan: null,
  lastTime: Number.NEGATIVE_INFINITY,
  isShort: false,
  isHoled: false,
};

// ---- what the main thread pays ----

/** Takes everything at once: what is left is the cost of the thread that appends. */
const NO_STORE: Store = {
  open: () => Promise.reject(new Error('is not opened')),
  tailPage: () => Promise.reject(new Error('is not read')),
  commit: () => Promise.resolve('stored'),
  snapshotPart: () => Promise.resolve(),
  reopen: () => Promise.resolve({ problems: [], isReplaced: false }),
  query: () => Promise.reject(new Error('is not asked')),
  maintain: () => Promise.resolve({ problems: [], isReplaced: false, hasMore: false }),
  close: () => Promise.resolve(),
};

/** In bursts, as they come from sockets: between them commits begin and end. */
const BURST = 1_000;

const appending: Benchmark = {
  id: 'storage/append',
  async run(scale) {
    const messages = new Readings().take(Math.ceil(READINGS * scale));
    const options = {
      ...SILENT,
      ...NEW,
      store: NO_STORE,
      clock: systemClock,
      durability: 'balanced',
    } as const;
    const pass = async () => {
      const ledger = new LedgerClient(options);
      for (let start = 0; start < messages.length; start += BURST) {
        for (let i = start; i < Math.min(start + BURST, messages.length); i++) {
          const message = messages[i];
          if (message !== undefined) void ledger.message(message, true);
        }
        await Promise.resolve();
      }
      await ledger.close();
      return ledger.counters.records;
    };
    await pass();
    return measureAsync(messages.length, pass);
  },
};

const pushing: Benchmark = {
  id: 'storage/push',
  run(scale) {
    const messages = new Readings().take(Math.ceil(READINGS * scale));
    const pass = () => {
      const list: JournalMessage[] = [];
      for (let i = 0; i < messages.length; i++) {
        const message = messages[i];
        if (message !== undefined) list.push(message);
      }
      return list.length;
    };
    pass();
    return measure(messages.length, pass);
  },
};

// ---- what the disk pays ----

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

interface Stored {
  readonly commits: number;
  readonly writtenBytes: number;
  readonly keptBytes: number;
}

/** Ten minutes of readings, each acknowledged, on a clock that runs as fast as the disk takes them. */
async function storeReadings(folder: string, count: number): Promise<Stored> {
  const worker = new WorkerStore();
  const { next } = await worker.open(folder);
  let running: Promise<unknown> | null = null;
  const watched: Store = {
    ...NO_STORE,
    commit(commit, isHurried) {
      const stored = worker.commit(commit, isHurried).finally(() => {
        running = null;
      });
      running = stored;
      return stored;
    },
    close: (isClean) => worker.close(isClean),
  };
  const clock = new SimulatedClock(START);
  const ledger = new LedgerClient({ ...SILENT, ...NEW, next, store: watched, clock, durability: 'balanced' });
  const before = writtenBytes();
  const readings = new Readings();
  for (let i = 0; i < count; i++) {
    clock.advance(1);
    void ledger.message(readings.next(), true);
    // Time stands still while the disk works: how fast that is here says nothing about a gateway's.
    if (running !== null) {
      await running;
      await settled();
    }
  }
  const { commits } = ledger.counters;
  await ledger.close();
  const reader = openStateReader(folder);
  const keptBytes = reader?.size().journalBytes ?? Number.NaN;
  reader?.close();
  return { commits, writtenBytes: writtenBytes() - before, keptBytes };
}

/** What this process gave the disk to write, all threads, the log and its return into the file included. */
function writtenBytes(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function disk(id: string, sampleOf: (stored: Stored, readings: number) => Partial<Sample>): Benchmark {
  return {
    id,
    run(scale) {
      const count = Math.ceil(READINGS * scale);
      return withFolder(async (folder) => {
        const stored = await storeReadings(folder, count);
        const none = { operations: count, wallNs: 0, cpuNs: 0, bytes: 0, result: stored.commits };
        return { ...none, ...sampleOf(stored, count) };
      });
    },
  };
}

const written = disk('storage/written', ({ writtenBytes: bytes }) => ({ bytes }));
const kept = disk('storage/kept', ({ keptBytes: bytes }) => ({ bytes }));
const committed = disk('storage/commits', ({ commits }, count) => ({
  operations: commits / (count / SERIES),
  bytes: 1,
}));

// ---- what a restart pays ----

const reading: Benchmark = {
  id: 'storage/read-back',
  run(scale) {
    const count = Math.ceil(READINGS * scale);
    return withFolder(async (folder) => {
      await storeReadings(folder, count);
      return measureAsync(1, async () => {
        const options = { ...SILENT, folder, clock: systemClock, durability: 'balanced' } as const;
        const { ledger, recovery } = await openLedger(options);
        let records = 0;
        for await (const batch of recovery.tail()) records += batch.length;
        await ledger.close();
        return records;
      });
    });
  },
};

export const storageBenchmarks: Group = {
  name: 'storage',
  title: 'Storage',
  rows: [
    {
      what: 'append a message to the journal: what the main thread pays',
      benchmark: appending,
      unit: 'ns',
      reference: { name: 'a push to a list', benchmark: pushing, compare: 'ratio' },
      target: { bound: 'at most', value: 1_000, of: 'measured' },
    },
    {
      what: '1,000 readings a second, QoS 1, `balanced`: written to the disk for each',
      benchmark: written,
      unit: 'bytes',
      reference: { name: 'a row each', compare: 'ratio', published: 9_717 },
      target: { bound: 'at most', value: 100, of: 'measured' },
    },
    {
      what: 'the same: kept of each in the journal, as long as it is kept',
      benchmark: kept,
      unit: 'bytes',
      reference: null,
      target: null,
    },
    {
      what: 'the same: commits a second',
      benchmark: committed,
      unit: 'count',
      reference: null,
      target: { bound: 'at most', value: 6, of: 'measured' },
    },
    {
      what: 'open after a stop, and read 10 minutes of them back',
      benchmark: reading,
      unit: 'seconds',
      basis: 'wall',
      reference: null,
      target: { bound: 'at most', value: 1, of: 'measured' },
    },
  ],
};
