import { createHash } from 'node:crypto';

/** An alert that fired. */
export interface Fired {
  readonly episode: string;
  /** Engine time. */
  readonly at: number;
}

/** @param before the episode that began at the same instant, so that no two are called the same; `null`: none */
export function episodeOf(
  rule: string,
  labels: Readonly<Record<string, string>>,
  time: number,
  before: string | null,
): string {
  const instant = `${rule}\n${JSON.stringify(labels)}\n${time}`;
  const identity = before === null ? instant : `${instant}\n${before}`;
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}
