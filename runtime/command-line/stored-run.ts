import { modelKindsFor } from '../models/model-kinds.js';
import { shelveStored } from '../models/shelve-artefacts.js';
import { allFiles } from '../replay/held-rules.js';
import { JournalReplay } from '../replay/journal-replay.js';
import type { StateReader } from '../storage/state-reader.js';
import type { Io } from './command.js';

/** The engine as it was when something was last stored; a new one where nothing ever was. */
export async function storedRun(stored: StateReader | null, io: Io): Promise<JournalReplay> {
  const replay = new JournalReplay({ until: null, onRules: () => undefined });
  if (stored === null) return replay;
  const part = stored.journal();
  shelveStored(part.artefacts);
  await modelKindsFor(allFiles(part.snapshot?.files ?? []));
  replay.restore(part.snapshot);
  for (const records of part.records((text) => io.stderr.write(`${text}\n`))) {
    for (const record of records) {
      if (record.kind === 'plan') await modelKindsFor(allFiles(record.files));
      replay.take(record);
    }
  }
  return replay;
}
