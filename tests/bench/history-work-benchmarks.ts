/** What history costs while it is made, and what a rule with a long window waits for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../rules/create-engine.js';
import { HistoryStore } from '../../runtime/history/history-store.js';
import { mergedMessages } from '../../runtime/history/merged-messages.js';
import { StoredHistory } from '../../runtime/history/stored-history.js';
import { planOfFiles } from '../../runtime/replay/held-rules.js';
import { CommitBuilder } from '../../runtime/storage/commit-builder.js';
import { LedgerStore } from '../../runtime/storage/ledger-store.js';
import { TopicNumbers } from '../../runtime/storage/topic-numbers.js';
import { foldPast } from '../../runtime/warm-up/fold-past.js';
import type { Benchmark, Row, Sample } from './benchmark.js';
import { fillHistory, KEEP_ALL, type Plant, rounds } from './filled-history.js';
import { measure } from './measure.js';
import { START } from './message-stream.js';

const HISTORY_FILE = 'history.db';

/** A thousand that send every second, for as long as it takes until some are due each second. */
const BUSY: Plant = { series: 1_000, everyMs: 1_000, times: 1_500 };

/** How long the longest piece of the history worker's work takes, checkpoints included, while it works all of it off. */
const longestPiece: Benchmark = {
  id: 'history/longest-piece',
  run: (scale) =>
    inFolder((folder) => {
      fillJournal(folder, { ...BUSY, times: Math.ceil(BUSY.times * scale) });
      // What filling left behind is not the worker's to clear away.
      globalThis.gc?.();
      const store = new HistoryStore(folder, { ...KEEP_ALL, seriesMax: BUSY.series });
      let longest: Sample | null = null;
      for (let hasMore = true; hasMore; ) {
        const cpu = process.cpuUsage();
        const start = performance.now();
        hasMore = store.work().hasMore;
        const { user, system } = process.cpuUsage(cpu);
        const wallNs = 1e6 * (performance.now() - start);
        const piece = { operations: 1, wallNs, cpuNs: 1e3 * (user + system), bytes: 0, result: 0 };
        if (longest === null || piece.cpuNs > longest.cpuNs) longest = piece;
      }
      store.close();
      if (longest === null) throw new Error('there was nothing to do');
      return longest;
    }),
};

function fillJournal(folder: string, plant: Plant): void {
  const store = new LedgerStore({ reserveBytes: 0 });
  const found = store.open(folder);
  const builder = new CommitBuilder(new TopicNumbers(found.next.topic), null);
  let { commit: number, seq } = found.next;
  for (const records of rounds(plant)) {
    builder.addRecords(
      records.map((one) => ({ ...one, bytes: Buffer.from(JSON.stringify(one.message.payload)) })),
    );
    const journal = builder.takeJournal();
    store.commit({ number, time: START, seq, journal, changes: builder.takeChanges() }, false);
    number += 1;
    seq += records.length;
  }
  store.close(true);
}

/** A day of a hundred that send every ten seconds. */
const DAY: Plant = { series: 100, everyMs: 10_000, times: 8_640 };
const RULE = {
  id: 'day',
  inputs: { t: 'plant/{line}/{machine}/temperature' },
  when: { avg: 't', over: '24h', above: 1_000 },
};
const FILES = [{ path: 'rules/day.json', text: JSON.stringify({ rules: [RULE] }) }];

const warmUp: Benchmark = {
  id: 'history/warm-up',
  run: (scale) =>
    inFolder((folder) => {
      const { readings } = filledDay(folder, scale);
      return measure(1, () => {
        const { messages } = foldPast({
          dataFolder: folder,
          history: { ...KEEP_ALL, seriesMax: DAY.series },
          graces: [],
          files: FILES,
          artefacts: [],
          units: [RULE.id],
          from: START,
          readingsMax: Number.MAX_SAFE_INTEGER,
          after: null,
        });
        if (messages !== readings) throw new Error(`it saw ${messages} of ${readings} readings`);
        return messages;
      });
    }),
};

/** The rule alone: the same messages from memory. */
const windowAlone: Benchmark = {
  id: 'history/warm-up-memory',
  run: (scale) =>
    inFolder((folder) => {
      filledDay(folder, scale);
      const history = StoredHistory.open(folder, { ...KEEP_ALL, seriesMax: DAY.series });
      const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
      const messages = Array.from(mergedMessages(history, history.series(), all), (message) => ({
        ...message,
        arrival: message.time,
      }));
      history.close();
      const engine = createEngine(planOfFiles(FILES));
      return measure(1, () => {
        for (const message of messages) engine.message(message);
        engine.save();
        return messages.length;
      });
    }),
};

function filledDay(folder: string, scale: number): { readonly readings: number } {
  const plant = { ...DAY, times: Math.max(2, Math.ceil(DAY.times * scale)) };
  const { db, readings } = fillHistory(join(folder, HISTORY_FILE), plant);
  db.close();
  return { readings };
}

function inFolder(work: (folder: string) => Sample): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const historyWorkRows: readonly Row[] = [
  {
    what: '1,000 sensors, a reading a second each: the longest piece of work of the thread that makes chunks',
    benchmark: longestPiece,
    unit: 'ms',
    reference: null,
    target: { bound: 'at most', value: 50, of: 'measured' },
  },
  {
    what: 'warm-up: a new average over 24 h sees a day of 100 sensors, a reading every 10 s',
    benchmark: warmUp,
    unit: 'ms',
    reference: { name: 'the same messages from memory', benchmark: windowAlone, compare: 'ratio' },
    target: null,
  },
];
