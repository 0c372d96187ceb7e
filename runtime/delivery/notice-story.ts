import type { EndReason } from '../../rules/alert-event.js';
import type { Scalar } from '../../rules/reading.js';
import type { Severity } from '../../rules/rule.js';
import { spanText } from '../replay/story/span-text.js';
import type { NoticeAlert, NoticeKind } from './notice.js';
import { oneLine } from './plain-text.js';
import { zonedTime } from './zoned-time.js';

/** What a notice says of one alert, in pieces that each format puts together its own way. All on one line each. */
export interface NoticeStory {
  /** `critical`, `warning, was critical`, `resolved`. */
  readonly state: string;
  /** Sets the colour: the severity, or that it is over. */
  readonly tone: Severity | 'resolved';
  readonly title: string;
  /** `l1, m1`: the labels' values. */
  readonly place: string;
  readonly message: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly times: readonly (readonly [string, string])[];
  readonly values: readonly (readonly [string, string])[];
  readonly runbook: string | null;
}

export function noticeStory(kind: NoticeKind, alert: NoticeAlert, timezone: string): NoticeStory {
  const { event, title, runbook } = alert;
  const labels = Object.entries(event.labels).map(([name, value]) => [name, oneLine(value)] as const);
  return {
    state: stateText(kind, alert),
    tone: kind === 'resolved' ? 'resolved' : event.severity,
    title: oneLine(title),
    place: labels.map(([, value]) => value).join(', '),
    message: oneLine(event.message),
    labels,
    times: timesOf(kind, alert, timezone),
    values: Object.entries(event.values).map(([name, value]) => [name, valueText(value, alert.units[name])]),
    runbook: runbook === null ? null : oneLine(runbook),
  };
}

function stateText(kind: NoticeKind, { event }: NoticeAlert): string {
  if (kind === 'resolved') return 'resolved';
  return event.previous === undefined ? event.severity : `${event.severity}, was ${event.previous}`;
}

function timesOf(kind: NoticeKind, { event, startedAt }: NoticeAlert, timezone: string): [string, string][] {
  const since: [string, string] = ['since', zonedTime(startedAt, timezone)];
  if (kind === 'firing') return [since];
  const lasted = spanText(event.time - startedAt);
  const now = zonedTime(event.time, timezone);
  if (kind === 'severity') return [since, ['changed', `${now}, after ${lasted}`]];
  return [since, ['ended', `${now}, after ${lasted}`], ['because', endText(event.reason)]];
}

/** Only `normal` is good news; the others say what is not watched or known any more. */
function endText(reason: EndReason | undefined): string {
  return reason === undefined ? END_TEXT.normal : END_TEXT[reason];
}

const END_TEXT: Readonly<Record<EndReason, string>> = {
  normal: 'back to normal',
  reset: 'a person reset it',
  inactive: 'no longer watched: the schedule of the rule ended',
  unknown: 'no longer known: what it is decided by stopped reporting',
  'rule changed': 'the rule was changed and does not hold any more',
  'rule removed': 'no longer watched: the rule was removed',
  disabled: 'no longer watched: the rule was switched off',
  forgotten: 'no longer watched: it was forgotten',
  pending: 'it did not last',
};

function valueText(value: Scalar | null, unit: string | undefined): string {
  if (value === null) return '?';
  const text = typeof value === 'number' ? String(Number(value.toPrecision(6))) : oneLine(String(value));
  return unit === undefined ? text : `${text} ${unit}`;
}
