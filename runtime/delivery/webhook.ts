import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Clock } from '../clock.js';
import type { BodyFormat } from '../formats/body-format.js';
import type { Secret } from '../site/secret.js';
import { withoutSecrets } from '../site/without-secrets.js';
import type { HostSlots } from './host-slots.js';
import { type HttpAnswer, httpPost } from './http-post.js';
import type { Delivery } from './notice.js';
import { oneLine, shorten } from './plain-text.js';
import type { AttemptResult, Receiver } from './receiver.js';
import type { WebhookSignature } from './webhook-signature.js';

export interface WebhookOptions {
  readonly name: string;
  readonly fingerprint: string;
  /** May hold a key: never shown. */
  readonly url: Secret;
  readonly signature: WebhookSignature | null;
  readonly headers: readonly (readonly [string, Secret])[];
  readonly format: BodyFormat;
  /** What the format needs to know, which the answer of a server must not show. */
  readonly parameters: readonly Secret[];
  readonly concurrency: number;
  /** Of the host of the URL, shared with the other receivers there. */
  readonly slots: HostSlots;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** The whole of an attempt, from connecting to the end of the answer. */
const ATTEMPT_MS = 15_000;
/** A connection that nobody uses is closed after this; longer than any attempt. */
const IDLE_MS = 30_000;
/** As much of a refusal as fits on a line. */
const REASON_CHARS_MAX = 120;

/** Statuses after which this request will never be taken. All others but 2xx may pass. */
const PERMANENT: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 410, 413, 422]);

/** Posts notices as JSON, signed as Standard Webhooks has it. Redirects are not followed. */
export class Webhook implements Receiver {
  readonly name: string;
  readonly fingerprint: string;
  readonly concurrency: number;
  readonly #options: WebhookOptions;
  readonly #agent: Agent;

  constructor(options: WebhookOptions) {
    this.name = options.name;
    this.fingerprint = options.fingerprint;
    this.concurrency = options.concurrency;
    this.#options = options;
    const kept = { keepAlive: true, maxSockets: options.concurrency, timeout: IDLE_MS };
    this.#agent = options.url.reveal().startsWith('https:') ? new SecureAgent(kept) : new Agent(kept);
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    const giveBack = await this.#options.slots.take();
    const limit = new AbortController();
    const timer = this.#options.clock.schedule(ATTEMPT_MS, () => limit.abort());
    try {
      return await this.#post(delivery, AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      if (limit.signal.aborted) return { kind: 'retry', reason: `no answer within ${ATTEMPT_MS / 1000} s` };
      if (signal.aborted) return { kind: 'retry', reason: 'broken off' };
      return { kind: 'retry', reason: networkReason(error) };
    } finally {
      timer.cancel();
      giveBack();
    }
  }

  async #post(delivery: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    const { url, clock, format } = this.#options;
    const body = format.render(delivery);
    const headers = this.#headers(delivery.notice.id, body);
    const post = { url: url.reveal(), headers, body, agent: this.#agent, clock };
    const answer = await httpPost(post, signal);
    if (answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
    const reason = `HTTP ${answer.status}${detail({ ...answer, text: this.#harmless(answer.text) }, post.url)}`;
    if (PERMANENT.has(answer.status)) return { kind: 'rejected', reason };
    const afterMs = retryAfterMs(answer.headers['retry-after'], clock.wall());
    return { kind: 'retry', reason, ...(afterMs === null ? {} : { afterMs }) };
  }

  /** Some servers answer with what they were sent. */
  #harmless(text: string): string {
    const { url, headers, parameters } = this.#options;
    return withoutSecrets(text, [url, ...headers.map(([, value]) => value), ...parameters]);
  }

  /** Those of ours last, so that nobody configures them away. */
  #headers(id: string, body: string): Record<string, string> {
    const { clock, format, signature, userAgent } = this.#options;
    const timestamp = Math.floor(clock.wall() / 1000);
    const own = this.#options.headers.map(([name, value]) => [name.toLowerCase(), value.reveal()] as const);
    return {
      ...Object.fromEntries(own),
      'content-type': format.contentType,
      'user-agent': userAgent,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      ...(signature === null ? {} : { 'webhook-signature': signature.sign({ id, timestamp, body }) }),
    };
  }
}

/** `: moved to https://…, which is not followed`, or what the answer says, on one line. */
function detail({ status, headers, text }: HttpAnswer, url: string): string {
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    const host = URL.canParse(location, url) ? new URL(location, url).host : 'another address';
    return ` (redirects to ${host}; redirects are not followed, configure the new address)`;
  }
  const line = shorten(oneLine(text).replaceAll(/\s+/gu, ' '), REASON_CHARS_MAX);
  return line === '' ? '' : `: ${line}`;
}

/** `Retry-After`: seconds or a date. */
function retryAfterMs(value: string | undefined, wall: number): number | null {
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - wall);
}

/** Of several addresses tried, each failed for a reason of its own: the first is shown. Names host and port, no path. */
function networkReason(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
