import { Cron } from 'croner';

/** What is wrong with times as cron writes them, `0 3 * * *`; `null`: nothing. */
export function cronProblem(pattern: string): string | null {
  try {
    new Cron(pattern, { paused: true }).stop();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

/**
 * The next of these times by the clocks of a zone, epoch ms; `Infinity`: there is none. Where clocks are put forward a time
 * that is skipped comes when they jump; where they are put back it comes once.
 */
export function nextCronTime(pattern: string, timezone: string, after: number): number {
  const next = new Cron(pattern, { timezone, paused: true }).nextRun(new Date(after));
  return next?.getTime() ?? Number.POSITIVE_INFINITY;
}
