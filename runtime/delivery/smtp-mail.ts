import type { Clock } from '../clock.js';
import type { Secret } from '../site/secret.js';
import { withoutSecrets } from '../site/without-secrets.js';
import { type MailOptions, mailMessage } from './mail-message.js';
import { loadMailer, prepareMailer } from './mailer.js';
import type { Delivery } from './notice.js';
import type { AttemptResult, Receiver } from './receiver.js';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly requireTls: boolean;
  readonly credentials: { readonly username: string; readonly password: Secret | null } | null;
}

export interface SmtpMailOptions extends MailOptions {
  readonly name: string;
  readonly fingerprint: string;
  readonly server: SmtpServer;
  readonly clock: Clock;
  /** Recipients that the server refused while it took others. */
  readonly onRefused: (receiver: string, refusals: readonly string[]) => void;
}

/** The whole of an attempt. The library's own limits only watch for silence, which a slow server need not keep. */
const ATTEMPT_MS = 45_000;

/** Sends notices by mail, each over a connection of its own: a pool would send again what it believes lost. */
export class SmtpMail implements Receiver {
  readonly name: string;
  readonly fingerprint: string;
  readonly concurrency = 1;
  readonly #options: SmtpMailOptions;
  /** Of a notice that only some recipients took so far: those who need it no more. */
  readonly #taken = new Map<string, ReadonlySet<string>>();

  constructor(options: SmtpMailOptions) {
    this.name = options.name;
    this.fingerprint = options.fingerprint;
    this.#options = options;
    prepareMailer();
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    const limit = new AbortController();
    const timer = this.#options.clock.schedule(ATTEMPT_MS, () => limit.abort());
    const { id } = delivery.notice;
    const taken = this.#taken.get(id) ?? new Set();
    this.#taken.delete(id);
    try {
      const refusals = await this.#send(delivery, taken, AbortSignal.any([signal, limit.signal]));
      return this.#settle(id, taken, refusals);
    } catch (error) {
      if (limit.signal.aborted) return { kind: 'retry', reason: `not sent within ${ATTEMPT_MS / 1000} s` };
      if (signal.aborted) return { kind: 'retry', reason: 'broken off' };
      return this.#harmless(failure(error));
    } finally {
      timer.cancel();
    }
  }

  /** @returns the refusals of recipients, if others took it */
  async #send(delivery: Delivery, taken: ReadonlySet<string>, signal: AbortSignal): Promise<Refusal[]> {
    const { from, to } = this.#options;
    const message = {
      ...mailMessage(delivery, this.#options),
      envelope: { from, to: to.filter((address) => !taken.has(address)) },
      signal,
    };
    const { createTransport } = await loadMailer();
    const info = await createTransport(this.#transport()).sendMail(message);
    return (info.rejectedErrors ?? []).map((error) => ({
      recipient: error.recipient ?? '',
      code: error.responseCode ?? 0,
      text: error.response ?? error.message,
    }));
  }

  #settle(id: string, taken: ReadonlySet<string>, refusals: readonly Refusal[]): AttemptResult {
    if (refusals.length === 0) return { kind: 'delivered' };
    const { to, name, onRefused } = this.#options;
    const later = refusals.filter(({ code }) => !isPermanent(code)).map(({ recipient }) => recipient);
    const texts = refusals.map(({ recipient, text }) => `${recipient}: ${text}`);
    if (later.length === 0) {
      onRefused(name, texts);
      return { kind: 'delivered' };
    }
    this.#taken.set(id, new Set([...taken, ...to.filter((address) => !later.includes(address))]));
    return { kind: 'retry', reason: texts.join('; ') };
  }

  /** Some servers answer with what they were sent. */
  #harmless(result: AttemptResult): AttemptResult {
    const password = this.#options.server.credentials?.password ?? null;
    if (result.kind === 'delivered' || password === null) return result;
    return { ...result, reason: withoutSecrets(result.reason, [password]) };
  }

  #transport() {
    const { host, port, secure, requireTls, credentials } = this.#options.server;
    const auth =
      credentials === null
        ? {}
        : { auth: { user: credentials.username, pass: credentials.password?.reveal() ?? '' } };
    return {
      host,
      port,
      secure,
      requireTLS: requireTls && !secure,
      ...auth,
      dnsTimeout: 5_000,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      // What is broken off is broken off at once.
      socketCloseTimeout: 0,
    };
  }
}

interface Refusal {
  readonly recipient: string;
  readonly code: number;
  readonly text: string;
}

/**
 * What went wrong before the server had taken the mail. A 5xx is for good only where it is about this mail; what it says
 * while connecting, encrypting or logging in is put right there or here, and the mail is still wanted then.
 */
function failure(error: unknown): AttemptResult {
  const reason = error instanceof Error ? error.message : String(error);
  const isAboutMail = ['EENVELOPE', 'EMESSAGE'].includes(String(property(error, 'code')));
  const code = property(error, 'responseCode');
  return {
    kind: isAboutMail && typeof code === 'number' && isPermanent(code) ? 'rejected' : 'retry',
    reason,
  };
}

function isPermanent(code: number): boolean {
  return code >= 500 && code < 600;
}

function property(error: unknown, name: 'code' | 'responseCode'): unknown {
  return typeof error === 'object' && error !== null && name in error
    ? (error as { readonly [name: string]: unknown })[name]
    : undefined;
}
