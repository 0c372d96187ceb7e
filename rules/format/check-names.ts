import type { Expression } from '../expression.js';
import type { Signal } from '../rule.js';
import { didYouMean } from './did-you-mean.js';
import type { RuleDraft } from './read-rule.js';
import type { RuleContext } from './rule-context.js';
import type { RuleScope } from './rule-scope.js';
import { walkRule } from './walk-rule.js';

/** Reports names in signals, expressions and the message that stand for nothing. */
export function checkNames(draft: RuleDraft, scope: RuleScope): void {
  walkRule(draft.rule, {
    signal: (signal) => checkSignalName(draft, scope, signal),
    expression: (expression) => checkExpressionName(draft, scope, expression),
  });
  checkTemplateNames(draft, scope);
}

function checkSignalName({ context }: RuleDraft, scope: RuleScope, signal: Signal): void {
  if ('of' in signal && signal.kind !== 'value') checkReadings(context, scope, signal.of);
  if (signal.kind !== 'name' || scope.signals.has(signal.name) || scope.hasHiddenSignals) return;
  if (scope.labels.has(signal.name)) {
    context.reportOn(signal, labelWithoutReadings(signal.name));
    return;
  }
  context.reportOn(signal, unknownName(signal.name, [...scope.signals], scope));
}

/** A label alone is a signal, but one that gives no reading. */
function checkReadings(context: RuleContext, scope: RuleScope, of: Signal): void {
  if (of.kind !== 'expression' || of.expression.kind !== 'name') return;
  const { name } = of.expression;
  if (scope.labels.has(name)) context.reportOn(of, labelWithoutReadings(name));
}

function labelWithoutReadings(name: string) {
  const message = `\`${name}\` is a label; only inputs and \`let\` signals have readings.`;
  return { code: 'unknown-name', message } as const;
}

function checkExpressionName({ context }: RuleDraft, scope: RuleScope, expression: Expression): void {
  if (expression.kind !== 'name') return;
  const { name } = expression;
  if (scope.signals.has(name) || scope.labels.has(name) || scope.hasHiddenLabels) return;
  context.reportOn(expression, unknownName(name, [...scope.signals, ...scope.labels], scope));
}

/** Names that every message can use. */
const MESSAGE_NAMES: readonly string[] = ['rule', 'severity', 'duration'];

function checkTemplateNames({ context, rule }: RuleDraft, scope: RuleScope): void {
  const names = new Set([...scope.signals, ...scope.labels, ...MESSAGE_NAMES]);
  for (const part of rule.message.parts) {
    if (part.kind !== 'placeholder' || names.has(part.name) || scope.hasHiddenLabels) continue;
    context.reportOn(part, unknownName(part.name, [...names], scope));
  }
}

function unknownName(name: string, names: readonly string[], scope: RuleScope) {
  const code = 'unknown-name' as const;
  const message = `\`${name}\` is no input, signal or label of this rule.`;
  if (scope.captured.includes(name)) {
    return {
      code,
      message,
      hint: `It is captured, but not in \`groupBy\`: an instance has no one value of it.`,
    };
  }
  const guess = didYouMean(name, names);
  const hint = guess
    ? `Did you mean \`${guess}\`?`
    : `There are ${names
        .slice(0, 12)
        .map((one) => `\`${one}\``)
        .join(', ')}.`;
  return { code, message, hint };
}
