import { SEVERITIES, type Severity } from '../../../rules/rule.js';
import type { AlertView } from '../../control/control-views.js';
import { isSystemRule } from '../../delivery/system-alert.js';
import { spanText } from '../../replay/story/span-text.js';
import type { Style } from '../style.js';
import { counted, edges, labelArguments, paragraph } from '../text-layout.js';
import type { PageOptions } from './page-options.js';

/** Long enough for `CRITICAL`. */
const STATE_WIDTH = 8;
const INDENT = STATE_WIDTH + 1;

/**
 * Alerts that have not ended, the worst and then the newest first:
 *
 * ```text
 * CRITICAL press-overheat  line=l1 machine=m1                               5m 12s
 *          m1 on l1 is at 85.5 °C
 * ```
 */
export function alertList(alerts: readonly AlertView[], options: PageOptions): string {
  if (alerts.length === 0) return 'No alerts.\n';
  const sorted = [...alerts].sort((a, b) => rank(b.severity) - rank(a.severity) || b.since - a.since);
  const lines = sorted.flatMap((alert) => alertLines(alert, options));
  return `${[...lines, '', total(alerts), ...whatNext(sorted, options)].join('\n')}\n`;
}

/** The two or more lines of one alert. */
export function alertLines(alert: AlertView, { now, width, style, command }: PageOptions): string[] {
  const { rule, labels, severity, since, message } = alert;
  const name = `${rule}  ${labelArguments(labels)}`.trimEnd();
  const [left, right] = edges(name, spanText(Math.max(0, now - since)), width - INDENT);
  const marks = marksOf(alert);
  return [
    `${severityWord(severity, style)} ${style('bold', left)}${right}`,
    ...paragraph(message, { indent: INDENT, width }),
    ...(marks === '' ? [] : paragraph(marks, { indent: INDENT, width }).map((line) => style('dim', line))),
    ...(alert.state === 'latched'
      ? paragraph(`End it: ${command(`reset ${name.replace('  ', ' ')}`)}`, { indent: INDENT, width })
      : []),
  ];
}

const SEVERITY_COLOURS = { critical: 'red', warning: 'yellow', info: 'cyan' } as const;

/** `CRITICAL`, in its colour. */
function severityWord(severity: Severity, style: Style): string {
  return style([SEVERITY_COLOURS[severity], 'bold'], severity.toUpperCase().padEnd(STATE_WIDTH));
}

function marksOf({ state, suppressed, silenced, stale, acknowledged }: AlertView): string {
  return [
    ...(state === 'latched' ? ['is over, and stays until it is reset'] : []),
    ...(suppressed ? ['suppressed by another alert: nobody is told'] : []),
    ...(silenced ? ['silenced'] : []),
    ...(stale ? ['an input of its rule is silent'] : []),
    ...(acknowledged === null ? [] : [`acknowledged by ${acknowledged.by}`]),
  ].join('; ');
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** `3 alerts: 1 critical, 2 warning` */
function total(alerts: readonly AlertView[]): string {
  const parts = [...SEVERITIES]
    .sort((a, b) => rank(b) - rank(a))
    .map((severity) => [severity, alerts.filter((alert) => alert.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  return `${counted(alerts.length, 'alert')}: ${parts.join(', ')}`;
}

function whatNext(sorted: readonly AlertView[], { command }: PageOptions): string[] {
  const first = sorted.find(({ rule }) => !isSystemRule(rule));
  if (first === undefined) return [];
  return [`Why: ${command(`explain ${first.rule} ${labelArguments(first.labels)}`.trimEnd())}`];
}
