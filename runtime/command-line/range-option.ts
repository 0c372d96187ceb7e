import { UsageError } from './command.js';
import { timeOption } from './time-option.js';

/**
 * A stretch of time on the command line: `A..B`, `..B`, `A..`. Epoch ms; `null`: as far as there is.
 *
 * @throws {UsageError} it is none
 */
export function rangeOption(name: string, text: string): { from: number | null; to: number | null } {
  const [from, to, ...more] = text.split('..');
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UsageError(
      `${name} must be two times such as 2026-01-05T06:00:00Z..2026-01-05T14:00:00Z, got '${text}'`,
    );
  }
  const time = (part: string) => timeOption(name, part === '' ? undefined : part);
  return { from: time(from), to: time(to) };
}
