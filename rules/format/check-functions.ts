import type { CustomFunction } from '../custom-function.js';
import type { Expression } from '../expression.js';
import { didYouMean } from './did-you-mean.js';
import { AGGREGATE_NAMES, SCALAR_FUNCTIONS } from './function-names.js';
import type { Functions } from './functions.js';
import type { RuleDraft } from './read-rule.js';
import { walkRule } from './walk-rule.js';

type Call = Extract<Expression, { kind: 'custom' }>;

/** Reports calls of functions that the site does not have. Gives those that a rule calls, by name. */
export function checkFunctions({ rule, context }: RuleDraft, functions: Functions): CustomFunction[] {
  const used = new Map<string, CustomFunction>();
  const check = (call: Call): void => {
    const found = functions.byName.get(call.name);
    if (found === undefined) {
      context.report(nameOf(call, context.placeOf(call)), unknownFunction(call.name, functions));
    } else if (call.args.length !== found.parameters.length) {
      const message = `\`${call.name}\` does not take ${count(call.args.length)}.`;
      context.reportOn(call, { code: 'wrong-arguments', message, hint: `Write ${found.usage}.` });
    } else used.set(call.name, found);
  };
  walkRule(rule, {
    expression: (expression) => {
      if (expression.kind === 'custom') check(expression);
    },
  });
  return [...used.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function unknownFunction(name: string, { names }: Functions) {
  if (names.has(name)) {
    const message = `The function \`${name}\` has errors.`;
    return { code: 'unknown-function', message, hint: null } as const;
  }
  const guess = didYouMean(name, [...Object.keys(SCALAR_FUNCTIONS), ...AGGREGATE_NAMES.keys(), ...names]);
  const hint =
    guess === null
      ? `A function of your own belongs into functions/${name}.js.`
      : `Did you mean \`${guess}\`?`;
  return { code: 'unknown-function', message: `There is no function \`${name}\`.`, hint } as const;
}

/** The name alone of a call that may be long. */
function nameOf({ name }: Call, { start }: { start: number }): { start: number; end: number } {
  return { start, end: start + name.length };
}

function count(args: number): string {
  return args === 1 ? '1 argument' : `${args} arguments`;
}
