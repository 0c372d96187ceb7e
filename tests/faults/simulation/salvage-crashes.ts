import { join } from 'node:path';
import { expect } from 'vitest';
import { databaseFailure } from '../../../runtime/storage/database.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import type { Recovery } from '../../../runtime/storage/ledger.js';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import type { Crash, CrashDisk } from './crash-disk.js';
import type { FolderContent } from './file-operation.js';
import { type Recording, recorded, writeFolder } from './recording.js';
import { contentFound, type StoryContent } from './story-content.js';
import { LITTLE } from './story-player.js';

interface Found {
  readonly stop: Recovery['stop'];
  readonly content: StoryContent;
  readonly told: readonly string[];
  readonly isHoled: boolean;
}

/**
 * A start on a damaged database, and a crash while what can be read is saved: the next start finds as much as if there had
 * been none, and says so.
 */
export class SalvageCrashes {
  readonly recording: Recording;
  readonly #folder: string;
  readonly #whole: Found;

  private constructor(folder: string, whole: Found, recording: Recording) {
    this.#folder = folder;
    this.#whole = whole;
    this.recording = recording;
  }

  /** @param damaged the folder as the start finds it */
  static async record(scratch: string, damaged: FolderContent): Promise<SalvageCrashes> {
    const folder = join(scratch, 'salvaged');
    writeFolder(folder, damaged);
    const whole = start(folder);
    return new SalvageCrashes(folder, whole, await recorded(scratch, damaged, ['play-start.js']));
  }

  /** What a start without a crash says. */
  get told(): readonly string[] {
    return this.#whole.told;
  }

  check(disk: CrashDisk, crash: Crash): void {
    writeFolder(this.#folder, disk.crashed(crash));
    const { stop, content, told, isHoled } = start(this.#folder);
    expect(content).toEqual(this.#whole.content);
    // A clean stop is trusted. After a kill all is looked through, also what a start has no need of, and that is said.
    const isLookedThrough = this.#whole.stop === 'clean' && stop !== 'clean';
    if (isHoled && isLookedThrough) expect(told).not.toEqual([]);
    else expect(isHoled).toBe(this.#whole.isHoled);
    const isDone = disk.place >= this.#startedAt;
    if (!isDone && this.#whole.told.length > 0) expect(told).not.toEqual([]);
    const again = start(this.#folder);
    expect(again.content).toEqual(content);
  }

  /** From here on the start that was recorded has said what it had to say. */
  get #startedAt(): number {
    return this.recording.operations.findIndex((operation) => operation.kind === 'mark');
  }
}

function start(folder: string): Found {
  const site = new StoredSite(folder, { ...LITTLE });
  const { records, problems } = site.tail();
  const content = contentLookedThrough(site, records);
  site.store.close(true);
  const { stop, isHoled, problems: found } = site.found;
  return { stop, content, told: [...found, ...problems], isHoled };
}

/** A start after a clean stop does not look at all of it: what is damaged there the program finds a minute later. */
function contentLookedThrough(site: StoredSite, records: readonly JournalRecord[]): StoryContent {
  try {
    return contentFound(site, records);
  } catch (error) {
    if (databaseFailure(error) !== 'damaged') throw error;
    while (site.store.maintain().hasMore) {}
    return contentFound(site, records);
  }
}

/** Spoils some pages of a file, or its beginning. */
export function spoilt(content: FolderContent, name: string, random: () => number): FolderContent {
  const bytes = Buffer.from(content.get(name) ?? '');
  if (random() < 0.3) bytes.fill(0xa5, 0, Math.min(bytes.length, PAGE_BYTES));
  for (let i = 0; i < 3; i++) {
    const at = PAGE_BYTES * Math.floor((random() * bytes.length) / PAGE_BYTES);
    bytes.fill(0xa5, at, Math.min(bytes.length, at + PAGE_BYTES));
  }
  return new Map([...content, [name, bytes]]);
}

const PAGE_BYTES = 4_096;
