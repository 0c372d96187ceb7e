import type { AlertEvent } from '../../rules/alert-event.js';
import type { Command, Engine } from '../../rules/engine.js';
import { isSystemRule } from '../delivery/system-alert.js';
import type { EpisodeState, Recovery } from '../storage/ledger.js';

/** What alerts and rules know of each other that is not so. */
export interface Discrepancies {
  /** Alerts that are open, and of which the rules know nothing: their ends. */
  readonly ends: readonly AlertEvent[];
  /** What rules take for firing, and nobody else does: the next reading begins it anew. */
  readonly forgets: readonly Command[];
}

export const NO_DISCREPANCIES: Discrepancies = Object.freeze({ ends: [], forgets: [] });

/** Whether there may be any: the disk was full when the program was killed, or something was damaged. */
export function mayDiffer({ episodes, problems }: Pick<Recovery, 'episodes' | 'problems'>): boolean {
  return problems.length > 0 || episodes.some(({ last }) => last.rule === STORAGE_DEGRADED);
}

/**
 * While the disk is full alerts are stored ahead of the records that caused them. If the program is killed before those
 * are stored, the rules go on from before: an alert would stand for ever, as no rule ends it, and one that has ended and
 * begins again would be told to nobody, as its rule never saw the end.
 *
 * @param rules the ids of those that the engine runs
 * @param time epoch ms, as printed
 */
export function discrepancies(
  engine: Pick<Engine, 'instances'>,
  rules: Iterable<string>,
  episodes: readonly EpisodeState[],
  time: number,
): Discrepancies {
  const open = new Map(episodes.map((state) => [state.episode, state]));
  const forgets: Command[] = [];
  for (const rule of rules) {
    for (const { labels, episode } of engine.instances(rule)) {
      if (episode !== null && !open.delete(episode)) forgets.push({ kind: 'forget', rule, labels });
    }
  }
  const unknown = [...open.values()].filter(({ last }) => !isSystemRule(last.rule));
  return { ends: unknown.map(({ last }) => endOf(last, time)), forgets };
}

const STORAGE_DEGRADED = 'tocsin/storage-degraded';

const MESSAGE = 'not known any more: what had raised it was lost; if it still holds, it is raised again';

function endOf({ rule, severity, labels, values, episode }: AlertEvent, time: number): AlertEvent {
  return {
    time,
    rule,
    event: 'resolved',
    severity,
    labels,
    values,
    message: MESSAGE,
    episode,
    reason: 'unknown',
  };
}
