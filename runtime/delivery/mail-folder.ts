import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorText } from '../site/system-error.js';
import { type MailOptions, mailMessage } from './mail-message.js';
import { loadMailer, prepareMailer } from './mailer.js';
import type { Delivery } from './notice.js';
import type { AttemptResult, Receiver } from './receiver.js';

export interface MailFolderOptions extends MailOptions {
  readonly name: string;
  readonly fingerprint: string;
  readonly folder: string;
}

/** Writes notices as `.eml` files into a folder, where another program picks them up, or a person opens them. */
export class MailFolder implements Receiver {
  readonly name: string;
  readonly fingerprint: string;
  readonly concurrency = 1;
  readonly #options: MailFolderOptions;

  constructor(options: MailFolderOptions) {
    this.name = options.name;
    this.fingerprint = options.fingerprint;
    this.#options = options;
    prepareMailer();
  }

  async attempt(delivery: Delivery): Promise<AttemptResult> {
    const { folder } = this.#options;
    const mail = await composed(delivery, this.#options);
    try {
      await mkdir(folder, { recursive: true });
      await writeDurably(folder, fileName(delivery), mail);
      return { kind: 'delivered' };
    } catch (error) {
      const reason = systemErrorText(error);
      if (reason === null) throw error;
      return { kind: 'retry', reason: `cannot write into ${folder}: ${reason}` };
    }
  }
}

/** In order of time, and the same at every attempt: `20260105T060040Z-firing-press-overheat-abcdefgh.eml`. */
function fileName({ notice }: Delivery): string {
  const stamp = new Date(notice.sentAt).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  // Alerts of the program itself have a slash in theirs.
  const rule = (notice.alerts[0]?.event.rule ?? 'notice').replaceAll('/', '-');
  return `${stamp}-${notice.kind}-${rule}-${notice.id.slice(0, 8)}.eml`;
}

async function composed(delivery: Delivery, options: MailOptions): Promise<Buffer> {
  const { createTransport } = await loadMailer();
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await composer.sendMail(mailMessage(delivery, options));
  if (!Buffer.isBuffer(message)) throw new Error('the mail was not composed');
  return message;
}

/** Nobody ever sees half a file, and one that is there stays there: written aside, synced, renamed, folder synced. */
async function writeDurably(folder: string, name: string, content: Buffer): Promise<void> {
  const aside = join(folder, `.${name}.part`);
  const file = await open(aside, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(folder, name));
  const entries = await open(folder, 'r');
  try {
    await entries.sync();
  } finally {
    await entries.close();
  }
}
