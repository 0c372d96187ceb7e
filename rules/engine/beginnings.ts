import type { EngineCounts } from './engine-counts.js';
import type { Moment } from './moment.js';
import type { Population } from './population.js';
import type { RuleRuntime } from './rule-runtime.js';
import type { Saver } from './saver.js';
import type { Steps } from './steps.js';
import type { TopicBinding } from './topic-binding.js';

/** What instances begin in. */
export interface BeginningParts {
  readonly moment: Moment;
  readonly counters: EngineCounts;
  readonly population: Population;
  readonly saver: Saver;
  readonly steps: Steps;
}

/** Begins the instances that the present readings of a topic begin. */
export function beginInstances(parts: BeginningParts, binding: TopicBinding): void {
  const { counters, population, saver } = parts;
  const { beginnings, beginningFields } = binding;
  for (let i = 0; i < beginnings.length; i++) {
    const slot = beginnings[i];
    if (slot === undefined || slot.instance !== null || !binding.accepted(beginningFields[i] ?? 0)) continue;
    const { runtime } = slot;
    if (runtime.count >= runtime.rule.maxInstances && !makeRoom(parts, runtime)) {
      if (runtime.join === null) counters.refusedInstances++;
      continue;
    }
    // It is about to look at inputs that nobody may have looked at for long.
    const instance = population.begin(runtime, slot);
    instance.heardBy = binding.source;
    saver.beforeInstance(instance);
  }
}

function makeRoom({ moment, population, steps }: BeginningParts, runtime: RuleRuntime): boolean {
  const silent = runtime.longestSilent(moment.now);
  if (silent === null) return false;
  steps.end(silent, 'forgotten');
  population.remove(silent);
  return true;
}
