/** What became of an attempt to connect: nothing answers, or a broker does and ends it. */
export type ConnectionEnd = 'unreachable' | 'ended';

/**
 * Waits between attempts to connect, each up to twice the one before: from 1 s to 5 s while nothing answers, as every
 * second of a plant without its alarms counts, and to 30 s when a broker answers and ends it: it will do so again.
 */
export class ReconnectDelay {
  readonly #random: () => number;
  #limitMs = FIRST_MS;

  /** @param random from 0 to below 1: a plant full of gateways must not come back in one moment */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whole milliseconds, from half the present limit to all of it. */
  next(end: ConnectionEnd): number {
    const limitMs = Math.min(this.#limitMs, LAST_MS[end]);
    this.#limitMs = Math.min(2 * limitMs, LAST_MS[end]);
    return Math.round(limitMs * (0.5 + this.#random() / 2));
  }

  /** The connection has held for a while. */
  reset(): void {
    this.#limitMs = FIRST_MS;
  }
}

const FIRST_MS = 1_000;
const LAST_MS: Readonly<Record<ConnectionEnd, number>> = { unreachable: 5_000, ended: 30_000 };
