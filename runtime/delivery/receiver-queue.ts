import type { Severity } from '../../rules/rule.js';
import type { Clock, Timer } from '../clock.js';
import type { Delivery } from './notice.js';
import type { DeliveryProgress, DeliveryState } from './outbox.js';
import type { AttemptResult, Receiver } from './receiver.js';
import { recoveryDelay, retryDelay } from './retry-delay.js';

export interface ReceiverQueueOptions {
  readonly receiver: Receiver;
  readonly clock: Clock;
  /** Engine time. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Notes what became of an attempt. */
  readonly record: (id: string, progress: DeliveryProgress) => void;
  readonly report: DeliveryReport;
}

/** What people are told about delivery. */
export interface DeliveryReport {
  /** The first failure after things went well. */
  failing(receiver: string, reason: string): void;
  recovered(receiver: string): void;
  /** A notice that will not be delivered. */
  givenUp(delivery: Delivery, reason: string): void;
}

interface Item {
  readonly delivery: Delivery;
  attempts: number;
  /** While it waits for its next attempt, at this engine time. */
  timer: Timer | null;
  nextAt: number;
  /** The receiver named the time of the next attempt. */
  isAsked: boolean;
}

const PRIORITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/**
 * What one receiver is owed. Severe notices go first, those of one episode in their order; each is tried until it is
 * delivered, refused for good, or expired. While the receiver fails it is tried by one notice at a time.
 */
export class ReceiverQueue {
  readonly #options: ReceiverQueueOptions;
  readonly #ready: Record<Severity, Item[]> = { critical: [], warning: [], info: [] };
  readonly #waiting = new Set<Item>();
  /** Of every episode that is under way, ready or waiting: what comes after. */
  readonly #behind = new Map<string, Item[]>();
  readonly #attempts = new Set<AbortController>();
  #isFailing = false;
  #isStopped = false;
  #onIdle: (() => void) | null = null;

  constructor(options: ReceiverQueueOptions) {
    this.#options = options;
  }

  add(delivery: Delivery): void {
    const item: Item = { delivery, attempts: 0, timer: null, nextAt: delivery.createdAt, isAsked: false };
    const behind = this.#behind.get(delivery.episode);
    if (behind !== undefined) behind.push(item);
    else {
      this.#behind.set(delivery.episode, []);
      this.#ready[delivery.severity].push(item);
    }
    this.#pump();
  }

  /** Begins no more attempts; resolves when those under way have ended. */
  stop(): Promise<void> {
    this.#isStopped = true;
    for (const item of this.#waiting) item.timer?.cancel();
    if (this.#attempts.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Breaks off the attempts under way. */
  abort(): void {
    for (const attempt of this.#attempts) attempt.abort();
  }

  #pump(): void {
    const limit = this.#isFailing ? 1 : this.#options.receiver.concurrency;
    while (!this.#isStopped && this.#attempts.size < limit) {
      const item = this.#next();
      if (item === undefined) return;
      void this.#attempt(item);
    }
  }

  #next(): Item | undefined {
    for (const severity of PRIORITIES) {
      const item = this.#ready[severity].shift();
      if (item !== undefined) return item;
    }
    return undefined;
  }

  async #attempt(item: Item): Promise<void> {
    const controller = new AbortController();
    this.#attempts.add(controller);
    const result = await this.#tryOnce(item.delivery, controller.signal);
    this.#attempts.delete(controller);
    this.#settle(item, result);
    this.#pump();
    if (this.#attempts.size === 0) this.#onIdle?.();
  }

  /** A receiver that throws has a fault of its own; its notices are not lost for that. */
  async #tryOnce(delivery: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    try {
      return await this.#options.receiver.attempt(delivery, signal);
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #settle(item: Item, result: AttemptResult): void {
    switch (result.kind) {
      case 'delivered':
        this.#finish(item, 'delivered', null);
        this.#recover();
        return;
      case 'rejected':
        this.#giveUp(item, 'dead', result.reason);
        return;
      case 'retry':
        this.#retry(item, result);
        return;
    }
  }

  #retry(item: Item, { reason, afterMs }: { reason: string; afterMs?: number }): void {
    const { now, random, record, receiver, report } = this.#options;
    item.attempts += 1;
    if (!this.#isFailing) {
      this.#isFailing = true;
      report.failing(receiver.name, reason);
    }
    const time = now();
    const { notice, expiresAt } = item.delivery;
    if (time >= expiresAt) {
      this.#giveUp(item, 'expired', reason);
      return;
    }
    // The last attempt is made when it expires, not some time before.
    const nextAt = Math.min(time + retryDelay(item.attempts, afterMs, random()), expiresAt);
    record(notice.id, { state: 'queued', attempts: item.attempts, nextAt, lastError: reason });
    item.isAsked = afterMs !== undefined;
    this.#wait(item, nextAt);
  }

  #wait(item: Item, until: number): void {
    const { clock, now } = this.#options;
    this.#waiting.add(item);
    item.nextAt = until;
    item.timer?.cancel();
    item.timer = clock.schedule(until - now(), () => {
      this.#waiting.delete(item);
      this.#ready[item.delivery.severity].push(item);
      this.#pump();
    });
  }

  /** The receiver takes notices again: what waits has waited long enough, unless it was asked to. */
  #recover(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    const { receiver, report, random, now } = this.#options;
    report.recovered(receiver.name);
    for (const item of this.#waiting) {
      if (!item.isAsked) this.#wait(item, Math.min(item.nextAt, now() + recoveryDelay(random())));
    }
  }

  #giveUp(item: Item, state: 'expired' | 'dead', reason: string): void {
    this.#finish(item, state, reason);
    this.#options.report.givenUp(item.delivery, reason);
  }

  #finish({ delivery, attempts }: Item, state: DeliveryState, lastError: string | null): void {
    const { record, now } = this.#options;
    record(delivery.notice.id, { state, attempts, nextAt: now(), lastError });
    const behind = this.#behind.get(delivery.episode);
    const next = behind?.shift();
    if (next === undefined) this.#behind.delete(delivery.episode);
    else this.#ready[next.delivery.severity].push(next);
  }
}
