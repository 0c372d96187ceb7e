import { parseTimeOrDay } from '../replay/time-text.js';
import { UsageError } from './command.js';

/**
 * A time on the command line, a day in UTC too; epoch ms. `null`: it was not given.
 *
 * @throws {UsageError} it is no time
 */
export function timeOption(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = parseTimeOrDay(text);
  if (time !== null) return time;
  throw new UsageError(
    `${name} must be a time such as 2026-01-05T06:00:00Z or 2026-01-05, or epoch milliseconds; got '${text}'`,
  );
}
