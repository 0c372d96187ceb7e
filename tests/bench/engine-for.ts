import { createEngine } from '../../rules/create-engine.js';
import type { Engine } from '../../rules/engine.js';
import { loadRules, type SourceFile } from '../../rules/format/load-rules.js';
import type { JsonValue } from '../../rules/reading.js';

/** A rule as its author writes it, but for what every rule here has in common. */
export type RuleText = { readonly [key: string]: JsonValue };

/** A machine's value, and an instance for each machine. */
export const MACHINE_INPUT = { x: 'plant/{line}/{machine}/x' } as const;

/** The rule that everything is compared with. */
export const BARE_RULE: RuleText = { inputs: MACHINE_INPUT, when: { value: 'x', above: 80 } };

/** An engine that runs these rules; they are called `rule-0`, `rule-1`, … */
export function engineFor(texts: readonly RuleText[]): Engine {
  const { rules, issues } = loadRules([fileOf(texts)], { allowAll: true });
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
  return createEngine({ rules });
}

/** Does the engine have all that these rules use? */
export function isBuilt(texts: readonly RuleText[]): boolean {
  return loadRules([fileOf(texts)]).issues.every(({ code }) => code !== 'not-supported-yet');
}

function fileOf(texts: readonly RuleText[]): SourceFile {
  const rules = texts.map((rule, index) => ({ id: `rule-${index}`, ...rule }));
  return { path: 'rules/bench.json', text: JSON.stringify({ rules }) };
}
