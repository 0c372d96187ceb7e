import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import { partOf } from '../../../rules/engine/plan-split.js';
import type { Engine } from '../../../rules/engine.js';
import type { Message } from '../../../rules/reading.js';
import type { StoredGap, StoredRecord } from './evidence.js';

/**
 * The events of a run that got the same messages and was never killed: by the pure engine, with the gaps cut out of time.
 * What remains of a delay, a hold or a window when the program is killed is what remains of it when it is back, so the
 * events must be the same, times aside. It uses neither gaps nor snapshots.
 *
 * Readings keep their order in time: all are moved by as much, so that none is later than its arrival.
 */
export function uninterruptedEvents(records: readonly StoredRecord[]): AlertEvent[] {
  const engine = createEngine({ rules: [] });
  const gaps = records.flatMap((record) => (record.kind === 'gap' ? [record.gap] : []));
  const cutInAll = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const events: AlertEvent[] = [];
  const past: Message[] = [];
  for (const record of records) {
    switch (record.kind) {
      case 'message': {
        const { message } = record;
        const arrival = withoutGaps(message.arrival, gaps);
        // The engine would cut it too, but by an arrival that is moved by less.
        const time = Math.min(message.time, message.arrival) - cutInAll;
        past.push({ ...message, time, arrival });
        events.push(...engine.message({ ...message, time, arrival }));
        break;
      }
      case 'command': {
        events.push(...engine.advance(withoutGaps(record.time, gaps)));
        const result = engine.command(record.command);
        if (result.kind === 'done') events.push(...result.events);
        break;
      }
      case 'plan':
        events.push(...engine.advance(withoutGaps(record.time, gaps)));
        events.push(...engine.replan(record.plan, alwaysThere(record, past)));
        break;
      case 'other':
        events.push(...engine.advance(withoutGaps(record.time, gaps)));
        break;
      case 'gap':
        break;
    }
  }
  return events;
}

/** An engine in which rules that were warmed up have seen everything since the beginning; `null`: none were. */
function alwaysThere(
  { plan, warmed }: Extract<StoredRecord, { kind: 'plan' }>,
  past: readonly Message[],
): Engine | null {
  if (warmed.length === 0) return null;
  const engine = createEngine(partOf(plan, new Set(warmed)));
  for (const message of past) engine.message(message);
  return engine;
}

/** A time on a clock that stands still in gaps; times in one are its beginning. */
function withoutGaps(time: number, gaps: readonly StoredGap[]): number {
  let cut = 0;
  for (const { from, to } of gaps) if (time > from) cut += Math.min(time, to) - from;
  return time - cut;
}
