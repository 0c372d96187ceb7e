import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { expect } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Snapshot } from '../../../rules/engine.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import { planOfFiles } from '../../../runtime/replay/held-rules.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { message, numbersIn } from '../../runtime/storage/ledger-fixture.js';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import { type Crash, CrashDisk } from './crash-disk.js';
import type { FileOperation, FolderContent } from './file-operation.js';
import { engineKey, plantStory, RULE_FILES, type StoryStep } from './plant-story.js';
import { type Recording, recorded, writeFolder } from './recording.js';
import { contentFound, NaiveLedger, type StoryContent } from './story-content.js';
import { LITTLE } from './story-player.js';

/** What was acknowledged must be there, and nothing but what was begun may be. */
interface Span {
  readonly acknowledged: number;
  readonly begun: number;
}

/** After a power cut a commit that was not finished may look like one that was lost: that is said, and is no lie. */
const UNSURE = /^the write-ahead log is damaged: up to \d+ commits/;

/** One run of the story under a recorder, and what starts find after a crash anywhere in it. */
export class StoryCrashes {
  readonly recording: Recording;
  readonly #scratch: string;
  readonly #story: readonly StoryStep[];
  readonly #spans: readonly Span[];
  readonly #expected = new Map<number, StoryContent>();
  /** Steps after which the rules were looked at. */
  readonly #rulesLookedAt = new Set<number>();
  #copies = 0;

  private constructor(scratch: string, story: readonly StoryStep[], recording: Recording, from: number) {
    this.#scratch = scratch;
    this.#story = story;
    this.recording = recording;
    this.#spans = spansOf(recording.operations, from);
  }

  /** @param from how many steps of it are in `initial` already */
  static async record(
    scratch: string,
    {
      seed,
      steps,
      from = 0,
      initial = new Map(),
    }: { seed: number; steps: number; from?: number; initial?: FolderContent },
  ): Promise<StoryCrashes> {
    const recording = await recorded(scratch, initial, [
      'play-story.js',
      String(seed),
      String(steps),
      String(from),
    ]);
    return new StoryCrashes(scratch, plantStory(seed, steps), recording, from);
  }

  /** The same, had the program done something else to its files: a check of the checks. */
  had(operations: readonly FileOperation[]): StoryCrashes {
    return new StoryCrashes(this.#scratch, this.#story, { ...this.recording, operations }, 0);
  }

  /** What a kill leaves before an operation. */
  killedAt(place: number): FolderContent {
    const disk = new CrashDisk(this.recording.initial, this.recording.operations);
    disk.advance(place);
    return disk.crashed({ kind: 'kill' });
  }

  /** Starts on what a crash has left, and checks it. @returns after which step the ledger stands, and what was left */
  check(disk: CrashDisk, crash: Crash): { readonly steps: number; readonly left: FolderContent } {
    const left = disk.crashed(crash);
    const folder = join(this.#scratch, `crash-${this.#copies++ % 2}`);
    writeFolder(folder, left);
    const site = new StoredSite(folder, { ...LITTLE });
    const { records, problems } = site.tail();
    const told = [...site.found.problems, ...problems];
    expect(crash.kind === 'powerCut' ? told.filter((line) => !UNSURE.test(line)) : told).toEqual([]);
    expect(site.found.isHoled).toBe(false);
    const steps = this.#stepOf(contentFound(site, records), disk.place);
    this.#lookAtRules(steps, site, records);
    this.#goOn(folder, site);
    return { steps, left };
  }

  #stepOf(found: StoryContent, place: number): number {
    const { acknowledged, begun } = this.#spans[place] ?? { acknowledged: 0, begun: 0 };
    for (let step = begun; step >= acknowledged; step--) {
      if (JSON.stringify(found) === JSON.stringify(this.#content(step))) return step;
    }
    // It is neither: the difference to what was acknowledged is what people want to see.
    expect(found).toEqual(this.#content(acknowledged));
    return acknowledged;
  }

  #content(steps: number): StoryContent {
    const content = this.#expected.get(steps) ?? NaiveLedger.after(this.#story, steps);
    this.#expected.set(steps, content);
    return content;
  }

  /** From what was found the rules are where they were: all later events are those of a run without a crash. */
  #lookAtRules(steps: number, { found }: StoredSite, records: readonly JournalRecord[]): void {
    if (this.#rulesLookedAt.has(steps) || steps === 0) return;
    this.#rulesLookedAt.add(steps);
    const engine = createEngine(found.snapshot === null ? { rules: [] } : planOfFiles(RULE_FILES));
    if (found.snapshot !== null) engine.load(deserialize(found.snapshot.data) as Snapshot);
    for (const record of records) foldRecord(engine, record);
    expect(engineKey(engine.save().data)).toBe(this.#story[steps - 1]?.engine);
  }

  /** What was repaired is so for good, and what comes next is stored. */
  #goOn(folder: string, site: StoredSite): void {
    site.commit({ records: [message(GOES_ON)] });
    site.store.close(true);
    const again = new StoredSite(folder, { ...LITTLE });
    const { records, problems } = again.tail();
    expect([...again.found.problems, ...problems]).toEqual([]);
    expect(numbersIn(records).at(-1)).toBe(GOES_ON);
    again.store.close(true);
  }
}

const GOES_ON = 999_999_999;

/** For each moment between two operations. */
function spansOf(operations: readonly FileOperation[], from: number): Span[] {
  let span: Span = { acknowledged: from, begun: from };
  const spans = [span];
  for (const operation of operations) {
    if (operation.kind === 'mark') {
      const [what, number] = operation.text.split(' ');
      const steps = Number(number) + 1;
      span = what === 'begun' ? { ...span, begun: steps } : { ...span, acknowledged: steps };
    }
    spans.push(span);
  }
  return spans;
}
