/** What of it is kept. Example: `{ topic: 'a/b', sender: 'press-1', payload: '{"temp": 1' }` */
export interface RejectedMessage {
  readonly topic: string;
  readonly sender: string;
  readonly payload: Uint8Array;
}

/** One thing that was rejected, made safe to show: short, printable, without what looks like a password. */
export interface RejectionSample {
  readonly topic: string;
  readonly sender: string;
  readonly payload: string;
}

export interface Rejections {
  readonly source: string;
  readonly reason: string;
  readonly count: number;
  /** The latest, epoch ms. */
  readonly lastAt: number;
  /** One of the latest; `null`: it was no message. */
  readonly sample: RejectionSample | null;
}

interface Tally {
  count: number;
  lastAt: number;
  sample: RejectionSample | null;
  sampledAt: number;
}

/** A flood of rejections is not made dearer by samples: one of a second is enough to see what comes. */
const SAMPLE_MS = 1_000;

/**
 * Counts what was not taken, by where it came from and why, with a sample of each. Sources are configured names and
 * reasons come from the code, so the table is bounded.
 */
export class RejectionCounters {
  readonly #bySource = new Map<string, Map<string, Tally>>();
  readonly #now: () => number;

  /** @param now epoch ms */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @returns how often this happened by now, this time included: 1 is the moment to say it once */
  count(source: string, reason: string, message?: RejectedMessage): number {
    const tally = this.#tally(source, reason);
    const now = this.#now();
    tally.count += 1;
    tally.lastAt = now;
    if (message !== undefined && Math.abs(now - tally.sampledAt) >= SAMPLE_MS) {
      tally.sample = sampleOf(message);
      tally.sampledAt = now;
    }
    return tally.count;
  }

  total(source: string, reason: string): number {
    return this.#bySource.get(source)?.get(reason)?.count ?? 0;
  }

  /** From all sources together. */
  totalOf(reason: string): number {
    let total = 0;
    for (const reasons of this.#bySource.values()) total += reasons.get(reason)?.count ?? 0;
    return total;
  }

  /** Example: `[{ source: 'embedded', reason: 'malformed', count: 3, lastAt: 1780315200000, sample: {…} }]` */
  list(): Rejections[] {
    return [...this.#bySource].flatMap(([source, reasons]) =>
      [...reasons].map(([reason, { count, lastAt, sample }]) => ({ source, reason, count, lastAt, sample })),
    );
  }

  #tally(source: string, reason: string): Tally {
    let reasons = this.#bySource.get(source);
    if (reasons === undefined) {
      reasons = new Map();
      this.#bySource.set(source, reasons);
    }
    let tally = reasons.get(reason);
    if (tally === undefined) {
      tally = { count: 0, lastAt: 0, sample: null, sampledAt: Number.NEGATIVE_INFINITY };
      reasons.set(reason, tally);
    }
    return tally;
  }
}

/** A sample stays below 1 KB in all, however its characters are written. */
const TOPIC_BYTES_MAX = 100;
const SENDER_BYTES_MAX = 40;
const PAYLOAD_BYTES_MAX = 110;

function sampleOf({ topic, sender, payload }: RejectedMessage): RejectionSample {
  return {
    topic: printable(Buffer.from(topic), TOPIC_BYTES_MAX),
    sender: printable(Buffer.from(sender), SENDER_BYTES_MAX),
    payload: withoutSecrets(printable(payload, PAYLOAD_BYTES_MAX)),
  };
}

/** ASCII as it is, all else as `\xNN`: it shows what the bytes were, and nothing in it can steer a terminal. */
function printable(bytes: Uint8Array, bytesMax: number): string {
  let text = '';
  for (const byte of bytes.subarray(0, bytesMax)) {
    text +=
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return bytes.length > bytesMax ? `${text}…` : text;
}

/** `"password": "…"`, `token=…` and the like, also where the text was cut off. */
const SECRET =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|authorization)"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^\s,;&}]+)/gi;

function withoutSecrets(text: string): string {
  return text.replaceAll(SECRET, '$1***');
}
