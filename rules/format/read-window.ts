import type { Window } from '../rule.js';
import type { AggregateShape } from './condition-shapes.js';
import { formatDuration } from './duration.js';
import { child, headOf, type JsonObject, keyPlace } from './json-tree.js';
import { readCondition } from './read-condition.js';
import type { RuleContext } from './rule-context.js';

const DAY_MS = 86_400_000;

/** The window of an aggregate; `null` after it was reported that its keys make none, or more than one. */
export function readWindow(context: RuleContext, node: JsonObject, shape: AggregateShape): Window | null {
  const { over, every, session, during, longest, timezone } = shape;
  const kinds = [over ?? every, session, during].filter((key) => key !== undefined);
  if (kinds.length === 0) {
    const hint = 'Add "over": "5m" (a time) or "over": 100 (a number of readings).';
    context.report(headOf(node), { code: 'missing-window', message: 'The window is missing.', hint });
    return null;
  }
  if (kinds.length > 1)
    return refuse(
      context,
      node,
      during === undefined ? 'session' : 'during',
      'A window is of one kind: `over` and `every`, `session`, or `during`.',
    );
  if (longest !== undefined && session === undefined)
    return refuse(context, node, 'longest', '`longest` belongs to `session`.');
  if (timezone !== undefined && every === undefined)
    return refuse(context, node, 'timezone', '`timezone` belongs to `every`.');
  if (session !== undefined) return { kind: 'session', gapMs: session, longestMs: longest ?? null };
  if (during !== undefined)
    return { kind: 'during', condition: readCondition(context, child(node, 'during')) };
  return every === undefined ? (over ?? null) : readAligned(context, node, { over, every, timezone });
}

function readAligned(
  context: RuleContext,
  node: JsonObject,
  { over, every, timezone }: { over: AggregateShape['over']; every: number; timezone: string | undefined },
): Window | null {
  if (over?.kind === 'count')
    return refuse(context, node, 'every', '`every` does not go with a number of readings.');
  if (timezone !== undefined && DAY_MS % every !== 0) {
    return refuse(
      context,
      node,
      'every',
      `With \`timezone\`, \`every\` must divide a day; ${formatDuration(every)} does not.`,
    );
  }
  return { kind: 'aligned', overMs: over?.overMs ?? null, everyMs: every, timezone: timezone ?? null };
}

function refuse(context: RuleContext, node: JsonObject, key: string, message: string): null {
  context.report(keyPlace(node, key), { code: 'bad-window', message });
  return null;
}

/** What does not fit together between a window and the keys beside it. Reports all of it. */
export function checkWindowKeys(
  context: RuleContext,
  node: JsonObject,
  window: Window,
  shape: AggregateShape,
): void {
  if (shape.full && (window.kind === 'session' || window.kind === 'during')) {
    const message = '`full` is for windows of a fixed length.';
    context.report(keyPlace(node, 'full'), { code: 'bad-window', message, hint: 'Use `minCount` here.' });
  }
  if (window.kind === 'count' && shape.minCount !== undefined && shape.minCount > window.count) {
    const message = `\`minCount\` ${shape.minCount} is never reached in a window of ${window.count} readings.`;
    context.report(keyPlace(node, 'minCount'), { code: 'bad-window', message });
  }
}
