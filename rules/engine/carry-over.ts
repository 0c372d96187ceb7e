import { handOver, stateOf } from './hand-over.js';
import type { Stateful } from './instance-builder.js';
import { StateBytesReader } from './state-bytes-reader.js';

/** Gives the nodes of a new version of a rule the state of those that mean the same in the old one. */
export function carryOver(from: readonly Stateful[], to: readonly Stateful[]): void {
  const states = new Map<string, Uint8Array>();
  eachOnce(from, (definition, node) => {
    states.set(definition, stateOf(node));
  });
  eachOnce(to, (definition, node) => {
    const state = states.get(definition);
    if (state !== undefined) node.load(new StateBytesReader(state));
  });
}

/** Gives the nodes of an instance the state of those of its forerunner that mean the same, and are of the same kind. */
export function takeOver(from: readonly Stateful[], to: readonly Stateful[]): void {
  const nodes = new Map<string, Stateful[]>();
  for (const one of from) nodes.set(one.definition, [...(nodes.get(one.definition) ?? []), one]);
  for (const { definition, node } of to) {
    const alike = nodes.get(definition)?.find((known) => known.node.constructor === node.constructor);
    if (alike !== undefined) handOver(alike.node, node);
  }
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
