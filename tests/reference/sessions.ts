import type { Aggregate, Window } from '../../rules/rule.js';
import type { Reading } from './series.js';
import type { Source } from './source.js';
import { passes } from './windows.js';

export interface Session {
  readonly readings: Reading[];
  /** When the next reading opens another: the gap after its last one, or its greatest length after its first. */
  readonly closesAt: number;
}

/**
 * The sessions of all readings that came, in order; the last one may still be open. A late reading enters the open
 * session if it is not older than its first one, and is left out otherwise.
 */
export function sessionsOf(
  { where }: Aggregate,
  window: Extract<Window, { kind: 'session' }>,
  source: Source,
) {
  const sessions: Session[] = [];
  for (const reading of source.came.filter((one) => passes(one, where))) {
    const open = sessions.at(-1);
    const isOpen = open !== undefined && reading.arrival < open.closesAt;
    if (isOpen) {
      const isOlder = reading.time < (open.readings[0]?.time ?? 0);
      if (!reading.late || !isOlder)
        sessions[sessions.length - 1] = session([...open.readings, reading], window);
    } else if (!reading.late) {
      sessions.push(session([reading], window));
    }
  }
  return sessions;
}

function session(readings: Reading[], { gapMs, longestMs }: Extract<Window, { kind: 'session' }>): Session {
  const quietAt = (readings.at(-1)?.arrival ?? 0) + gapMs;
  const longestAt = longestMs === null ? quietAt : (readings[0]?.arrival ?? 0) + longestMs;
  return { readings, closesAt: Math.min(quietAt, longestAt) };
}
