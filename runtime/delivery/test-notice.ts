import { randomUUID } from 'node:crypto';
import { type Delivery, noticeId } from './notice.js';

export interface TestNoticeOptions {
  readonly gateway: string;
  readonly receiver: string;
  /** Epoch ms, as printed. */
  readonly time: number;
  /** Engine time. */
  readonly now: number;
}

const MESSAGE =
  'This is a test: if you can read it, alerts of this gateway reach you. There is nothing to do.';

/** A notice that tells of nothing, to see whether it arrives. Each is another one. */
export function testNotice({ gateway, receiver, time, now }: TestNoticeOptions): Delivery {
  const id = noticeId({ gateway, receiver, kind: 'test', key: [randomUUID()] });
  const alert = {
    event: {
      time,
      rule: 'tocsin/test',
      event: 'firing' as const,
      severity: 'info' as const,
      labels: {},
      values: {},
      message: MESSAGE,
      episode: null,
    },
    title: `Test of ${receiver}`,
    runbook: null,
    startedAt: time,
    url: null,
    units: {},
  };
  return {
    notice: { id, gateway, receiver, kind: 'test', sentAt: time, late: false, alerts: [alert], omitted: 0 },
    lane: id,
    severity: 'info',
    obligations: 0,
    thread: id,
    createdAt: now,
    expiresAt: now,
  };
}
