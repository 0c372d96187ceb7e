import type { Expression } from '../expression.js';
import type { JsonNode } from './json-tree.js';
import { parseExpression } from './parse-expression.js';
import type { RuleContext } from './rule-context.js';

/** Reads an expression out of a text value; `null` after its mistake was reported. */
export function readExpression(context: RuleContext, node: JsonNode, source: string): Expression | null {
  const parsed = parseExpression(source, context.inputOf);
  if (parsed.kind === 'parsed') {
    for (const [part, range] of parsed.ranges) context.markInText(part, node, range);
    return parsed.expression;
  }
  const { code, message, hint } = parsed.error;
  context.report(context.inText(node, parsed.error), { code, message, hint });
  return null;
}
