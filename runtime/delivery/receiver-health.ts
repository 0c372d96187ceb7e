import { probeDelay } from './retry-delay.js';

/** Failed attempts of one notice, and time without a success, after which a receiver is said to be out of reach. */
const ATTEMPTS_UNREACHABLE = 3;
const UNREACHABLE_MS = 5 * 60_000;

/** However long a receiver asks to be left alone: other notices than the one it answered wait no longer than this. */
const ASKED_MS_MAX = 5 * 60_000;

/** How a receiver does: while it fails it is tried now and then, by one notice at a time. Times are engine time. */
export class ReceiverHealth {
  /** It failed, and has taken nothing since. */
  isFailing: boolean;
  #isUnreachable: boolean;
  #failingSince = Number.NEGATIVE_INFINITY;
  /** The next attempt while it fails. */
  #probeAt = Number.NEGATIVE_INFINITY;
  /** It asked to be left alone until then. */
  #askedUntil = Number.NEGATIVE_INFINITY;

  /** @param isFailing it failed when the program ended */
  constructor(isFailing: boolean) {
    this.isFailing = isFailing;
    this.#isUnreachable = isFailing;
  }

  /** When the next attempt may begin. */
  get openAt(): number {
    return Math.max(this.isFailing ? this.#probeAt : Number.NEGATIVE_INFINITY, this.#askedUntil);
  }

  /** When it is out of reach if nothing succeeds until then; `Infinity`: it is already, or does not fail. */
  get unreachableAt(): number {
    return this.isFailing && !this.#isUnreachable
      ? this.#failingSince + UNREACHABLE_MS
      : Number.POSITIVE_INFINITY;
  }

  /** @returns whether it is the first failure after things went well, and whether it is out of reach from now on */
  fail(failure: { now: number; attempts: number; askedMs: number | undefined; random: number }) {
    const { now, attempts, askedMs, random } = failure;
    const isFirst = !this.isFailing;
    if (isFirst) this.#failingSince = now;
    this.isFailing = true;
    this.#probeAt = now + probeDelay(random);
    if (askedMs !== undefined)
      this.#askedUntil = Math.max(this.#askedUntil, now + Math.min(askedMs, ASKED_MS_MAX));
    return { isFirst, isUnreachable: attempts >= ATTEMPTS_UNREACHABLE && this.#decline() };
  }

  /** @returns whether it is out of reach from now on */
  checkUnreachable(now: number): boolean {
    return now >= this.unreachableAt && this.#decline();
  }

  /** @returns whether it had failed */
  succeed(): boolean {
    const wasFailing = this.isFailing;
    this.isFailing = false;
    this.#isUnreachable = false;
    return wasFailing;
  }

  /** Other settings: it may do better now. What was said about it stays said until it takes something. */
  renew(): void {
    this.#probeAt = Number.NEGATIVE_INFINITY;
    this.#askedUntil = Number.NEGATIVE_INFINITY;
  }

  #decline(): boolean {
    if (this.#isUnreachable) return false;
    this.#isUnreachable = true;
    return true;
  }
}
