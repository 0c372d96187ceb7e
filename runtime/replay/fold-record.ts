import type { AlertEvent } from '../../rules/alert-event.js';
import type { Engine, Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { JournalMessage, JournalRecord } from '../storage/journal-record.js';
import { planOfFiles } from './held-rules.js';
import { warmedEngine } from './warmed.js';

/** A record as far as the engine needs it: of a message only what was made of it. */
export type FoldedRecord = Exclude<JournalRecord, JournalMessage> | Pick<JournalMessage, 'kind' | 'message'>;

/**
 * Takes one record of the journal into the engine: the one way from records to events, when the program runs, when it
 * starts again, and in a replay. Time passes up to the record first; a message does that itself, and in a gap it does not
 * pass. Hidden events are among those it gives, as the engine gives them.
 *
 * @param planOf what files say; the same files must give the same plan
 */
export function foldRecord(
  engine: Engine,
  record: FoldedRecord,
  planOf: (files: readonly SourceFile[]) => Plan = planOfFiles,
): readonly AlertEvent[] {
  switch (record.kind) {
    case 'message':
      return engine.message(record.message);
    case 'gap':
      return engine.gap(record.from, record.to);
    default: {
      const before = engine.advance(record.time);
      const after = apply(engine, record, planOf);
      return before.length === 0 ? after : after.length === 0 ? before : [...before, ...after];
    }
  }
}

function apply(
  engine: Engine,
  record: Exclude<FoldedRecord, { kind: 'message' | 'gap' }>,
  planOf: (files: readonly SourceFile[]) => Plan,
): readonly AlertEvent[] {
  switch (record.kind) {
    case 'offset':
      return engine.offset(record.offset);
    case 'command': {
      const result = engine.command(record.command);
      // Live it was refused too, and changed nothing.
      return result.kind === 'done' ? result.events : NO_EVENTS;
    }
    case 'connection':
      return engine.connection(record.name, record.isUp);
    case 'silence':
      return engine.silence(record.topic, record.isSilent);
    case 'plan': {
      const plan = planOf(record.files);
      const { warmed } = record;
      return engine.replan(plan, warmed === undefined ? null : warmedEngine(plan, warmed));
    }
    case 'tick':
    case 'lost':
      return NO_EVENTS;
  }
}

const NO_EVENTS: readonly AlertEvent[] = Object.freeze([]);
