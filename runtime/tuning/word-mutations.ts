import type { PlaceMutation } from './mutation.js';
import type { WordPlace } from './rule-places.js';
import { between, shiftedDuration, shiftedNumber } from './shifted.js';

const NEIGHBOURS: ReadonlyMap<string, string> = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['==', '!='],
  ['!=', '=='],
  ['&&', '||'],
  ['||', '&&'],
]);

/** Changes of a word of an expression. */
export function wordMutations({ type, text, span }: WordPlace): PlaceMutation[] {
  const changed = (change: string, test: string): PlaceMutation => ({
    what: text,
    change,
    edit: { span, text: change },
    test,
  });
  if (type === 'operator') {
    const other = NEIGHBOURS.get(text);
    return other === undefined ? [] : [changed(other, operatorTest(text))];
  }
  const changes = type === 'duration' ? shiftedDuration(text) : shiftedNumber(Number(text));
  const words = type === 'duration' ? 'a reading that is' : 'a value at which';
  return changes.map((change) =>
    changed(
      change,
      type === 'duration'
        ? `${words} ${between(text, change)} old, which ${text} and ${change} tell apart`
        : `${words} ${text} and ${change} make a difference`,
    ),
  );
}

function operatorTest(operator: string): string {
  if (operator === '&&' || operator === '||') return 'a test in which one side is true and the other is not';
  return operator === '==' || operator === '!='
    ? 'a test in which both sides are equal, and one in which they are not'
    : 'a test in which both sides are exactly equal';
}
