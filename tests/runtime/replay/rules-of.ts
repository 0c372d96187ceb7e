import { loadRules } from '../../../rules/format/load-rules.js';
import type { Rule } from '../../../rules/rule.js';

/** Rules as their file would give them; a mistake in them fails the test. */
export function rulesOf(...rules: readonly object[]): readonly Rule[] {
  const loaded = loadRules([{ path: 'rules/test.json', text: JSON.stringify({ rules }) }]);
  if (loaded.issues.length > 0) throw new Error(loaded.issues.map(({ message }) => message).join('\n'));
  return loaded.rules;
}

/** Fires at once above 80, resolves at or below it. */
export const HOT = { id: 'hot', inputs: { temp: 'plant/{machine}/temp' }, when: 'temp > 80' };
/** Fires after 30 s above 80. */
export const HOT_FOR = {
  id: 'hot-for',
  inputs: { temp: 'plant/{machine}/temp' },
  when: { value: 'temp', above: 80, for: '30s' },
};
