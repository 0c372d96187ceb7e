import { planOfFiles } from '../../../runtime/replay/held-rules.js';
import type { StoredRecord } from './evidence.js';
import { lines } from './tocsin-command.js';

/** What `tocsin export --journal` wrote, as far as a judge of it needs to understand it. */
export function exportedJournal(text: string): StoredRecord[] {
  return lines(text).slice(1).map(recordOf);
}

function recordOf(line: string): StoredRecord {
  const entry = JSON.parse(line);
  if ('topic' in entry) {
    const { topic, payload, time, arrives: arrival } = entry;
    return { kind: 'message', message: { topic, payload, time, arrival } };
  }
  if ('gap' in entry) return { kind: 'gap', gap: entry.gap };
  if ('command' in entry) return { kind: 'command', time: entry.at, command: entry.command };
  if ('plan' in entry) {
    const warmed = entry.warmed?.units ?? [];
    return { kind: 'plan', time: entry.at, plan: planOfFiles(entry.plan), warmed };
  }
  return { kind: 'other', time: entry.at ?? entry.tick };
}
