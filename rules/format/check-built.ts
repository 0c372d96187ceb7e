import type { Aggregate, Condition, Signal } from '../rule.js';
import { child, keyPlace, type Span } from './json-tree.js';
import { NOT_BUILT_YET } from './not-built-yet.js';
import type { RuleDraft } from './read-rule.js';
import type { RuleScope } from './rule-scope.js';
import { walkRule } from './walk-rule.js';

/** Refuses what the engine cannot evaluate yet. */
export function checkBuilt(draft: RuleDraft, scope: RuleScope): void {
  const { rule, context, node } = draft;
  for (const input of rule.inputs) {
    const { kind } = input.source;
    if (NOT_BUILT_YET.inputs.has(kind))
      refuse(draft, context.placeOf(input), `Inputs from a \`${kind}\` are`);
  }
  if (NOT_BUILT_YET.active && child(node, 'active'))
    refuse(draft, keyPlace(node, 'active'), 'Schedules (`active`) are');
  walkRule(rule, {
    signal: (signal) => checkSignal(draft, scope, signal),
    condition: (condition) => checkCondition(draft, scope, condition),
  });
}

function refuse({ context }: RuleDraft, place: Span, what: string): void {
  const message = `${what} not supported yet.`;
  context.report(place, {
    code: 'not-supported-yet',
    message,
    hint: 'Until then the whole rule is refused, so that nothing is evaluated by half.',
  });
}

function checkSignal(draft: RuleDraft, scope: RuleScope, signal: Signal): void {
  const place = draft.context.placeOf(signal);
  if (NOT_BUILT_YET.signals.has(signal.kind)) refuse(draft, place, `\`${signal.kind}\` is`);
  if (signal.kind === 'aggregate') checkAggregate(draft, scope, signal);
  if (signal.kind === 'previous') checkSource(draft, scope, signal.of, place);
}

function checkAggregate(draft: RuleDraft, scope: RuleScope, aggregate: Aggregate): void {
  const place = draft.context.placeOf(aggregate);
  if (NOT_BUILT_YET.functions.has(aggregate.function)) {
    const what = aggregate.function === 'percentile' ? 'Percentiles are' : `\`${aggregate.function}\` is`;
    refuse(draft, place, what);
  } else if (NOT_BUILT_YET.windows.has(aggregate.window.kind)) {
    refuse(draft, place, `${WINDOW_WORDS[aggregate.window.kind]} are`);
  } else checkSource(draft, scope, aggregate.of, place);
}

const WINDOW_WORDS: Readonly<Record<Aggregate['window']['kind'], string>> = {
  sliding: 'Sliding windows (`over`)',
  count: 'Windows over a number of readings (`over`)',
  aligned: 'Aligned windows (`every`)',
  session: 'Session windows (`session`)',
  during: 'Windows while a condition is true (`during`)',
};

function checkCondition(draft: RuleDraft, scope: RuleScope, condition: Condition): void {
  const place = draft.context.placeOf(condition);
  if (NOT_BUILT_YET.conditions.has(condition.kind)) refuse(draft, place, `\`${condition.kind}\` is`);
  if (NOT_BUILT_YET.expected && condition.kind === 'absent' && condition.expected !== null) {
    refuse(draft, place, '`expected` of `absent` is');
  }
  if (condition.kind === 'changed') checkSource(draft, scope, condition.of, place);
}

/** Only inputs have readings so far; other signals are values without. */
function checkSource(draft: RuleDraft, scope: RuleScope, of: Signal, place: Span): void {
  if (!NOT_BUILT_YET.derivedReadings) return;
  if (of.kind === 'name' && (of.name === '' || scope.inputs.has(of.name) || !scope.signals.has(of.name)))
    return;
  refuse(draft, place, 'Readings of anything but an input (here: of a signal made from others) are');
}
