import type { SendMailOptions } from 'nodemailer';
import { mailContent } from './mail-content.js';
import type { Delivery } from './notice.js';

export interface MailOptions {
  readonly from: string;
  readonly to: readonly string[];
  /** Of the times in the mail. */
  readonly timezone: string;
}

/** The whole mail, with the same id at every attempt, so that mail programs show a second copy once. */
export function mailMessage(delivery: Delivery, { from, to, timezone }: MailOptions): SendMailOptions {
  const { notice, thread, severity } = delivery;
  const isFirst = thread === notice.id;
  const isUrgent = severity === 'critical' && notice.kind !== 'resolved';
  return {
    from: { name: 'Tocsin', address: from },
    to: [...to],
    ...mailContent(delivery, timezone),
    messageId: messageId(notice.id, from),
    ...(isFirst ? {} : { references: messageId(thread, from), inReplyTo: messageId(thread, from) }),
    date: new Date(notice.sentAt),
    ...(isUrgent ? { priority: 'high' } : {}),
    // No holiday replies to a machine.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    // Nothing in a mail of ours names a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The domain of the sender is one that exists; servers look askance at made-up ones. */
function messageId(id: string, from: string): string {
  return `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}
