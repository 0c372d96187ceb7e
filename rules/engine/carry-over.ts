import type { Stateful } from './instance-builder.js';
import { StateList, StateReader } from './state.js';

/** Gives the nodes of a new version of a rule the state of those that mean the same in the old one. */
export function carryOver(from: readonly Stateful[], to: readonly Stateful[]): void {
  const states = new Map<string, unknown[]>();
  eachOnce(from, (definition, node) => {
    const writer = new StateList();
    node.save(writer);
    states.set(definition, writer.values);
  });
  eachOnce(to, (definition, node) => {
    const state = states.get(definition);
    if (state !== undefined) node.load(new StateReader(state));
  });
}

/** Several nodes with one definition are told apart by their order. */
function eachOnce(
  stateful: readonly Stateful[],
  visit: (definition: string, node: Stateful['node']) => void,
): void {
  const counts = new Map<string, number>();
  for (const { definition, node } of stateful) {
    const count = counts.get(definition) ?? 0;
    counts.set(definition, count + 1);
    visit(`${count} ${definition}`, node);
  }
}
