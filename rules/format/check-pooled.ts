import type { Condition, Signal } from '../rule.js';
import { AGGREGATE_TRAITS } from './function-names.js';
import type { RuleDraft } from './read-rule.js';
import { capturesOf, isPooled, type RuleScope } from './rule-scope.js';
import { walkRule } from './walk-rule.js';

/** Reports what needs a single series but is asked of a pooled input, and `across` of one that is not pooled. */
export function checkPooled(draft: RuleDraft, scope: RuleScope): void {
  if (scope.hasHiddenLabels) return;
  walkRule(draft.rule, {
    signal: (signal) => checkSignal(draft, scope, signal),
    condition: (condition) => checkCondition(draft, scope, condition),
  });
}

function checkSignal(draft: RuleDraft, scope: RuleScope, signal: Signal): void {
  if (signal.kind === 'across') checkAcross(draft, scope, signal);
  if (signal.kind === 'previous' || signal.kind === 'ewma')
    refusePooled(draft, scope, signal, `\`${signal.kind}\``);
  if (signal.kind === 'aggregate' && !AGGREGATE_TRAITS[signal.function].pools) {
    refusePooled(draft, scope, signal, `\`${signal.function}\``);
  }
}

function checkCondition(draft: RuleDraft, scope: RuleScope, condition: Condition): void {
  if (condition.kind === 'changed') refusePooled(draft, scope, condition, '`changed`');
}

function refusePooled(draft: RuleDraft, scope: RuleScope, part: { of: Signal }, what: string): void {
  const input = part.of.kind === 'name' ? scope.inputs.get(part.of.name) : undefined;
  if (!input || !isPooled(input, scope)) return;
  const loose = capturesOf(input).filter((label) => !scope.groupBy.includes(label));
  const message = `${what} needs one series, and \`${input.name}\` pools several in each instance.`;
  const names = loose.map((label) => `\`${label}\``).join(', ');
  const hint =
    loose.length > 0
      ? `Add ${names} to \`groupBy\`, or aggregate with \`across\`.`
      : 'Capture its wildcard level, `/{name}/`, and take it into `groupBy`, or aggregate with `across`.';
  draft.context.reportOn(part, { code: 'pooled-input', message, hint });
}

function checkAcross(draft: RuleDraft, scope: RuleScope, signal: Extract<Signal, { kind: 'across' }>): void {
  const input = scope.inputs.get(signal.input);
  if (!input) return;
  if (!isPooled(input, scope)) {
    const message = `\`${input.name}\` has one series in each instance: there is nothing to aggregate across.`;
    const hint = 'Leave the label of the series out of `groupBy`.';
    draft.context.reportOn(signal, { code: 'not-pooled', message, hint });
    return;
  }
  const loose = capturesOf(input).filter((label) => !scope.groupBy.includes(label));
  if (loose.includes(signal.label)) return;
  const message = `The series of \`${input.name}\` do not differ in \`${signal.label}\`.`;
  const hint =
    loose.length > 0
      ? `They differ in ${loose.map((label) => `\`${label}\``).join(', ')}.`
      : 'Capture the level they differ in: `/{name}/`.';
  draft.context.reportOn(signal, { code: 'unknown-label', message, hint });
}
