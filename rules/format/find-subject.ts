import { SEVERITIES } from '../rule.js';
import {
  COMPARATORS,
  comparisonShape,
  conditionShapes,
  isComparator,
  isConditionKey,
  isSignalKey,
  modifiersShape,
  signalShapes,
} from './condition-shapes.js';
import { didYouMean } from './did-you-mean.js';
import { AGGREGATE_NAMES, aggregateFunction } from './function-names.js';
import { headOf, type JsonObject, keyPlace, quote } from './json-tree.js';
import type { RuleContext } from './rule-context.js';
import { isSeverity } from './rule-shape.js';

/** Whether a key says by itself what a signal or condition is: `value`, `avg`, `absent` … */
function isSubject(key: string): boolean {
  return isConditionKey(key) || isSignalKey(key) || aggregateFunction(key) !== null;
}

/**
 * The one key that says what a signal or condition object is; `null` after it was reported that there is none, that
 * there are two, or that a condition stands where a signal belongs.
 */
export function findSubject(
  context: RuleContext,
  node: JsonObject,
  expected: 'signal' | 'condition',
): string | null {
  const [subject, second] = [...node.properties.keys()].filter(isSubject);
  if (subject === undefined) {
    reportNoSubject(context, node, expected);
    return null;
  }
  if (second !== undefined) {
    const message = `\`${subject}\` and \`${second}\` each say what this ${expected} is.`;
    const hint = 'Keep one; join conditions with `all` or `any`, signals with `expr`.';
    context.report(keyPlace(node, second), { code: 'two-subjects', message, hint });
    return null;
  }
  if (expected === 'signal' && isConditionKey(subject)) {
    const message = `A signal belongs here, and \`${subject}\` makes a condition.`;
    context.report(keyPlace(node, subject), { code: 'not-a-signal', message, hint: 'Test it in `when`.' });
    return null;
  }
  return subject;
}

/** One issue for an object that does not say what it is: the likeliest mistake. */
function reportNoSubject(context: RuleContext, node: JsonObject, expected: 'signal' | 'condition'): void {
  const keys = [...node.properties.keys()];
  const misspelt = keys.find((key) => !isOption(key) && guessSubject(key, expected) !== null);
  const percentile = keys.find((key) => /^p\d/.test(key));
  const comparator = keys.find(isComparator);
  const severity = keys.find(isSeverity);
  const name = keys.find((key) => context.isName(key));
  if (percentile !== undefined) {
    const message = `There is no function ${quote(percentile)}.`;
    const hint = 'Percentiles are `p1` to `p99` and `p99.9`.';
    context.report(keyPlace(node, percentile), { code: 'unknown-function', message, hint });
  } else if (misspelt !== undefined) {
    const hint = `Did you mean \`${guessSubject(misspelt, expected)}\`?`;
    const message = `The key ${quote(misspelt)} has no meaning here.`;
    context.report(keyPlace(node, misspelt), { code: 'unknown-key', message, hint });
  } else if (name !== undefined) {
    const message = `\`${name}\` is a name, and no key.`;
    const hint = `Write { "value": "${name}", "above": … }.`;
    context.report(keyPlace(node, name), { code: 'unknown-key', message, hint });
  } else if (comparator !== undefined) {
    const message = `\`${comparator}\` has nothing to compare.`;
    const hint = `Name the signal: { "value": "temp", "${comparator}": … }.`;
    context.report(keyPlace(node, comparator), { code: 'comparator-alone', message, hint });
  } else if (severity !== undefined) {
    const message = `\`${severity}\` has no meaning within a condition.`;
    const hint = 'Severities stand directly in `when`, each with a condition.';
    context.report(keyPlace(node, severity), { code: 'unknown-key', message, hint });
  } else {
    const hint = expected === 'signal' ? SIGNAL_HINT : CONDITION_HINT;
    context.report(headOf(node), {
      code: 'no-subject',
      message: `Nothing here says what this ${expected} is.`,
      hint,
    });
  }
}

const SIGNAL_HINT = 'Write `value`, `previous`, `expr`, `lookup` or a function such as `avg`.';
const CONDITION_HINT =
  'Write `value`, `expr` or a function with a comparator, or `all`, `any`, `not`, `some`, `absent`, `changed`, `sequence`, `after`.';

function isOption(key: string): boolean {
  return (
    COMPARATORS.has(key) ||
    Object.hasOwn(modifiersShape.shape, key) ||
    Object.hasOwn(comparisonShape.shape, key)
  );
}

function guessSubject(key: string, expected: 'signal' | 'condition'): string | null {
  const conditions = expected === 'condition' ? [...Object.keys(conditionShapes), ...SEVERITIES] : [];
  return didYouMean(key, [...conditions, ...Object.keys(signalShapes), ...FUNCTIONS_OF_WORDS]);
}

const FUNCTIONS_OF_WORDS = [...AGGREGATE_NAMES.keys()].filter((name) => !/^p\d/.test(name));
