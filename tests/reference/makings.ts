import type { Input, Rule, Signal } from '../../rules/rule.js';
import { rulePartsOf } from './rule-parts.js';
import { matchTopic } from './topics.js';

/** The inputs that a signal is made of, and the labels that it goes by. */
export interface Makings {
  readonly inputs: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

/** The inputs that several instances share. */
function sharedInputs(rule: Rule): Input[] {
  return rule.inputs.filter((input) => isShared(rule, input));
}

export function isShared({ groupBy }: Rule, { source }: Input): boolean {
  return !groupBy.every((label) => source.pattern.captures.includes(label));
}

/** Is a topic one of those that several instances share? */
export function readsAsShared(rule: Rule, topic: string): boolean {
  return sharedInputs(rule).some(({ source }) => matchTopic(source.pattern, topic) !== null);
}

/** Does anything look at the readings of a derived signal in which an input is that several instances share? */
export function looksAhead(rule: Rule): boolean {
  const shared = sharedInputs(rule);
  return rulePartsOf(rule).looked.some((signal) => {
    const { inputs } = makingsOf(rule, signal);
    return shared.some(({ name }) => inputs.has(name));
  });
}

export function makingsOf(rule: Rule, signal: Signal): Makings {
  const inputs = new Set<string>();
  const labels = new Set<string>();
  const seen = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('kind' in part && part.kind === 'name' && 'name' in part) name(String(part.name));
    if ('kind' in part && part.kind === 'across' && 'input' in part) name(String(part.input));
    if ('kind' in part && part.kind === 'lookup' && 'table' in part) {
      const columns = rule.tables.find((table) => table.name === part.table)?.columns ?? [];
      for (const label of rule.groupBy) if (columns.includes(label)) labels.add(label);
    }
    for (const inner of Object.values(part)) visit(inner);
  };
  const name = (named: string): void => {
    if (seen.has(named)) return;
    seen.add(named);
    const found = rule.lets.find((one) => one.name === named);
    if (rule.inputs.some((input) => input.name === named)) inputs.add(named);
    else if (found !== undefined) visit(found.signal);
    else if (rule.groupBy.includes(named)) labels.add(named);
  };
  visit(signal);
  return { inputs, labels };
}
