import type { Message } from '../../rules/reading.js';
import type { Warmed } from '../storage/journal-record.js';
import { JOURNAL_FORMAT, type JournalEntry } from './journal-entry.js';

/** A line of an exported journal, without its line break. `parseJournalLine` reads it. */
export function journalLine(entry: JournalEntry): string {
  return JSON.stringify(content(entry));
}

function content(entry: JournalEntry): object {
  switch (entry.kind) {
    case 'head': {
      const { program, gateway, files, snapshotBytes } = entry;
      return { journal: JOURNAL_FORMAT, program, gateway, plan: files, snapshotBytes };
    }
    case 'artefact':
      return { artefact: entry.text };
    case 'snapshot':
      return { snapshot: Buffer.from(entry.data).toString('base64') };
    case 'message':
      return messageContent(entry.message);
    case 'gap':
      return { gap: { from: entry.from, to: entry.to } };
    case 'offset':
      return { offset: entry.offset, at: entry.time };
    case 'command':
      return { command: entry.command, at: entry.time };
    case 'connection':
      return { connection: entry.name, up: entry.isUp, at: entry.time };
    case 'silence':
      return { silence: entry.topic, silent: entry.isSilent, at: entry.time };
    case 'plan':
      return { plan: entry.files, at: entry.time, ...warmedContent(entry.warmed) };
    case 'tick':
      return { tick: entry.time };
    case 'lost':
      return { lost: entry.count, at: entry.time };
  }
}

function warmedContent(warmed: Warmed | undefined): object {
  if (warmed === undefined) return {};
  const { units, state, tail } = warmed;
  return { warmed: { units, state: Buffer.from(state).toString('base64'), tail } };
}

/** As a line of a recording, so that other programs can read the messages of a journal too. */
function messageContent({ topic, payload, time, arrival, grace, retain, source }: Message): object {
  return {
    time,
    arrives: arrival,
    topic,
    payload,
    ...(grace === undefined ? {} : { grace }),
    ...(retain === true ? { retain } : {}),
    ...(source === undefined ? {} : { source }),
  };
}
