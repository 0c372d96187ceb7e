import type { EndReason } from '../../rules/alert-event.js';
import type { Scalar } from '../../rules/reading.js';
import type { Severity } from '../../rules/rule.js';
import { spanText } from '../replay/story/span-text.js';
import type { Notice, NoticeAlert } from './notice.js';
import { oneLine } from './plain-text.js';
import { zonedTime } from './zoned-time.js';

/** Names and what stands beside them. */
export type Rows = readonly (readonly [string, string])[];

/** What a notice says of one alert, in pieces that each format puts together its own way. All on one line each. */
export interface NoticeStory {
  /** `critical`, `warning, was critical`, `critical, still firing`, `resolved`. */
  readonly state: string;
  /** Sets the colour: the severity, or that it is over. */
  readonly tone: Severity | 'resolved';
  /** The receiver knew of it, and it goes on. */
  readonly isKnown: boolean;
  readonly title: string;
  /** `l1, m1`: the labels' values. */
  readonly place: string;
  readonly message: string;
  readonly labels: Rows;
  readonly times: Rows;
  /** What was measured, and what raises the alert. */
  readonly values: Rows;
  readonly runbook: string | null;
}

/** What a notice says of one of its alerts. */
export function noticeStory(notice: Notice, alert: NoticeAlert, timezone: string): NoticeStory {
  const { event, title, runbook, units, condition } = alert;
  const labels = Object.entries(event.labels).map(([name, value]) => [name, oneLine(value)] as const);
  const isOver = event.event === 'resolved';
  const values = Object.entries(event.values).map(
    ([name, value]) => [name, valueText(value, units[name])] as const,
  );
  return {
    state: stateText(notice, alert),
    tone: isOver ? 'resolved' : event.severity,
    isKnown: alert.isKnown === true,
    title: oneLine(title),
    place: labels.map(([, value]) => value).join(', '),
    message: oneLine(event.message),
    labels,
    times: timesOf(notice, alert, timezone),
    values: condition === undefined || isOver ? values : [...values, ['raised by', oneLine(condition)]],
    runbook: runbook === null ? null : oneLine(runbook),
  };
}

/** It is told again, without anything having happened. */
function isRepeated({ kind }: Notice, { isKnown }: NoticeAlert): boolean {
  return kind === 'repeat' || kind === 'escalation' || isKnown === true;
}

function stateText(notice: Notice, alert: NoticeAlert): string {
  const { event, flapping } = alert;
  if (notice.kind === 'test') return 'test';
  if (event.event === 'resolved') return 'resolved';
  if (isRepeated(notice, alert)) return `${event.severity}, still firing`;
  if (flapping !== undefined) return `${event.severity}, comes and goes`;
  return event.previous === undefined ? event.severity : `${event.severity}, was ${event.previous}`;
}

function timesOf(notice: Notice, alert: NoticeAlert, timezone: string): Rows {
  const { event, startedAt } = alert;
  const since = ['since', zonedTime(startedAt, timezone)] as const;
  const at = `${zonedTime(event.time, timezone)}, after ${spanText(event.time - startedAt)}`;
  if (event.event === 'resolved') return [since, ['ended', at], ['because', endText(event.reason)]];
  if (isRepeated(notice, alert)) {
    return [[since[0], `${since[1]}, for ${spanText(Math.max(0, notice.sentAt - startedAt))}`]];
  }
  return event.event === 'severity' ? [since, ['changed', at]] : [since];
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
