import { EMBEDDED } from '../../firmware-bridge/broker-rejections.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Intake } from '../intake/intake.js';
import type { Redeliveries } from '../intake/redeliveries.js';
import { TopicEntry, type TopicTable } from '../intake/topic-table.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { shelveStored } from '../models/shelve-artefacts.js';
import { foldRecord } from '../replay/fold-record.js';
import { allFiles, planOfFiles } from '../replay/held-rules.js';
import { unpackContent } from '../replay/snapshot-content.js';
import type { JournalMessage, JournalRecord } from '../storage/journal-record.js';
import type { Recovery } from '../storage/ledger.js';

/** What remembers beside the engine what has come in. */
export interface IntakeMemory {
  readonly intake: Intake;
  readonly topics: TopicTable;
  readonly redeliveries: Redeliveries;
}

/** The program as it was after the last record. */
export interface Recovered {
  readonly engine: Engine;
  /** The files of the plan that the engine runs. */
  readonly files: readonly SourceFile[];
  readonly records: number;
  /** What could not be used, for people. */
  readonly problems: readonly string[];
}

/**
 * Brings engine and intake to where they were: the newest snapshot, then every record after it. The events that come of
 * it are those that were kept with the records, and are left out.
 */
export async function recover(recovery: Recovery, memory: IntakeMemory): Promise<Recovered> {
  shelveStored(recovery.artefacts);
  await modelKindsFor(allFiles(recovery.snapshot?.files ?? []));
  const restored = restore(recovery, memory);
  const { engine } = restored;
  let { files, offset } = restored;
  let records = 0;
  for await (const batch of recovery.tail()) {
    records += batch.length;
    for (const record of batch) {
      if (record.kind === 'plan') await modelKindsFor(allFiles(record.files));
      foldRecord(engine, record);
      if (record.kind === 'plan') files = record.files;
      if (record.kind === 'offset') offset = record.offset;
      remember(record, offset, memory);
    }
  }
  return { engine, files, records, problems: restored.problems };
}

interface Restored {
  readonly engine: Engine;
  readonly files: readonly SourceFile[];
  readonly offset: number;
  readonly problems: readonly string[];
}

function restore({ snapshot }: Recovery, { topics, redeliveries }: IntakeMemory): Restored {
  const nothing: Restored = { engine: createEngine({ rules: [] }), files: [], offset: 0, problems: [] };
  if (snapshot === null) return nothing;
  const { files } = snapshot;
  try {
    const content = unpackContent(snapshot.data);
    const engine = createEngine(planOfFiles(files));
    engine.load(content.engine);
    topics.load(content.topics);
    redeliveries.load(content.redeliveries);
    return { engine, files, offset: content.offset, problems: [] };
  } catch (error) {
    // Another version of the program or of Node.js wrote it: the rules begin anew rather than not at all.
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ...nothing,
      engine: createEngine(planOfFiles(files)),
      files,
      problems: [`the saved state of the rules cannot be read, they begin anew: ${reason}`],
    };
  }
}

function remember(record: JournalRecord, offset: number, memory: IntakeMemory): void {
  if (record.kind === 'message') {
    memory.intake.remember(record, offset);
    rememberPacket(record, memory);
  } else if (record.kind === 'silence') {
    const entry = memory.topics.find(record.topic);
    if (entry instanceof TopicEntry) entry.pulse.isSilent = record.isSilent;
  }
}

function rememberPacket(
  { message, sender, packetId, fingerprint }: JournalMessage,
  memory: IntakeMemory,
): void {
  if (packetId === null) return;
  const { source = EMBEDDED, arrival } = message;
  memory.redeliveries.remember(source, sender, packetId, fingerprint, arrival);
}
