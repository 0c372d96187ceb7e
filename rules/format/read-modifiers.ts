import type { Condition } from '../rule.js';
import { type Modifier, modifiersShape } from './condition-shapes.js';
import { type JsonObject, keyPlace } from './json-tree.js';
import { BROKEN_CONDITION, type RuleContext } from './rule-context.js';

/** Keys that these conditions have taken for themselves; there a modifier of that name must be put around an `all`. */
const TAKEN: ReadonlyMap<string, readonly Modifier[]> = new Map([
  ['absent', ['for']],
  ['sequence', ['times', 'within']],
  ['after', ['times', 'within']],
]);

/** Puts the modifiers of a condition object around it, innermost first: `times`, `for`, `keepFor`. */
export function readModifiers(
  context: RuleContext,
  node: JsonObject,
  subject: string,
  condition: Condition,
): Condition {
  const taken = TAKEN.get(subject) ?? [];
  if (taken.includes('times') && node.properties.has('times')) refuseTimes(context, node, subject);
  const own = Object.keys(modifiersShape.shape).filter((key) => !taken.some((one) => one === key));
  const others = [...node.properties.keys()].filter((key) => !own.includes(key));
  if (others.length === node.properties.size) return condition;
  const shape = context.document.read(node, modifiersShape, new Set(others));
  if (!shape) return BROKEN_CONDITION;
  const { times, within, for: forMs, keepFor: keepForMs } = shape;
  const around = (outer: Condition, key: string): Condition => context.mark(outer, keyPlace(node, key));
  let result = condition;
  if (times !== undefined && within !== undefined) {
    result = around({ kind: 'times', count: times, withinMs: within, of: result }, 'times');
  } else if (times !== undefined || within !== undefined)
    reportHalf(context, node, times === undefined ? 'within' : 'times');
  if (forMs !== undefined) result = around({ kind: 'for', forMs, of: result }, 'for');
  if (keepForMs !== undefined) result = around({ kind: 'keepFor', keepForMs, of: result }, 'keepFor');
  return result;
}

function reportHalf(context: RuleContext, node: JsonObject, there: 'times' | 'within'): void {
  const missing = there === 'times' ? 'within' : 'times';
  const hint = 'Write "times": 3, "within": "10m": it became true 3 times in 10 minutes.';
  context.report(keyPlace(node, there), {
    code: 'missing-key',
    message: `\`${there}\` needs \`${missing}\` beside it.`,
    hint,
  });
}

function refuseTimes(context: RuleContext, node: JsonObject, subject: string): void {
  const message = `\`within\` belongs to \`${subject}\` here, so that \`times\` has none.`;
  const hint = `Put it around: { "all": [ { "${subject}": … } ], "times": 3, "within": "10m" }.`;
  context.report(keyPlace(node, 'times'), { code: 'modifier-taken', message, hint });
}
