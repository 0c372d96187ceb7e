import type { InstanceBuilder } from './instance-builder.js';
import type { Moment } from './moment.js';
import { LiveOutlet, type Outlet, SampledOutlet, ScoredOutlet } from './outlet.js';
import type { RulePlan } from './rule-plan.js';
import { fieldSignal } from './unit.js';

/** What an instance gives on; `null`: it is one of a rule. */
export function createOutlet(
  { supply }: RulePlan,
  builder: InstanceBuilder,
  { labelValues, moment }: { readonly labelValues: readonly string[]; readonly moment: Moment },
): Outlet | null {
  if (supply === null) return null;
  if (supply.kind === 'view') {
    const signals = supply.emit.map(({ field }) => ({
      name: field,
      signal: builder.named(fieldSignal(field)),
    }));
    if (supply.everyMs === null) return new LiveOutlet(signals);
    const outlet = new SampledOutlet(signals, supply.everyMs, moment);
    builder.stateful.push({ definition: `grid ${supply.everyMs}`, node: outlet.grid });
    for (const { name, value } of outlet.fields)
      builder.stateful.push({ definition: `row ${builder.definitionOf(fieldSignal(name))}`, node: value });
    return outlet;
  }
  const { everyMs, features, outputs, hash, createScorer } = supply;
  const timing = { everyMs, phaseMs: everyMs === null ? 0 : hashOf(labelValues) % everyMs, moment };
  const nodes = features.map((name) => builder.named(name));
  const outlet = new ScoredOutlet(nodes, outputs, createScorer(labelValues), timing);
  if (outlet.grid !== null) builder.stateful.push({ definition: `grid ${everyMs}`, node: outlet.grid });
  builder.stateful.push({ definition: `scorer ${hash}`, node: outlet });
  for (const { name, value } of outlet.fields)
    builder.stateful.push({ definition: `output ${hash} ${name}`, node: value });
  return outlet;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over UTF-16 code units: spreads the instances of a model over its grid. */
function hashOf(labelValues: readonly string[]): number {
  const text = labelValues.join('\u0000');
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}
