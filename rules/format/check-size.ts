import { earlySignals } from '../engine/early-signals.js';
import { FORERUNNERS_MAX, forerunnerLabels } from '../engine/forerunners.js';
import type { Rule } from '../rule.js';
import { child, keyPlace } from './json-tree.js';
import { operandsOf } from './read-comparison.js';
import type { RuleDraft } from './read-rule.js';
import { walkRule } from './walk-rule.js';

/** Each may use the one before: what one of them stands for grows with their number. */
export const LETS_MAX = 200;
export const INPUTS_MAX = 100;
/** Every instance evaluates all of them in every step. */
export const PARTS_MAX = 5000;

/**
 * Reports a rule that is larger than anyone writes: nothing else is looked at then, as the other checks and the engine
 * take the longer the more there is. True if there is too much of something.
 */
export function isTooLarge({ rule, node, context }: RuleDraft): boolean {
  const counts = [
    { key: 'inputs', count: rule.inputs.length, max: INPUTS_MAX, of: '`inputs`' },
    { key: 'let', count: rule.lets.length, max: LETS_MAX, of: 'signals in `let`' },
    {
      key: 'id',
      count: partsOf(rule),
      max: PARTS_MAX,
      of: 'signals, conditions, operands and parts of expressions',
    },
  ];
  const over = counts.filter(({ count, max }) => count > max);
  for (const { key, count, max, of } of over) {
    context.report(child(node, key) ? keyPlace(node, key) : node, {
      code: 'too-large',
      message: `This has ${count} ${of}, and can have ${max} at most.`,
      hint: 'Make several of it, or put values into a table.',
    });
  }
  return over.length > 0;
}

/** Reports signals that would have to be worked out ahead for too many sets of labels. */
export function checkForerunners({ node, context }: RuleDraft, rule: Rule): void {
  if (forerunnerLabels(rule, earlySignals(rule)).length <= FORERUNNERS_MAX) return;
  context.report(keyPlace(node, 'inputs'), {
    code: 'too-large',
    message: `Signals whose readings count are made of inputs that instances share by more than ${FORERUNNERS_MAX} sets of labels.`,
    hint: 'Give some of these inputs the same labels, or make a view of them.',
  });
}

function partsOf(rule: Rule): number {
  let count = 0;
  walkRule(rule, {
    signal: () => void count++,
    expression: () => void count++,
    condition: (condition) => {
      count += condition.kind === 'compare' ? 1 + operandsOf(condition.comparison).length : 1;
    },
  });
  return count;
}
