import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Rule } from '../../rules/rule.js';
import { shelveStored } from '../models/shelve-artefacts.js';
import { type FoldedRecord, foldRecord } from './fold-record.js';
import { planOfFiles } from './held-rules.js';
import type { JournalEntry } from './journal-entry.js';
import { UnreadableRecording } from './recorded-message.js';
import type { ReplayCounts } from './replay.js';
import { restoreEngine } from './restore-engine.js';

export interface JournalReplayOptions {
  /** Epoch ms, as printed: what comes later is left out, and time goes on to here after the last record. */
  readonly until: number | null;
  /** Rules that run from here on. */
  readonly onRules: (rules: readonly Rule[]) => void;
  /** What is made of files (default: what they say); the same files must give the same plan. */
  readonly planOf?: (files: readonly SourceFile[]) => Plan;
}

/** Plays an exported journal: gives the events of the running service, byte for byte. */
export class JournalReplay {
  readonly counts: ReplayCounts = { messages: 0, leftOut: 0, first: null, last: null };
  /** Records that the service could not store: what comes after them may differ. */
  lost = 0;
  readonly #options: JournalReplayOptions;
  readonly #planOf: (files: readonly SourceFile[]) => Plan;
  #engine: Engine = createEngine({ rules: [] });
  #files: readonly SourceFile[] = [];
  #plan: Plan = { rules: [] };
  #snapshot: { readonly parts: Uint8Array[]; missing: number } | null = null;
  #hasHead = false;
  /** Wall clock − engine clock, by which the engine's times are printed. */
  #offset = 0;
  #isOver = false;

  constructor(options: JournalReplayOptions) {
    this.#options = options;
    this.#planOf = options.planOf ?? planOfFiles;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** What runs now. */
  get plan(): Plan {
    return this.#plan;
  }

  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes the next line.
   *
   * @throws {UnreadableRecording} it is no journal from its beginning on, or its saved state cannot be read
   */
  take(entry: JournalEntry): readonly AlertEvent[] {
    switch (entry.kind) {
      case 'head':
        this.#begin(entry.files, entry.snapshotBytes);
        return NO_EVENTS;
      case 'artefact':
        shelveStored([entry]);
        return NO_EVENTS;
      case 'snapshot':
        this.#addPart(entry.data);
        return NO_EVENTS;
      default:
        if (!this.#hasHead) throw new UnreadableRecording('it does not begin like an exported journal');
        if (this.#snapshot !== null) throw new UnreadableRecording('its saved state is not complete');
        return this.#fold(entry);
    }
  }

  /** Begins with what is stored, instead of with the first lines of a file. */
  restore(snapshot: { readonly data: Uint8Array; readonly files: readonly SourceFile[] } | null): void {
    this.#hasHead = true;
    if (snapshot === null) return;
    try {
      const { engine, offset } = restoreEngine(snapshot, this.#planOf);
      this.#engine = engine;
      this.#offset = offset;
    } catch (error) {
      throw new UnreadableRecording('its saved state was written by another version of the program', {
        cause: error,
      });
    }
    this.#plan = this.#planOf(snapshot.files);
    this.#options.onRules(this.#plan.rules);
  }

  /** Lets time pass to the end. */
  finish(): readonly AlertEvent[] {
    const { until } = this.#options;
    return until === null ? NO_EVENTS : this.#engine.advance(until - this.#offset);
  }

  #begin(files: readonly SourceFile[], snapshotBytes: number): void {
    if (this.#hasHead) throw new UnreadableRecording('it has two beginnings');
    this.#hasHead = true;
    this.#files = files;
    if (snapshotBytes > 0) this.#snapshot = { parts: [], missing: snapshotBytes };
  }

  #addPart(data: Uint8Array): void {
    const snapshot = this.#snapshot;
    if (snapshot === null) throw new UnreadableRecording('a saved state stands where none is expected');
    snapshot.parts.push(data);
    snapshot.missing -= data.length;
    if (snapshot.missing > 0) return;
    this.#snapshot = null;
    this.restore({ data: Buffer.concat(snapshot.parts), files: this.#files });
  }

  #fold(record: FoldedRecord): readonly AlertEvent[] {
    const { until, onRules } = this.#options;
    const at =
      record.kind === 'message' ? record.message.arrival : record.kind === 'gap' ? record.from : record.time;
    this.#isOver ||= until !== null && at + this.#offset > until;
    if (this.#isOver) {
      if (record.kind === 'message') this.counts.leftOut += 1;
      return NO_EVENTS;
    }
    if (record.kind === 'message') this.#count(at + this.#offset);
    if (record.kind === 'offset') this.#offset = record.offset;
    if (record.kind === 'lost') this.lost += record.count;
    return foldRecord(this.#engine, record, (files) => {
      this.#plan = this.#planOf(files);
      onRules(this.#plan.rules);
      return this.#plan;
    });
  }

  #count(arrival: number): void {
    this.counts.messages += 1;
    this.counts.first ??= arrival;
    this.counts.last = arrival;
  }
}

const NO_EVENTS: readonly AlertEvent[] = Object.freeze([]);
