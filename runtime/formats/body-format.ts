import type { Delivery } from '../delivery/notice.js';
import { webhookBody } from '../delivery/webhook-body.js';

/** The form of a webhook's body. */
export interface BodyFormat {
  readonly contentType: string;
  /** Tells this form from others: with another one what waits is tried anew. */
  readonly fingerprint: string;
  /** The same bytes at every attempt. */
  render(delivery: Delivery): string;
}

export const TOCSIN_FORMAT: BodyFormat = {
  contentType: 'application/json',
  fingerprint: 'tocsin',
  render: ({ notice }) => webhookBody(notice),
};
