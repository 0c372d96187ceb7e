import { join } from 'node:path';
import { expect } from 'vitest';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { KEEP_ALL, type Kept, NaiveHistory, TestedHistory } from '../../runtime/history/history-fixture.js';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import { type Crash, CrashDisk } from './crash-disk.js';
import type { FileOperation, FolderContent } from './file-operation.js';
import { NO_JOURNAL } from './history-player.js';
import { historyStory } from './history-story.js';
import { type Recording, recorded, writeFolder } from './recording.js';

interface Found {
  readonly kept: Map<string, Kept>;
  /** How many records the journal has taken in all. */
  readonly records: number;
  readonly told: readonly string[];
}

/** After a power cut a commit that was not finished may look like one that was lost. */
const UNSURE = /^the write-ahead log is damaged: up to \d+ commits/;

/** Journal and history together: what leaves the one must be in the other, whenever the power goes. */
export class HistoryCrashes {
  readonly recording: Recording;
  readonly #folder: string;
  readonly #records: readonly JournalRecord[];
  readonly #acknowledged: readonly number[];
  /** What is kept after so many records. */
  readonly #after = new Map<number, Map<string, Kept>>();

  private constructor(folder: string, records: readonly JournalRecord[], recording: Recording) {
    this.#folder = folder;
    this.#records = records;
    this.recording = recording;
    this.#acknowledged = acknowledgedIn(recording.operations);
  }

  static async record(scratch: string, seed: number, commits: number): Promise<HistoryCrashes> {
    const recording = await recorded(scratch, new Map(), ['play-history.js', String(seed), String(commits)]);
    return new HistoryCrashes(join(scratch, 'crash'), historyStory(seed, commits).flat(), recording);
  }

  killedAt(place: number): FolderContent {
    const disk = new CrashDisk(this.recording.initial, this.recording.operations);
    disk.advance(place);
    return disk.crashed({ kind: 'kill' });
  }

  check(disk: CrashDisk, crash: Crash): void {
    writeFolder(this.#folder, disk.crashed(crash));
    const { kept, records, told } = start(this.#folder);
    expect(told.filter((line) => crash.kind !== 'powerCut' || !UNSURE.test(line))).toEqual([]);
    expect(records).toBeGreaterThanOrEqual(this.#acknowledged[disk.place] ?? 0);
    expect(kept).toEqual(this.#expected(records));
  }

  #expected(records: number): Map<string, Kept> {
    const expected = this.#after.get(records) ?? naive(this.#records.slice(0, records));
    this.#after.set(records, expected);
    return expected;
  }
}

/** A start on a damaged `history.db`, and a crash while what can be read is brought back. */
export class HistorySalvageCrashes {
  readonly recording: Recording;
  readonly #folder: string;
  readonly #whole: Found;

  private constructor(folder: string, whole: Found, recording: Recording) {
    this.#folder = folder;
    this.#whole = whole;
    this.recording = recording;
  }

  static async record(scratch: string, damaged: FolderContent): Promise<HistorySalvageCrashes> {
    const folder = join(scratch, 'salvaged');
    writeFolder(folder, damaged);
    const whole = start(folder);
    return new HistorySalvageCrashes(folder, whole, await recorded(scratch, damaged, ['play-history.js']));
  }

  get told(): readonly string[] {
    return this.#whole.told;
  }

  /** How many series there are readings of. */
  get series(): number {
    return this.#whole.kept.size;
  }

  check(disk: CrashDisk, crash: Crash): void {
    writeFolder(this.#folder, disk.crashed(crash));
    const { kept } = start(this.#folder);
    expect(kept).toEqual(this.#whole.kept);
  }
}

function start(folder: string): Found {
  const site = new StoredSite(folder, { retention: NO_JOURNAL });
  const { problems } = site.tail();
  const history = new TestedHistory(folder, KEEP_ALL, { monotonic: () => 0 });
  history.lookThrough();
  const kept = history.everything();
  history.close();
  site.store.close(true);
  return {
    kept,
    records: site.found.next.seq - 1,
    told: [...site.found.problems, ...problems, ...history.said],
  };
}

function naive(records: readonly JournalRecord[]): Map<string, Kept> {
  const history = new NaiveHistory();
  for (const record of records) if (record.kind === 'message') history.add(record);
  return history.everything();
}

function acknowledgedIn(operations: readonly FileOperation[]): number[] {
  let acknowledged = 0;
  return [
    0,
    ...operations.map((operation) => {
      if (operation.kind === 'mark') {
        acknowledged = Number(/^stored (\d+)$/.exec(operation.text)?.[1] ?? acknowledged);
      }
      return acknowledged;
    }),
  ];
}
