import type { Let } from '../rule.js';
import { describeNode, headOf, type JsonNode } from './json-tree.js';
import { checkName } from './read-inputs.js';
import { readSignal } from './read-signal.js';
import type { RuleContext } from './rule-context.js';
import { slotWords } from './slot.js';

/** Reads signals that are given names, in file order: `let`, and the fields of a view. */
export function readLets(
  context: RuleContext,
  node: JsonNode | undefined,
  key: 'let' | 'emit' = 'let',
): Let[] {
  if (!node) return [];
  if (node.kind !== 'object') {
    const words = slotWords(key === 'let' ? 'lets' : 'emit');
    const message = `\`${key}\` must be ${words}, not ${describeNode(node)}.`;
    context.report(headOf(node), { code: 'wrong-type', message });
    return [];
  }
  return [...node.properties].map(([name, { key: place, value }]) => {
    checkName(context, name, place);
    return context.mark({ name, signal: readSignal(context, value) }, place);
  });
}
