import type { ExplainedCondition } from '../../../rules/engine.js';
import type { ExplanationView, ToldView } from '../../control/control-views.js';
import { oneLine } from '../../delivery/plain-text.js';
import { zonedTime } from '../../delivery/zoned-time.js';
import { spanText } from '../../replay/story/span-text.js';
import { column, cut, edges, labelArguments } from '../text-layout.js';
import type { PageOptions } from './page-options.js';

/**
 * What one instance of a rule sees, and why it does or does not fire:
 *
 * ```text
 * press-overheat  line=l1 machine=m1
 * firing (critical) since 2026-01-05 07:00:12 +01:00, for 5m 12s
 *
 *   temp  85.5
 *
 * critical
 *   ✓ temp above 80 (deadband 5)                                           85.5
 *
 * told
 *   scada             firing      delivered
 * ```
 */
export function explanationText(explanation: ExplanationView, options: PageOptions): string {
  const { rule, labels, levels } = explanation;
  const { style } = options;
  const lines = [
    style('bold', `${rule}  ${labelArguments(labels)}`.trimEnd()),
    stateText(explanation, options),
    '',
    ...valueLines(explanation, options),
    ...levels.flatMap(({ severity, condition }) => [
      '',
      style('dim', severity),
      ...conditionLines(condition, explanation, options, 1),
    ]),
    ...toldLines(explanation, options),
  ];
  return `${lines.join('\n')}\n`;
}

function stateText(
  { state, severity, alert, time, mutedBy }: ExplanationView,
  { timezone, style }: PageOptions,
): string {
  const grade = severity === null ? '' : ` (${severity})`;
  const since =
    alert === null
      ? ''
      : ` since ${zonedTime(alert.since, timezone)}, for ${spanText(Math.max(0, time - alert.since))}`;
  const latched = state === 'latched' ? '; is over, and stays until it is reset' : '';
  const muted = alert?.suppressed === true ? `; suppressed${byWhom(mutedBy)}: nobody is told` : '';
  return style(state === 'inactive' ? 'green' : 'yellow', `${state}${grade}${since}${latched}${muted}`);
}

/** ` by cooling-lost line=line-1` */
function byWhom(mutedBy: ExplanationView['mutedBy']): string {
  const [first, ...others] = mutedBy;
  if (first === undefined) return ' by another alert';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return ` by ${first.rule} ${labelArguments(first.labels)}`.trimEnd() + more;
}

function valueLines({ values }: ExplanationView, { width }: PageOptions): string[] {
  const names = Object.keys(values);
  const nameWidth = Math.min(24, Math.max(0, ...names.map((name) => name.length)));
  return Object.entries(values).map(([name, value]) =>
    cut(`  ${column(name, nameWidth)}  ${valueText(value)}`, width),
  );
}

const MARKS = { true: ['✓', 'green'], false: ['✗', 'red'], unknown: ['?', 'yellow'] } as const;

function conditionLines(
  condition: ExplainedCondition,
  explanation: ExplanationView,
  options: PageOptions,
  depth: number,
): string[] {
  const { width, style } = options;
  const [mark, colour] = MARKS[condition.state];
  const indent = '  '.repeat(depth);
  const [left, right] = edges(
    oneLine(condition.text),
    seenText(condition, explanation),
    width - indent.length - 2,
  );
  return [
    `${indent}${style(colour, mark)} ${left}${right}`.trimEnd(),
    ...(condition.of ?? []).flatMap((part) => conditionLines(part, explanation, options, depth + 1)),
  ];
}

/** The condition needs the rest of the line. */
const SEEN_WIDTH = 24;

/** `85.5`, `in 12s`: what it sees, and when its delay ends. */
function seenText({ value, due, state }: ExplainedCondition, { time }: ExplanationView): string {
  const seen = value === undefined ? (state === 'unknown' ? 'unknown' : '') : valueText(value);
  const ends = due === undefined || due <= time ? '' : `in ${spanText(due - time)}`;
  return [cut(seen, SEEN_WIDTH), ends].filter((part) => part !== '').join(', ');
}

const STATES: Readonly<Record<ToldView['state'], string>> = {
  queued: 'queued',
  delivered: 'delivered',
  merged: 'merged',
  expired: 'expired',
  dead: 'dead',
  'would-have-gone': 'would have gone',
  'would-go': 'would go',
};

function valueText(value: unknown): string {
  if (value === null) return 'unknown';
  return typeof value === 'string' ? oneLine(value) : String(value);
}

function toldLines({ told }: ExplanationView, { style, width, timezone }: PageOptions): string[] {
  if (told.length === 0) return [];
  const rows = told.map(({ receiver, kind, state, lastError, at }) => {
    const when = at === undefined ? '' : ` at ${zonedTime(at, timezone)}`;
    const error = lastError === null ? '' : `: ${oneLine(lastError)}`;
    return cut(`  ${column(receiver, 16)}  ${column(kind, 10)}  ${STATES[state]}${when}${error}`, width);
  });
  return ['', style('dim', 'told'), ...rows];
}
