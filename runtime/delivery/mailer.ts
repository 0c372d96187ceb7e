import type { createTransport } from 'nodemailer';

/** What sends mail. */
export interface Mailer {
  readonly createTransport: typeof createTransport;
}

let loading: Promise<Mailer> | null = null;

/** Loads what sends mail, which takes some megabytes: only where a receiver wants mail. */
export function loadMailer(): Promise<Mailer> {
  loading ??= import('nodemailer');
  return loading;
}

/** Begins to load it: at the first mail the disk may not be what it was. A failure shows when it is needed. */
export function prepareMailer(): void {
  loadMailer().catch(() => {
    loading = null;
  });
}
