import type { Reading } from './series.js';

/** From a reading on windows wait so long. */
export interface GraceChange {
  /** Engine time. */
  readonly at: number;
  readonly turn: number;
  readonly grace: number;
}

/** How long windows over these readings, in order of arrival, wait: as long as the newest of each topic says, at most. */
export function graceChanges(came: readonly Reading[]): GraceChange[] {
  const ofTopic = new Map<string, number>();
  const changes: GraceChange[] = [];
  for (const { topic, grace, step, turn } of came) {
    ofTopic.set(topic, grace);
    const longest = Math.max(...ofTopic.values());
    if (longest !== (changes.at(-1)?.grace ?? 0)) changes.push({ at: step, turn, grace: longest });
  }
  return changes;
}
