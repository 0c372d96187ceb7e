import type { ConditionNode } from './condition-node.js';

/** A condition and those inside it that can change by time alone. */
export function timedConditions(condition: ConditionNode): ConditionNode[] {
  return [...(condition.isTimed ? [condition] : []), ...condition.parts.flatMap(timedConditions)];
}
