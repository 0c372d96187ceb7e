import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailSettings } from '../site/configuration.js';
import { fetchSecret, MissingSecret } from '../site/secret.js';
import type { Check, Examined } from './examination.js';
import { failure, ok } from './finding.js';
import { NO_ANSWER, type Unreachable, unreachable } from './unreachable.js';

type Server = Extract<MailSettings, { kind: 'server' }>;

const ABOUT = 'smtp';

/** Whether the mail server can be reached, takes up TLS, and lets us in. No mail is sent. */
export const examineMailServer: Check = async (examined, signal) => {
  const { mail } = examined.configuration;
  if (mail?.kind !== 'server') return [];
  const address = `${mail.host}:${mail.port}`;
  try {
    const password = passwordOf(mail, examined);
    return [ok(ABOUT, `${address} ${await talk(mail, password, signal)}`)];
  } catch (error) {
    if (error instanceof MissingSecret) return []; // where it should be is for `secrets` to say
    const { reason, advice } = signal.aborted ? NO_ANSWER : explained(error);
    return [failure(ABOUT, `${address}: ${reason}`, advice)];
  }
};

function passwordOf({ password }: Server, { site, env }: Examined): string {
  return password === null ? '' : fetchSecret(password, { folder: site.folder, env }).reveal();
}

/** As far as sending a mail goes before the mail; what was found on the way, in words. */
async function talk(server: Server, password: string, signal: AbortSignal): Promise<string> {
  const { host, port, secure, requireTls, username } = server;
  const connection = new SMTPConnection({ host, port, secure, requireTLS: requireTls && !secure });
  const failed = new Promise<never>((_resolve, reject) => {
    connection.on('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  const step = (begin: (done: (error?: Error | null) => void) => void) =>
    Promise.race([
      new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error) : resolve()))),
      failed,
    ]);
  try {
    await step((done) => connection.connect(done));
    if (username !== null) await step((done) => connection.login({ user: username, pass: password }, done));
    const encryption = connection.secure ? 'encrypted' : 'answers, not encrypted';
    return username === null ? encryption : `${encryption}, ${username} is let in`;
  } finally {
    connection.close();
  }
}

/** nodemailer gives its own codes; what is below them stands in the message. */
function explained(error: unknown): Unreachable {
  if (!(error instanceof Error)) return unreachable(error);
  const code = 'code' in error ? String(error.code) : '';
  const response = 'response' in error && typeof error.response === 'string' ? error.response : error.message;
  if (code === 'EAUTH') {
    return {
      reason: `it does not let us in: ${response}`,
      advice: 'Look at smtp.username and smtp.password.',
    };
  }
  if (code === 'ETLS') {
    return {
      reason: `no encryption (STARTTLS): ${response}`,
      advice: 'Port 465 is encrypted from the start; "requireTLS": false sends in the clear.',
    };
  }
  return unreachable(error);
}
