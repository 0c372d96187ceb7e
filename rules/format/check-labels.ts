import { didYouMean } from './did-you-mean.js';
import { child, headOf, keyPlace, type Span, textOf } from './json-tree.js';
import type { RuleDraft } from './read-rule.js';
import { capturesOf, type RuleScope } from './rule-scope.js';
import { NAME } from './rule-shape.js';

/** Reports names that stand for two things, and a `groupBy` that no instance can be made of. */
export function checkLabels(draft: RuleDraft, scope: RuleScope): void {
  checkSignalNames(draft, scope);
  checkCapturedNames(draft, scope);
  checkFixedNames(draft, scope);
  if (!scope.hasHiddenLabels && checkGroupBy(draft, scope)) checkInstanceInput(draft, scope);
}

function reportClash({ context }: RuleDraft, place: Span, message: string): void {
  context.report(place, { code: 'name-clash', message, hint: 'Give one of the two another name.' });
}

function checkSignalNames(draft: RuleDraft, scope: RuleScope): void {
  for (const one of draft.rule.lets) {
    if (scope.inputs.has(one.name))
      reportClash(draft, draft.context.placeOf(one), `\`${one.name}\` is an input already.`);
  }
}

function checkCapturedNames(draft: RuleDraft, scope: RuleScope): void {
  const reported = new Set<string>();
  for (const input of draft.rule.inputs) {
    for (const label of capturesOf(input)) {
      if (!scope.signals.has(label) || reported.has(label)) continue;
      reported.add(label);
      const message = `The label \`${label}\` has the name of an input or \`let\` signal.`;
      reportClash(draft, capturePlace(draft, input.name, label), message);
    }
  }
}

/** Where `{label}` stands in the topic of an input. */
function capturePlace({ node, context }: RuleDraft, input: string, label: string): Span {
  const value = child(child(node, 'inputs') ?? node, input) ?? node;
  const topic = textOf(value) === null ? (child(value, 'topic') ?? value) : value;
  const text = textOf(topic);
  if (text === null) return headOf(topic);
  const start = text.indexOf(`{${label}}`);
  return context.inText(topic, { start, end: start + label.length + 2 });
}

function checkFixedNames(draft: RuleDraft, scope: RuleScope): void {
  const node = child(draft.node, 'labels');
  if (!node) return;
  for (const { name } of draft.rule.labels) {
    const isCaptured = scope.captured.includes(name);
    if (!isCaptured && !scope.signals.has(name)) continue;
    const other = isCaptured ? 'a label that a topic captures' : 'an input or `let` signal';
    reportClash(draft, keyPlace(node, name), `The fixed label \`${name}\` has the name of ${other}.`);
  }
}

/** Whether every label of `groupBy` is there once, and captured. */
function checkGroupBy({ node, context, groupBy }: RuleDraft, scope: RuleScope): boolean {
  const list = child(node, 'groupBy');
  if (!groupBy || list?.kind !== 'array') return true;
  let isRight = true;
  for (const [index, label] of groupBy.entries()) {
    const isTwice = groupBy.indexOf(label) < index;
    if ((!isTwice && scope.captured.includes(label)) || !NAME.test(label)) continue;
    isRight = false;
    const place = list.items[index] ?? list;
    if (isTwice)
      context.report(place, { code: 'invalid-value', message: `\`groupBy\` has \`${label}\` twice.` });
    else {
      const guess = didYouMean(label, scope.captured);
      const captures = scope.captured.map((name) => `\`${name}\``).join(', ');
      const hint = guess
        ? `Did you mean \`${guess}\`?`
        : captures
          ? `They capture ${captures}.`
          : 'Capture it: "factory/{machine}/temperature".';
      context.report(place, {
        code: 'unknown-label',
        message: `No input captures the label \`${label}\`.`,
        hint,
      });
    }
  }
  return isRight;
}

/** An instance begins at a reading of an input that captures all of `groupBy`: there must be one. */
function checkInstanceInput({ node, context, rule }: RuleDraft, scope: RuleScope): void {
  const { groupBy } = scope;
  if (rule.inputs.length === 0) return;
  if (rule.inputs.some((input) => groupBy.every((label) => capturesOf(input).includes(label)))) return;
  const labels = groupBy.map((label) => `\`${label}\``).join(', ');
  const given = child(node, 'groupBy');
  const hint = given
    ? 'Take labels that one input captures together.'
    : 'Set `groupBy` to labels that one input captures together; by default it is all that any of them captures.';
  const place = given ? headOf(given) : keyPlace(node, 'inputs');
  context.report(place, {
    code: 'no-instance-input',
    message: `No input captures all of ${labels}, so no instance could begin.`,
    hint,
  });
}
