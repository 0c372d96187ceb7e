import { didYouMean } from './did-you-mean.js';
import { headOf, type JsonNode, quote, textOf } from './json-tree.js';
import { readSource } from './read-signal.js';
import type { RuleContext } from './rule-context.js';

/** Reads a place where only an input can stand, by its name or an alias; `''` after it was reported that none does. */
export function readInputName(context: RuleContext, node: JsonNode | undefined, what: string): string {
  if (!node) return '';
  const text = textOf(node);
  if (text !== null && !context.isName(text)) {
    const guess = didYouMean(text, context.inputNames);
    const message = `There is no input ${quote(text)}.`;
    context.report(node, { code: 'unknown-name', message, hint: guess && `Did you mean \`${guess}\`?` });
    return '';
  }
  const source = readSource(context, node);
  if (source.kind === 'name' && (source.name === '' || context.inputNames.has(source.name)))
    return source.name;
  const message = `${what}, and this is a signal made from others.`;
  context.report(headOf(node), { code: 'not-an-input', message, hint: 'Write the name of an input.' });
  return '';
}
