import type { JournalEntry } from '../replay/journal-entry.js';
import { journalLine } from '../replay/journal-line.js';
import { timeOf } from '../storage/journal-record.js';
import type { JournalPart, StateReader } from '../storage/state-reader.js';
import { CannotRun } from './command.js';
import { reading } from './site-state.js';
import type { TextOutput } from './text-output.js';

export interface ExportOptions {
  readonly dataFolder: string;
  readonly gateway: string;
  /** The version of the program. */
  readonly program: string;
  /** Engine time; `null`: as far back as there is. */
  readonly from: number | null;
  /** Engine time; `null`: to the end. */
  readonly to: number | null;
}

/** Saved states can be large, and lines that are too long are a burden to every reader. */
const SNAPSHOT_PART_BYTES = 384 * 1024;

/**
 * Writes the journal that is stored, in a form that can be replayed; gives lines about what cannot be read of it.
 *
 * @throws {CannotRun} nothing is stored
 */
export async function exportJournal(options: ExportOptions, output: TextOutput): Promise<readonly string[]> {
  const { dataFolder, from } = options;
  return reading(dataFolder, async (stored) => {
    if (stored === null) throw new CannotRun(`nothing is stored in ${dataFolder} yet`);
    const part = from === null ? stored.journal() : stored.journal(seqFrom(stored, from));
    return writePart(part, options, output);
  });
}

/** The number of the first record that is not before a time: rows are found by their time, records by going through them. */
function seqFrom(stored: StateReader, from: number): number {
  const { seq, records } = stored.journal(stored.seqAt(from));
  let next = seq;
  for (const batch of records(() => undefined)) {
    for (const record of batch) {
      if (timeOf(record) >= from) return next;
      next += 1;
    }
  }
  return next;
}

async function writePart(
  { snapshot, artefacts, records }: JournalPart,
  { gateway, program, to }: ExportOptions,
  output: TextOutput,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const write = (entry: JournalEntry) => output.add(`${journalLine(entry)}\n`);
  const data = snapshot?.data ?? new Uint8Array();
  write({ kind: 'head', program, gateway, files: snapshot?.files ?? [], snapshotBytes: data.length });
  for (const { text } of artefacts) {
    write({ kind: 'artefact', text });
    if (output.isFull) await output.flush();
  }
  for (let at = 0; at < data.length; at += SNAPSHOT_PART_BYTES) {
    write({ kind: 'snapshot', data: data.subarray(at, at + SNAPSHOT_PART_BYTES) });
    if (output.isFull) await output.flush();
  }
  for (const batch of records((text) => problems.push(text))) {
    for (const record of batch) {
      if (to !== null && timeOf(record) > to) {
        await output.flush();
        return problems;
      }
      write(record);
    }
    if (output.isFull) await output.flush();
  }
  await output.flush();
  return problems;
}
