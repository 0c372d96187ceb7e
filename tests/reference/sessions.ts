import type { Aggregate, Window } from '../../rules/rule.js';
import { graceChanges } from './graces.js';
import type { Reading } from './series.js';
import type { Source } from './source.js';
import { passes } from './windows.js';

export interface Session {
  readonly readings: readonly Reading[];
  /** When it is over: the gap after its last reading, or its greatest length after its first. */
  readonly end: number;
  /** When its value appears: later by the grace. */
  readonly closesAt: number;
  /** The turn that closed it, where its source does not wait any more; 0: time did. */
  readonly closedBy: number;
}

type Lengths = Extract<Window, { kind: 'session' }>;

/**
 * The sessions of all readings that came, in order; those that are not closed yet last. A reading enters the first
 * session that is not closed and that it was measured before the end of, unless it is late and older than its first one; it
 * makes the session longer if that is the last. What enters none opens another, unless it is late.
 */
export function sessionsOf({ where }: Aggregate, window: Lengths, source: Source): Session[] {
  const changes = graceChanges(source.came);
  let sessions: Session[] = [];
  let closed = 0;
  let grace = 0;
  for (const reading of source.came) {
    while (closed < sessions.length && (sessions[closed]?.closesAt ?? 0) <= reading.arrival) closed += 1;
    const change = changes.find(({ turn }) => turn === reading.turn);
    if (change !== undefined && change.grace !== grace) {
      grace = change.grace;
      sessions = sessions.map((one, index) => (index < closed ? one : waiting(one, grace, reading)));
      while (closed < sessions.length && (sessions[closed]?.closesAt ?? 0) <= reading.arrival) closed += 1;
    }
    if (!passes(reading, where)) continue;
    // Gaps since then moved the ends of sessions, and not when it was measured.
    const measured = reading.time + (reading.arrival - reading.step);
    const index = sessions.findIndex(({ end }, at) => at >= closed && measured < end);
    const open = sessions[index];
    if (open === undefined) {
      if (!reading.late) sessions.push(lengthened([reading], window, grace));
    } else if (!reading.late || reading.time >= (open.readings[0]?.time ?? 0)) {
      const readings = [...open.readings, reading];
      const isLast = index === sessions.length - 1;
      sessions[index] = isLast ? lengthened(readings, window, grace) : { ...open, readings };
    }
  }
  return sessions;
}

function lengthened(readings: readonly Reading[], { gapMs, longestMs }: Lengths, grace: number): Session {
  const quietAt = (readings.at(-1)?.arrival ?? 0) + gapMs;
  const end = longestMs === null ? quietAt : Math.min(quietAt, (readings[0]?.arrival ?? 0) + longestMs);
  return { readings, end, closesAt: end + grace, closedBy: 0 };
}

/** With another grace from a reading on, which may close it at once, before the reading comes in. */
function waiting(session: Session, grace: number, { arrival, turn }: Reading): Session {
  const closesAt = session.end + grace;
  return closesAt > arrival
    ? { ...session, closesAt, closedBy: 0 }
    : { ...session, closesAt: arrival, closedBy: turn };
}
