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

/** Limits of a hundred machines, and a thousand that never speak. */
const TABLES: readonly SourceFile[] = [
  { path: 'tables/limits.csv', text: lines('machine,max', 100, (index) => `m${index},80`) },
  { path: 'tables/machines.csv', text: lines('line,machine', 1000, (index) => `silent,s${index}`) },
];

function lines(head: string, count: number, row: (index: number) => string): string {
  return [head, ...Array.from({ length: count }, (_, index) => row(index))].join('\n');
}

/** An engine that runs these rules; they are called `rule-0`, `rule-1`, … */
export function engineFor(texts: readonly RuleText[]): Engine {
  const { rules, issues } = loadRules([fileOf(texts), ...TABLES]);
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
  return createEngine({ rules });
}

/** Does the engine have all that these rules use? */
export function isBuilt(texts: readonly RuleText[]): boolean {
  return loadRules([fileOf(texts), ...TABLES]).issues.every(({ code }) => code !== 'not-supported-yet');
}

function fileOf(texts: readonly RuleText[]): SourceFile {
  const rules = texts.map((rule, index) => ({ id: `rule-${index}`, ...rule }));
  return { path: 'rules/bench.json', text: JSON.stringify({ rules }) };
}
