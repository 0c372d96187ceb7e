import type { Suppressor } from '../../rules/rule.js';
import type { Draft, Instance } from './instance.js';

/**
 * Works out which instances are suppressed after a step, and adds an `unsuppressed` for each alert whose
 * suppression ended in it while it fires.
 */
export function settleSuppression(
  instances: readonly Instance[],
  drafts: readonly Draft[],
  at: { now: number; offset: number },
): readonly Draft[] {
  const firing = instances.filter((instance) => instance.isFiring);
  const started = new Set(
    drafts.filter(({ event }) => event.event === 'firing').map(({ instance }) => instance),
  );
  const ended = new Set(drafts.map(({ instance }) => instance).filter((instance) => instance.isEnded));
  const settled: Draft[] = [];
  for (const instance of [...instances, ...ended]) {
    const wasSuppressed = instance.isSuppressed;
    instance.isSuppressed = instance.suppressedBy.some((by) =>
      firing.some((other) => other.ruleId === by.rule && haveEqualLabels(instance, other, by)),
    );
    if (wasSuppressed && !instance.isSuppressed && instance.isFiring && !started.has(instance)) {
      settled.push(...instance.unsuppressed(at.now, at.offset));
    }
  }
  return [...drafts, ...settled];
}

/** Equal in the labels the suppressor names, by default those that both have. */
function haveEqualLabels(left: Instance, right: Instance, { on }: Suppressor): boolean {
  const ours = new Map(Object.entries(left.labels));
  const theirs = new Map(Object.entries(right.labels));
  const names = on ?? [...ours.keys()].filter((name) => theirs.has(name));
  return names.every((name) => ours.has(name) && ours.get(name) === theirs.get(name));
}
