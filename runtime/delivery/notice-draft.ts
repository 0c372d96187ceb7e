import type { Severity } from '../../rules/rule.js';
import type { Directory } from './directory.js';
import {
  type Delivery,
  type NoticeAlert,
  type NoticeKeyKind,
  type NoticeKind,
  noticeId,
  type Outlook,
} from './notice.js';
import type { Telling } from './telling.js';

/** A notice that is going to be written, unless there is no room for it. */
export interface NoticeDraft {
  readonly receiver: string;
  readonly kind: NoticeKind;
  readonly idKind: NoticeKeyKind;
  readonly key: readonly (string | number)[];
  readonly lane: string;
  /** The first notice of the lane; `null`: this is it. */
  readonly thread: string | null;
  readonly severity: Severity;
  readonly obligations: number;
  /** What it is sent for. */
  readonly news: readonly NoticeAlert[];
  /** What still fires beside that. */
  readonly still: readonly NoticeAlert[];
  /** Alerts that are in neither list. */
  readonly omitted: number;
  /** `null`: nothing is going to happen. */
  readonly outlook: Outlook | null;
}

/** A notice with more is too long to be read, and its body too big for some. */
export const ALERTS_MAX = 100;

/** The id of the notice that a draft becomes: it depends on what happened, not on when it is told. */
function draftId({ receiver, idKind, key }: NoticeDraft, { gateway }: Directory): string {
  return noticeId({ gateway, receiver, kind: idKind, key });
}

export function written(draft: NoticeDraft, directory: Directory, { now, wall }: Telling): Delivery {
  const { receiver, kind, news, still, lane, severity, obligations, thread } = draft;
  const id = draftId(draft, directory);
  const known = still.map((alert) => ({ ...alert, isKnown: true as const }));
  const alerts = [...news, ...known].slice(0, ALERTS_MAX);
  return {
    notice: {
      id,
      gateway: directory.gateway,
      receiver,
      kind,
      sentAt: wall,
      late: news.length > 0 && news.every(({ event }) => event.late === true),
      alerts,
      omitted: draft.omitted + news.length + still.length - alerts.length,
      ...(draft.outlook === null ? {} : { outlook: draft.outlook }),
    },
    lane,
    severity,
    obligations,
    thread: thread ?? id,
    createdAt: now,
    expiresAt: now + (directory.receivers.get(receiver)?.expiresMs ?? 0),
  };
}
