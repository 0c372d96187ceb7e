import type { ConditionNode } from '../conditions/condition-node.js';
import { FALSE, TRUE } from '../conditions/condition-node.js';
import { describeCondition } from '../describe-condition.js';
import type { ExplainedCondition, Explanation, InstanceSummary } from '../engine.js';
import type { Condition } from '../rule.js';
import type { Instance } from './instance.js';

/** What an instance sees now: its values, and each condition with its state. */
export function explainInstance(instance: Instance): Explanation {
  const { alert, rule } = instance;
  alert.refreshDeadlines();
  const { labels, state, severity } = summaryOf(instance);
  return {
    rule: rule.id,
    labels,
    state,
    severity,
    values: instance.values(),
    levels: alert.levels.flatMap(({ severity, condition }, index) => {
      const level = rule.levels[index];
      return level === undefined ? [] : [{ severity, condition: explain(condition, level.condition) }];
    }),
  };
}

export function summaryOf({ alert, labels, episode }: Instance): InstanceSummary {
  const isPending = alert.state === 'inactive' && alert.pending !== null;
  alert.refreshDeadlines();
  const due = Math.min(alert.deadline, alert.conditionDeadline());
  return {
    labels,
    state: isPending ? 'pending' : alert.state,
    severity: alert.state === 'inactive' ? alert.pending : alert.severity,
    episode: alert.state === 'inactive' ? null : episode,
    due: Number.isFinite(due) ? due : null,
  };
}

function explain(node: ConditionNode, condition: Condition): ExplainedCondition {
  const observed = node.observed();
  const parts = partsOf(condition).flatMap((part, index) => {
    const partNode = node.parts[index];
    return partNode === undefined ? [] : [explain(partNode, part)];
  });
  return {
    text: describeCondition(condition),
    state: node.state === TRUE ? 'true' : node.state === FALSE ? 'false' : 'unknown',
    ...(observed === undefined ? {} : { value: observed }),
    ...(Number.isFinite(node.deadline) ? { due: node.deadline } : {}),
    ...(parts.length === 0 ? {} : { of: parts }),
  };
}

/** In the order in which the nodes have them. */
function partsOf(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
    case 'some':
      return condition.of;
    case 'not':
    case 'times':
    case 'for':
    case 'keepFor':
      return [condition.of];
    case 'sequence':
      return condition.unless === null ? condition.of : [...condition.of, condition.unless];
    case 'after':
      return [condition.cause, condition.expect];
    default:
      return [];
  }
}
