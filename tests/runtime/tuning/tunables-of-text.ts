import { loadRules } from '../../../rules/format/load-rules.js';
import { type Tunable, tunablesOf } from '../../../runtime/tuning/tunable.js';

/** What can be set in the rules of one file; a mistake in them fails the test. */
export function tunablesOfText(text: string): Tunable[] {
  const { rules, origins, issues } = loadRules([{ path: 'rules/test.json', text }]);
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('\n'));
  return rules.flatMap(({ id }) => {
    const origin = origins.get(id);
    return origin === undefined ? [] : tunablesOf(id, origin);
  });
}
