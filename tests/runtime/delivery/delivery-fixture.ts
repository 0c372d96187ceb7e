import type { AlertEvent, AlertEventKind } from '../../../rules/alert-event.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { Rule, Severity } from '../../../rules/rule.js';
import { type Delivery, type NoticeKind, noticeId } from '../../../runtime/delivery/notice.js';
import type { DeliveryReport } from '../../../runtime/delivery/receiver-queue.js';

export const NOON = Date.UTC(2026, 5, 1, 12);

export function event(change: Partial<AlertEvent> = {}): AlertEvent {
  return {
    time: NOON,
    rule: 'press-overheat',
    event: 'firing',
    severity: 'critical',
    labels: { line: 'l1', machine: 'm1' },
    values: { temp: 85.25, mode: 'auto', ok: null },
    message: 'm1 on l1 is at 85.25 °C',
    episode: 'e000000000000001',
    ...change,
  };
}

export function rule(change: { notify?: string[]; runbook?: string; title?: string } = {}): Rule {
  const file = {
    id: 'press-overheat',
    title: 'Press overheating',
    inputs: { temp: { topic: 'factory/{line}/{machine}/temp', unit: '°C' } },
    when: 'temp > 80',
    ...change,
  };
  const { rules, issues } = loadRules([{ path: 'rules/a.json', text: JSON.stringify(file) }]);
  const [loaded] = rules;
  if (loaded === undefined) throw new Error(JSON.stringify(issues));
  return loaded;
}

interface DeliveryChange {
  readonly receiver?: string;
  readonly episode?: string;
  /** The episode, unless told otherwise. */
  readonly lane?: string;
  readonly severity?: Severity;
  readonly event?: Partial<AlertEvent>;
  readonly kind?: NoticeKind;
  readonly number?: number;
  readonly thread?: string;
  readonly runbook?: string | null;
  readonly title?: string;
  readonly expiresAt?: number;
  readonly late?: boolean;
}

export function delivery(change: DeliveryChange = {}): Delivery {
  const { receiver = 'scada', episode = 'e1', severity = 'critical', kind = 'firing', number = 1 } = change;
  const id = noticeId({ gateway: 'gw', receiver, kind: 'event', key: [episode, number] });
  const told = event({ severity, episode, event: eventOf(kind), ...change.event });
  return {
    notice: {
      id,
      gateway: 'plant-7/gw-2',
      receiver,
      kind,
      sentAt: told.time,
      late: change.late ?? false,
      alerts: [
        {
          event: told,
          title: change.title ?? 'Press overheating',
          runbook: change.runbook ?? null,
          startedAt: NOON,
          url: null,
          units: { temp: '°C' },
        },
      ],
      omitted: 0,
    },
    lane: change.lane ?? episode,
    severity,
    obligations: 1,
    thread: change.thread ?? id,
    createdAt: told.time,
    expiresAt: change.expiresAt ?? told.time + 86_400_000,
  };
}

function eventOf(kind: NoticeKind): AlertEventKind {
  return kind === 'severity' || kind === 'resolved' ? kind : 'firing';
}

/** Keeps what people are told: `failing scada: HTTP 500`. */
export class Reported implements DeliveryReport {
  readonly lines: string[] = [];

  failing(receiver: string, reason: string): void {
    this.lines.push(`failing ${receiver}: ${reason}`);
  }

  unreachable(receiver: string, reason: string): void {
    this.lines.push(`unreachable ${receiver}: ${reason}`);
  }

  recovered(receiver: string): void {
    this.lines.push(`recovered ${receiver}`);
  }

  givenUp({ notice }: Delivery, state: 'expired' | 'dead', reason: string): void {
    this.lines.push(`${state} ${notice.receiver}: ${reason}`);
  }
}
