import { createHash } from 'node:crypto';
import { SEVERITIES } from '../../rules/rule.js';
import { mailContent } from '../delivery/mail-content.js';
import type { Delivery, Notice, NoticeAlert } from '../delivery/notice.js';
import { type NoticeStory, noticeStory } from '../delivery/notice-story.js';
import { oneLine, shorten } from '../delivery/plain-text.js';
import { webhookBody } from '../delivery/webhook-body.js';

/** What a template is filled from. */
export interface Scope {
  readonly delivery: Delivery;
  /** The first of the notice, or the one whose turn it is. */
  readonly alert: NoticeAlert;
  /** Inside a list of rows. */
  readonly row: readonly [name: string, value: string] | null;
  /** From the receiver, secrets in the clear. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly timezone: string;
}

/** `null`: there is nothing of that kind. */
export type Value = string | number | boolean | object | null;

/** Texts are cut: services refuse what is too long for them, Slack more than 3,000 characters after escaping. */
const TEXT_CHARS_MAX = 100;
const MESSAGE_CHARS_MAX = 350;
const WHOLE_CHARS_MAX = 1_500;

/** Words that stand for something in any place of a template. */
const NOTICE: Readonly<Record<string, (scope: Scope) => Value>> = {
  id: ({ delivery }) => delivery.notice.id,
  gateway: ({ delivery }) => delivery.notice.gateway,
  /** As a part of a URI. */
  gatewayUri: ({ delivery }) => encodeURI(delivery.notice.gateway),
  receiver: ({ delivery }) => delivery.notice.receiver,
  kind: ({ delivery }) => delivery.notice.kind,
  sentAt: ({ delivery }) => delivery.notice.sentAt,
  sentAtIso: ({ delivery }) => new Date(delivery.notice.sentAt).toISOString(),
  late: ({ delivery }) => delivery.notice.late,
  state: ({ delivery }) => stateOf(delivery.notice.alerts),
  severity: ({ delivery }) => worstOf(delivery.notice.alerts),
  tone: ({ delivery }) => toneOf(delivery.notice.alerts),
  headline: ({ delivery, timezone }) => mailContent(delivery, timezone).subject,
  text: ({ delivery, timezone }) => shorten(mailContent(delivery, timezone).text.trimEnd(), WHOLE_CHARS_MAX),
  count: ({ delivery }) => delivery.notice.alerts.length + delivery.notice.omitted,
  omitted: ({ delivery }) => delivery.notice.omitted,
  notice: ({ delivery }) => JSON.parse(webhookBody(delivery.notice)) as object,
};

const ALERT: Readonly<Record<string, (scope: Scope) => Value>> = {
  title: (scope) => storyOf(scope).title,
  place: (scope) => storyOf(scope).place,
  message: (scope) => storyOf(scope).message,
  /** `critical, still firing` */
  status: (scope) => storyOf(scope).state,
  runbook: (scope) => storyOf(scope).runbook,
  state: ({ alert }) => stateOf([alert]),
  tone: ({ alert }) => toneOf([alert]),
  severity: ({ alert }) => alert.event.severity,
  event: ({ alert }) => alert.event.event,
  rule: ({ alert }) => alert.event.rule,
  episode: ({ alert, delivery }) => alert.event.episode ?? delivery.notice.id,
  key: ({ alert }) => alertKey(alert),
  time: ({ alert }) => alert.event.time,
  timeIso: ({ alert }) => new Date(alert.event.time).toISOString(),
  startedAt: ({ alert }) => alert.startedAt,
  startedAtIso: ({ alert }) => new Date(alert.startedAt).toISOString(),
  labels: ({ alert }) => alert.event.labels,
  values: ({ alert }) => alert.event.values,
};

const ROW: Readonly<Record<string, (scope: Scope) => Value>> = {
  name: ({ row }) => row?.[0] ?? null,
  value: ({ row }) => row?.[1] ?? null,
};

const GROUPS = { alert: ALERT, row: ROW } as const;

/** All words, for hints. */
export const WORDS: readonly string[] = [
  ...Object.keys(NOTICE),
  ...Object.keys(ALERT).map((name) => `alert.${name}`),
  'row.name',
  'row.value',
  'parameters.NAME',
  'alert.labels.NAME',
  'alert.values.NAME',
];

/** What a word stands for; `null`: there is no such word. */
export function readerOf(word: string): ((scope: Scope) => Value) | null {
  const [group = '', name, ...more] = word.split('.');
  if (name === undefined) return Object.hasOwn(NOTICE, group) ? trimmed(NOTICE[group]) : null;
  const rest = [name, ...more].join('.');
  if (group === 'parameters') return ({ parameters }) => parameters.get(rest) ?? null;
  if (group === 'alert' && more.length > 0) return partReader(name, more.join('.'));
  if (group !== 'alert' && group !== 'row') return null;
  const readers = GROUPS[group];
  return more.length === 0 && Object.hasOwn(readers, name) ? trimmed(readers[name]) : null;
}

/** `alert.labels.line` */
function partReader(kind: string, name: string): ((scope: Scope) => Value) | null {
  if (kind !== 'labels' && kind !== 'values') return null;
  return ({ alert }) => {
    const all = alert.event[kind];
    const value = Object.hasOwn(all, name) ? (all[name] ?? null) : null;
    return typeof value === 'string' ? shorten(oneLine(value), TEXT_CHARS_MAX) : value;
  };
}

function trimmed(read: ((scope: Scope) => Value) | undefined): ((scope: Scope) => Value) | null {
  if (read === undefined) return null;
  return (scope) => {
    const value = read(scope);
    return typeof value === 'string' ? shorten(value, WHOLE_CHARS_MAX) : value;
  };
}

/** The rows of an alert, as a mail has them: when, where, what was measured. */
export function rowsOf(scope: Scope): NoticeStory['times'] {
  const { times, labels, values } = storyOf(scope);
  return [...times, ...labels, ...values].map(
    ([name, value]) => [name, shorten(value, TEXT_CHARS_MAX)] as const,
  );
}

function storyOf({ delivery, alert, timezone }: Scope): NoticeStory {
  const story = noticeStory(delivery.notice, alert, timezone);
  const { title, place, message, runbook } = story;
  return {
    ...story,
    title: shorten(title, TEXT_CHARS_MAX),
    place: shorten(place, TEXT_CHARS_MAX),
    message: shorten(message, MESSAGE_CHARS_MAX),
    runbook: runbook === null ? null : shorten(runbook, MESSAGE_CHARS_MAX),
  };
}

export function stateOf(alerts: Notice['alerts']): 'firing' | 'resolved' {
  return alerts.every(({ event }) => event.event === 'resolved') ? 'resolved' : 'firing';
}

function worstOf(alerts: Notice['alerts']): string {
  const firing = alerts.filter(({ event }) => event.event !== 'resolved');
  const ranks = (firing.length > 0 ? firing : alerts).map(({ event }) => SEVERITIES.indexOf(event.severity));
  return SEVERITIES[Math.max(0, ...ranks)] ?? 'info';
}

function toneOf(alerts: Notice['alerts']): string {
  return stateOf(alerts) === 'resolved' ? 'resolved' : worstOf(alerts);
}

/** The same for an alert over all its episodes: rule and labels. */
export function alertKey({ event }: NoticeAlert): string {
  const labels = Object.entries(event.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([event.rule, labels]))
    .digest('hex')
    .slice(0, 16);
}
