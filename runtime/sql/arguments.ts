import { parseDuration } from '../../rules/format/duration.js';
import { parseTopicPattern } from '../../rules/format/parse-topic-pattern.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import { JobRefused } from '../jobs/job-error.js';
import { parseTimeOrDay } from '../replay/time-text.js';
import type { SqlValue } from '../storage/database.js';

/*
 * What stands between the parentheses of a table function, in the order in which it does. `null` is what was left out.
 */

/** For a field or a time that is not to matter. (A NULL equals nothing, and so there are no rows for it.) */
const ANY = '*';

/** `null`: all topics. @throws {JobRefused} */
export function topicArgument(table: string, value: SqlValue): TopicPattern | null {
  if (value === null) return null;
  if (typeof value !== 'string') throw bad(table, 'topics', "an MQTT filter such as 'plant/+/temp'", value);
  const parsed = parseTopicPattern(value);
  if (parsed.kind === 'refused') throw new JobRefused('bad-query', `${table}(): ${parsed.message}`);
  return parsed.pattern;
}

/** `null`: all fields. @throws {JobRefused} */
export function fieldArgument(table: string, value: SqlValue): string | null {
  if (value === null || value === ANY) return null;
  if (typeof value === 'string') return value;
  throw bad(table, 'field', "a name such as 'value' or 'motor.speed'", value);
}

/** Epoch ms; `null`: as far as there is. @throws {JobRefused} */
export function timeArgument(
  table: string,
  { name, value }: { name: 'from' | 'to'; value: SqlValue },
): number | null {
  if (value === null || value === ANY) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value);
  const time = typeof value === 'string' ? parseTimeOrDay(value) : null;
  if (time !== null) return time;
  throw bad(table, name, "a time such as '2026-01-05T06:00:00Z' or epoch milliseconds", value);
}

/** Ms. @throws {JobRefused} */
export function widthArgument(table: string, value: SqlValue): number {
  const ms = typeof value === 'string' ? parseDuration(value) : value;
  if (typeof ms === 'number' && Number.isSafeInteger(ms) && ms > 0) return ms;
  throw bad(table, 'width', "a duration such as '10m' or whole milliseconds", value);
}

function bad(table: string, name: string, expected: string, got: SqlValue): JobRefused {
  const shown = typeof got === 'string' ? `'${got}'` : got === null ? 'nothing' : String(got);
  return new JobRefused('bad-query', `${table}(): ${name} must be ${expected}, got ${shown}`);
}
