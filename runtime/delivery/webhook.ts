import type { Clock } from '../clock.js';
import type { Secret } from '../site/secret.js';
import type { HostSlots } from './host-slots.js';
import type { Delivery } from './notice.js';
import type { AttemptResult, Receiver } from './receiver.js';
import { webhookBody } from './webhook-body.js';
import type { WebhookSignature } from './webhook-signature.js';

export interface WebhookOptions {
  readonly name: string;
  readonly fingerprint: string;
  /** May hold a key: never shown. */
  readonly url: Secret;
  readonly signature: WebhookSignature | null;
  readonly headers: readonly (readonly [string, Secret])[];
  readonly concurrency: number;
  /** Of the host of the URL, shared with the other receivers there. */
  readonly slots: HostSlots;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** The whole of an attempt, from connecting to the end of the answer. */
const ATTEMPT_MS = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;
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

  constructor(options: WebhookOptions) {
    this.name = options.name;
    this.fingerprint = options.fingerprint;
    this.concurrency = options.concurrency;
    this.#options = options;
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

  async #post({ notice }: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    const body = webhookBody(notice);
    const response = await fetch(this.#options.url.reveal(), {
      method: 'POST',
      headers: this.#headers(notice.id, body),
      body,
      redirect: 'manual',
      signal,
    });
    if (response.ok) {
      // The status counts; the rest is read only so that the connection can be used again.
      await readAnswer(response).catch(() => undefined);
      return { kind: 'delivered' };
    }
    const reason = `HTTP ${response.status}${detail(response, await readAnswer(response))}`;
    if (PERMANENT.has(response.status)) return { kind: 'rejected', reason };
    const afterMs = retryAfterMs(response.headers.get('retry-after'), this.#options.clock.wall());
    return { kind: 'retry', reason, ...(afterMs === null ? {} : { afterMs }) };
  }

  #headers(id: string, body: string): Headers {
    const { clock, signature, userAgent } = this.#options;
    const timestamp = Math.floor(clock.wall() / 1000);
    const headers = new Headers(this.#options.headers.map(([name, value]) => [name, value.reveal()]));
    headers.set('content-type', 'application/json');
    headers.set('user-agent', userAgent);
    headers.set('webhook-id', id);
    headers.set('webhook-timestamp', String(timestamp));
    if (signature !== null) headers.set('webhook-signature', signature.sign({ id, timestamp, body }));
    return headers;
  }
}

/** The beginning of the answer; what is beyond the limit is not waited for. */
async function readAnswer({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (text.length < REASON_CHARS_MAX)
      text += decoder.decode(chunk.subarray(0, ANSWER_BYTES_MAX), { stream: true });
    if (bytes >= ANSWER_BYTES_MAX) break;
  }
  return text;
}

/** `: moved to https://…, which is not followed`, or what the answer says, on one line. */
function detail(response: Response, answer: string): string {
  const location = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && location !== null) {
    const host = URL.canParse(location, response.url)
      ? new URL(location, response.url).host
      : 'another address';
    return ` (redirects to ${host}; redirects are not followed, configure the new address)`;
  }
  const line = answer
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, REASON_CHARS_MAX);
  return line === '' ? '' : `: ${line}`;
}

/** `Retry-After`: seconds or a date. */
function retryAfterMs(value: string | null, wall: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - wall);
}

/** `fetch` says only "fetch failed"; the cause says why, and names host and port but never the path. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  // Of several addresses tried, each failed for a reason of its own.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : cause.message;
}
