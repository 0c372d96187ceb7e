import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Delivery, Notice, NoticeAlert } from '../../../runtime/delivery/notice.js';
import type { BodyFormat } from '../../../runtime/formats/body-format.js';
import { findFormat, templateFormat } from '../../../runtime/formats/find-format.js';
import { readTemplate } from '../../../runtime/formats/read-template.js';
import { delivery } from '../delivery/delivery-fixture.js';

/** A format that comes with the program. */
export function shipped(name: string, parameters: Record<string, string> = {}): BodyFormat {
  const found = findFormat(name, () => null);
  if (found.kind === 'none') throw new Error(found.message);
  return found.kind === 'code' ? found.format : formatOf(found.file.text, parameters);
}

export function formatOf(text: string, parameters: Record<string, string> = {}): BodyFormat {
  const { template, issues } = readTemplate({ path: 'formats/a.json', text });
  if (template === null) throw new Error(JSON.stringify(issues));
  return templateFormat(template, text, {
    parameters: new Map(Object.entries(parameters)),
    timezone: 'Europe/Berlin',
  });
}

/** The notice of the delivery fixture, with other alerts. */
export function noticeOf(alerts: readonly NoticeAlert[], change: Partial<Notice> = {}): Delivery {
  const one = delivery();
  return { ...one, notice: { ...one.notice, alerts, ...change } };
}

export function alert(
  event: Partial<AlertEvent> = {},
  change: Omit<Partial<NoticeAlert>, 'event'> = {},
): NoticeAlert {
  const [base] = delivery().notice.alerts;
  if (base === undefined) throw new Error('no alert');
  return { ...base, ...change, event: { ...base.event, ...event } };
}

export const RESOLVED = { event: 'resolved', reason: 'normal' } as const;
