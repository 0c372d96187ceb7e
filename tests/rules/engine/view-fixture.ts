import type { Plan } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { JsonValue } from '../../../rules/reading.js';

export type Source = Readonly<Record<string, JsonValue>>;

/** A site of views and rules that has no mistakes. */
export function siteOf({
  views = [],
  rules = [],
}: {
  views?: readonly Source[];
  rules?: readonly Source[];
}): Plan {
  const { plan, issues } = loadRules([
    { path: 'views/v.json', text: JSON.stringify({ views }) },
    { path: 'rules/r.json', text: JSON.stringify({ rules }) },
  ]);
  if (issues.length > 0) throw new Error(`refused: ${JSON.stringify(issues, null, 2)}`);
  return plan;
}
