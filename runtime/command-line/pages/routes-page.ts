import { DAYS } from '../../../rules/format/rule-shape.js';
import type { ActiveSpan, Severity } from '../../../rules/rule.js';
import type { LabelValues, RouteCase, ToldReceiver } from '../../delivery/route-cases.js';
import { spanText } from '../../replay/story/span-text.js';
import { column, labelArguments, paragraph, shellWord } from '../text-layout.js';
import type { PageOptions } from './page-options.js';

/** Alerts of one rule and severity, and where they go. */
export interface RoutedAlerts {
  readonly rule: string;
  readonly severity: Severity;
  /** Those that are known. */
  readonly labels: Readonly<Record<string, string>>;
  readonly cases: readonly RouteCase[];
}

const NAME_COLUMNS = 16;
const INDENT = 2;

/**
 * Who is told of which alerts, and when; those of which the same becomes stand together:
 *
 * ```text
 * press-hot, press-slow  warning
 *   line=line-1: by route 1
 *     maintenance       by mail, after 10s, with others of the same rule; changes
 *                       at most every 1m, critical ones at once; again every 1h
 *     after 15m also manager
 *   otherwise: by route 2
 *     scada             by webhook, at once
 * ```
 */
export function routesPage(alerts: readonly RoutedAlerts[], options: PageOptions): string {
  const blocks = alike(alerts).map((some) => blockOf(some, options).join('\n'));
  const lost = alerts.filter(({ cases }) => cases.some(({ by }) => by === 'nobody'));
  const names = [...new Set(lost.map(({ rule }) => rule))];
  if (names.length > 0) blocks.push(lostText(names));
  return `${blocks.join('\n\n')}\n`;
}

function lostText(rules: readonly string[]): string {
  const [first, ...others] = rules;
  const more =
    others.length === 0 ? '' : ` and ${others.length} other ${others.length === 1 ? 'rule' : 'rules'}`;
  return `Nobody is told of alerts of ${first}${more}: add a route to tocsin.json.`;
}

/** Alerts of which the same becomes, in order of the first of them. */
function alike(alerts: readonly RoutedAlerts[]): RoutedAlerts[][] {
  const byRest = new Map<string, RoutedAlerts[]>();
  for (const one of alerts) {
    const { severity, labels, cases } = one;
    const key = JSON.stringify([severity, labels, cases]);
    const others = byRest.get(key);
    if (others === undefined) byRest.set(key, [one]);
    else others.push(one);
  }
  return [...byRest.values()];
}

function blockOf(alerts: readonly RoutedAlerts[], options: PageOptions): string[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const { severity, labels, cases } = first;
  const parts = [alerts.map(({ rule }) => rule).join(', '), severity, labelArguments(labels)];
  const heading = parts.filter((part) => part !== '').join('  ');
  return [
    ...paragraph(heading, { indent: 0, width: options.width }).map((line) => options.style('bold', line)),
    ...cases.flatMap((one) => caseLines(one, severity, options)),
  ];
}

function caseLines(one: RouteCase, severity: Severity, { style, width }: PageOptions): string[] {
  const which = whenText(one.when);
  const how = byText(one);
  const text = which === null ? how : `${which}: ${how}`;
  const heading = paragraph(text, { indent: INDENT, width });
  return [
    ...heading.map((line) => (one.by === 'nobody' ? style('yellow', line) : line)),
    ...one.told.flatMap((told) => row(told.receiver, toldText(told, severity), width)),
    ...one.levels.flatMap(({ receiver, topic }) => row(receiver, `on while it fires: ${topic}`, width)),
    ...one.escalate.flatMap(({ afterMs, to }) =>
      paragraph(`after ${spanText(afterMs)} also ${to.join(', ')}`, { indent: 2 * INDENT, width }),
    ),
  ];
}

/** `line=line-1`, `line=line-1 or line=line-2`, `otherwise`; `null`: always. */
function whenText(when: readonly LabelValues[]): string | null {
  if (when.every((values) => Object.keys(values).length === 0)) return null;
  if (when.some((values) => Object.values(values).every((value) => value === null))) return 'otherwise';
  return when.map(valuesText).join(' or ');
}

function valuesText(values: LabelValues): string {
  return Object.entries(values)
    .map(([name, value]) => (value === null ? `another ${name}` : `${name}=${shellWord(value)}`))
    .join(' ');
}

function byText({ by, routes, told, levels }: RouteCase): string {
  const matching = routes.length === 0 ? '' : `route ${routes.join(' and ')}`;
  const timed = matching === '' || told.length === 0 ? '' : `, timed by ${matching}`;
  switch (by) {
    case 'nobody':
      return 'nobody is told: no route matches';
    case 'notify':
      return told.length + levels.length === 0
        ? 'only recorded, by its `notify`'
        : `by its \`notify\`${timed}`;
    case 'routes':
      return told.length + levels.length === 0 ? `only recorded, by ${matching}` : `by ${matching}`;
    case 'only-receiver':
      return 'to the only receiver, without routes';
    case 'every-receiver':
      return 'to every receiver but the one it is about: no route matches';
  }
}

function row(name: string, text: string, width: number): string[] {
  const indent = 2 * INDENT;
  const at = indent + NAME_COLUMNS + 2;
  const [first = '', ...others] = paragraph(text, { indent: at, width });
  return [`${' '.repeat(indent)}${column(name, NAME_COLUMNS)}  ${first.trimStart()}`, ...others];
}

const CHANNELS = { email: 'by mail', webhook: 'by webhook' } as const;

/** `by mail, after 10s, with others of the same line; changes at most every 1m; again every 1h` */
function toldText(told: ToldReceiver, severity: Severity): string {
  const { channel, group, waitMs, holdMs, intervalMs, repeatMs, schedule } = told;
  const held = holdMs > 0 && holdMs === waitMs ? ' (others may suppress it)' : '';
  const first = [CHANNELS[channel], waitMs === 0 ? 'at once' : `after ${spanText(waitMs)}${held}`];
  if (group !== null)
    first.push(group.length === 0 ? 'with all others' : `with others of the same ${listed(group)}`);
  const changes =
    intervalMs === 0
      ? ''
      : `changes ${severity === 'critical' ? 'at once' : `at most every ${spanText(intervalMs)}`}`;
  const again = repeatMs === null ? '' : `again every ${spanText(repeatMs)}`;
  const hours = schedule === null ? '' : `only ${schedule.map(spanOf).join(' and ')}`;
  return [first.join(', '), changes, again, hours].filter((part) => part !== '').join('; ');
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `mon, tue 06:00 to 22:00 (Europe/Berlin)` */
function spanOf({ days, fromMinute, toMinute, timezone }: ActiveSpan): string {
  const names = days.length === DAYS.length ? '' : `${days.map((day) => DAYS[day]).join(', ')} `;
  return `${names}${timeOfDay(fromMinute)} to ${timeOfDay(toMinute)} (${timezone})`;
}

function timeOfDay(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
