import type { ConditionNode } from './condition-node.js';

/** A condition and those inside it that can change by time alone, added to a list. */
export function addTimed(condition: ConditionNode, timed: ConditionNode[]): void {
  if (condition.isTimed) timed.push(condition);
  const { parts } = condition;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part !== undefined) addTimed(part, timed);
  }
}
