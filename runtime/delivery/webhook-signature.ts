import { createHash, createHmac } from 'node:crypto';
import type { Secret } from '../site/secret.js';

/** Signs webhooks as Standard Webhooks has it (standardwebhooks.com, symmetric). */
export class WebhookSignature {
  readonly #key: Buffer;

  /**
   * @param secret `whsec_` and 24 to 64 bytes in base64
   * @throws {InvalidWebhookSecret}
   */
  constructor(secret: Secret) {
    const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret.reveal());
    const key = Buffer.from(match?.[1] ?? '', 'base64');
    if (key.length < KEY_BYTES_MIN || key.length > KEY_BYTES_MAX) throw new InvalidWebhookSecret();
    this.#key = key;
  }

  /** Equal for equal keys, and tells nothing of them. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#key).digest('base64');
  }

  /** The value of the header `webhook-signature`. `timestamp`: seconds, as in `webhook-timestamp`. */
  sign(content: { id: string; timestamp: number; body: string }): string {
    const { id, timestamp, body } = content;
    const signature = createHmac('sha256', this.#key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${signature}`;
  }
}

const KEY_BYTES_MIN = 24;
const KEY_BYTES_MAX = 64;

export class InvalidWebhookSecret extends Error {
  constructor() {
    super(
      `must be whsec_ and ${KEY_BYTES_MIN} to ${KEY_BYTES_MAX} bytes in base64, as \`echo whsec_$(openssl rand -base64 32)\` makes it`,
    );
  }
}
