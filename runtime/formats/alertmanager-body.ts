import type { Notice, NoticeAlert } from '../delivery/notice.js';
import type { BodyFormat } from './body-format.js';
import { alertKey, stateOf } from './notice-values.js';

/** As Alertmanager has it for alerts that have not ended. */
const NO_END = '0001-01-01T00:00:00Z';

/** The body that Prometheus' Alertmanager posts to webhooks, version 4: what is made for it takes our notices as well. */
export const ALERTMANAGER_FORMAT: BodyFormat = {
  contentType: 'application/json',
  fingerprint: 'alertmanager',
  render: ({ notice, lane }) => JSON.stringify(bodyOf(notice, lane)),
};

function bodyOf(notice: Notice, lane: string) {
  const { gateway, receiver, alerts, omitted } = notice;
  const all = alerts.map((alert) => alertOf(alert, gateway));
  return {
    version: '4',
    groupKey: `${gateway}:${lane}`,
    truncatedAlerts: omitted,
    status: stateOf(alerts),
    receiver,
    groupLabels: {},
    commonLabels: common(all.map(({ labels }) => labels)),
    commonAnnotations: common(all.map(({ annotations }) => annotations)),
    externalURL: '',
    alerts: all,
  };
}

function alertOf(alert: NoticeAlert, gateway: string) {
  const { event, title, runbook, startedAt, url } = alert;
  const isOver = event.event === 'resolved';
  const labels: Record<string, string> = {
    ...event.labels,
    alertname: event.rule,
    severity: event.severity,
    gateway,
  };
  const annotations: Record<string, string> = {
    summary: title,
    description: event.message,
    ...(runbook === null ? {} : { runbook_url: runbook }),
  };
  return {
    status: isOver ? 'resolved' : 'firing',
    labels,
    annotations,
    startsAt: new Date(startedAt).toISOString(),
    endsAt: isOver ? new Date(event.time).toISOString() : NO_END,
    generatorURL: url ?? '',
    fingerprint: alertKey(alert),
  };
}

/** What all of them agree on. */
function common(records: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first, ...others] = records;
  const shared = Object.entries(first ?? {}).filter(([name, value]) =>
    others.every((other) => Object.hasOwn(other, name) && other[name] === value),
  );
  return Object.fromEntries(shared);
}
