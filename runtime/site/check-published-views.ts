import type { Issue } from '../../rules/format/issue.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import { canMeet, readsOf } from './check-levels.js';

/** Warns of views that are published where something reads: it never sees that, and somebody may count on it. */
export function checkPublishedViews({ plan, supplyOrigins }: LoadedRules): Issue[] {
  const readers = [...plan.rules, ...(plan.views ?? []), ...(plan.models ?? [])];
  return (plan.views ?? []).flatMap(({ id, publish }) => {
    const origin = supplyOrigins.get(`view:${id}`);
    if (publish === null || origin === undefined) return [];
    const reader = readers.find((one) =>
      readsOf(one).some((pattern) => canMeet(pattern.levels, publish.levels)),
    );
    if (reader === undefined) return [];
    const noun = 'kind' in reader ? reader.kind : 'rule';
    const place = origin.document.locate(origin.at(['publish']));
    return [
      {
        ...place,
        code: 'own-topic' as const,
        severity: 'warning' as const,
        message: `The ${noun} "${reader.id}" reads topics like this one, but what the program publishes is never its own input.`,
        hint: `Read the view itself: { "view": "${id}", "field": … }.`,
      },
    ];
  });
}
