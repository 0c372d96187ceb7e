import type { Clock, Timer } from '../clock.js';
import type { Delivery } from './notice.js';
import type { DeliveryState, Outbox, OutboxEntry } from './outbox.js';
import { PriorityQueue } from './priority-queue.js';
import { byNextAttempt, byPriority, QueuedNotice, supersededBy } from './queued-notice.js';
import type { AttemptResult, Receiver } from './receiver.js';
import { ReceiverHealth } from './receiver-health.js';
import { recoveryDelay, retryDelay } from './retry-delay.js';

export interface ReceiverQueueOptions {
  readonly receiver: Receiver;
  /** It was said to be out of reach before the program was started. */
  readonly isFailing: boolean;
  readonly clock: Clock;
  /** Engine time. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly outbox: Outbox;
  readonly report: DeliveryReport;
}

/** What people are told about delivery. */
export interface DeliveryReport {
  /** The first failure after things went well. */
  failing(receiver: string, reason: string): void;
  /** It has failed for so long that others should know. */
  unreachable(receiver: string, reason: string): void;
  recovered(receiver: string): void;
  /** A notice that will not be delivered: a dead letter. */
  givenUp(delivery: Delivery, state: 'expired' | 'dead', reason: string): void;
}

/** The last attempt is due when the notice expires; the program may be late for it by this. */
const LAST_ATTEMPT_MS = 60_000;
/** Once a notice is as old as this, it is not told if a later one tells it as well. */
const SUPERSEDED_MS = 60_000;
/** How often a queue that does not move is searched for what has expired. */
const SWEEP_MS = 60_000;

/**
 * What one receiver is owed. Severe notices go first, those of one lane in their order; each is tried until it is
 * delivered, refused for good, or expired. While the receiver fails it is tried by one notice at a time.
 */
export class ReceiverQueue {
  readonly #options: ReceiverQueueOptions;
  readonly #health: ReceiverHealth;
  readonly #ready = new PriorityQueue(byPriority);
  readonly #waiting = new PriorityQueue(byNextAttempt);
  /** The last notice of every lane; the first is under way, ready or waiting. */
  readonly #lanes = new Map<string, QueuedNotice>();
  /** Attempts under way, and whether the present receiver makes them. */
  readonly #attempts = new Map<AbortController, Receiver>();
  #receiver: Receiver;
  #size = 0;
  #added = 0;
  #timer: Timer | null = null;
  #wakesAt = Number.POSITIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #isStopped = false;
  /** Why nothing is delivered any more; `null`: it is. */
  #closedBecause: string | null = null;
  #onIdle: (() => void) | null = null;

  constructor(options: ReceiverQueueOptions) {
    this.#options = options;
    this.#receiver = options.receiver;
    this.#health = new ReceiverHealth(options.isFailing);
  }

  /** Notices that are queued, those under way included. */
  get size(): number {
    return this.#size;
  }

  get receiver(): Receiver {
    return this.#receiver;
  }

  /** Queues a notice; `begin` when all that come together are queued. */
  add(entry: OutboxEntry): void {
    const notice = new QueuedNotice(entry, this.#added);
    this.#added += 1;
    this.#size += 1;
    const { lane } = notice.delivery;
    const last = this.#lanes.get(lane);
    this.#lanes.set(lane, notice);
    if (last !== undefined) last.next = notice;
    else this.#file(notice);
  }

  /** Begins attempts, as far as it is time for any. */
  begin(): void {
    this.#pump();
  }

  /** Delivers by another receiver of the same name from now on. Attempts under way end by themselves. */
  replace(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#health.renew();
    this.#hasten();
    this.#pump();
  }

  /** Gives up everything; what is under way may still succeed. */
  close(reason: string): void {
    this.#closedBecause = reason;
    this.#timer?.cancel();
    this.#pump();
  }

  /** Begins no more attempts; resolves when those under way have ended. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    if (this.#attempts.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Breaks off the attempts under way. */
  abort(): void {
    for (const attempt of this.#attempts.keys()) attempt.abort();
  }

  /** Tries once; nothing is noted. A receiver that throws has a fault of its own; its notices are not lost for that. */
  async tryOnce(delivery: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    try {
      return await this.#receiver.attempt(delivery, signal);
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #file(notice: QueuedNotice): void {
    (notice.nextAt > this.#options.now() ? this.#waiting : this.#ready).push(notice);
  }

  #pump(): void {
    if (this.#isStopped) return;
    if (this.#closedBecause !== null) {
      this.#giveUpAll(this.#closedBecause);
      return;
    }
    const now = this.#options.now();
    while ((this.#waiting.peek()?.nextAt ?? Number.POSITIVE_INFINITY) <= now) {
      const due = this.#waiting.pop();
      if (due !== undefined) this.#ready.push(due);
    }
    if (this.#health.checkUnreachable(now)) this.#reportUnreachable(this.#ready.peek());
    this.#sweep(now);
    while (this.#isOpen(now)) {
      const notice = this.#ready.pop();
      if (notice === undefined) break;
      this.#begin(notice, now);
    }
    this.#watch(now);
  }

  #isOpen(now: number): boolean {
    const limit = this.#health.isFailing ? 1 : this.#receiver.concurrency;
    return this.#underway < limit && now >= this.#health.openAt;
  }

  /** Attempts of the present receiver; those of one that was replaced do not keep it waiting. */
  get #underway(): number {
    let count = 0;
    for (const receiver of this.#attempts.values()) if (receiver === this.#receiver) count += 1;
    return count;
  }

  /** Gives up what has expired while nothing moves. */
  #sweep(now: number): void {
    if (!this.#health.isFailing || now < this.#sweptAt + SWEEP_MS) return;
    this.#sweptAt = now;
    for (const notice of this.#ready.takeIf((one) => isExpired(one, now))) this.#expire(notice);
  }

  #begin(notice: QueuedNotice, now: number): void {
    if (isExpired(notice, now)) this.#expire(notice);
    else if (!this.#merge(notice, now)) void this.#attempt(notice);
  }

  /** What later notices tell instead is not told any more. @returns whether the notice is settled by that */
  #merge(notice: QueuedNotice, now: number): boolean {
    if (now - notice.delivery.createdAt < SUPERSEDED_MS) return false;
    const superseded = supersededBy(notice);
    if (superseded === null) return false;
    const { outbox } = this.#options;
    const { by, merged, isLate } = superseded;
    if (isLate) {
      by.isLate = true;
      outbox.record(by.id, by.progress('queued'));
    }
    for (const one of merged) {
      one.nextAt = now;
      outbox.record(one.id, one.progress('merged', by.id));
    }
    this.#size -= merged.length;
    const next = merged.at(-1)?.next ?? by;
    this.#file(next);
    return true;
  }

  /** Wakes the queue when time alone changes something. */
  #watch(now: number): void {
    const opensAt = this.#ready.size > 0 && this.#underway === 0 ? this.#health.openAt : now;
    const wakeAt = Math.min(
      this.#waiting.peek()?.nextAt ?? Number.POSITIVE_INFINITY,
      opensAt > now ? opensAt : Number.POSITIVE_INFINITY,
      this.#health.unreachableAt,
    );
    if (wakeAt === this.#wakesAt) return;
    this.#wakesAt = wakeAt;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.schedule(wakeAt - now, () => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      this.#pump();
    });
  }

  async #attempt(notice: QueuedNotice): Promise<void> {
    const controller = new AbortController();
    this.#attempts.set(controller, this.#receiver);
    const result = await this.tryOnce(notice.outgoing, controller.signal);
    this.#attempts.delete(controller);
    // What the stop broke off has not failed: it is tried again after the next start.
    if (result.kind !== 'retry' || !controller.signal.aborted) this.#settle(notice, result);
    this.#pump();
    if (this.#attempts.size === 0) this.#onIdle?.();
  }

  #settle(notice: QueuedNotice, result: AttemptResult): void {
    switch (result.kind) {
      case 'delivered':
        this.#finish(notice, 'delivered', null);
        this.#recover();
        return;
      case 'rejected':
        this.#giveUp(notice, 'dead', result.reason);
        return;
      case 'retry':
        this.#retry(notice, result);
        return;
    }
  }

  #retry(notice: QueuedNotice, { reason, afterMs }: { reason: string; afterMs?: number }): void {
    const { now, random, outbox } = this.#options;
    const time = now();
    notice.attempts += 1;
    notice.lastError = reason;
    this.#noteFailure(notice, time, afterMs);
    if (this.#closedBecause !== null) this.#giveUp(notice, 'dead', this.#closedBecause);
    else if (time >= notice.expiresAt) this.#giveUp(notice, 'expired', reason);
    else {
      // The last attempt is made when it expires, not some time before.
      notice.nextAt = Math.min(time + retryDelay(notice.attempts, afterMs, random()), notice.expiresAt);
      notice.isAsked = afterMs !== undefined;
      outbox.record(notice.id, notice.progress('queued'));
      this.#waiting.push(notice);
    }
  }

  #noteFailure(notice: QueuedNotice, now: number, askedMs: number | undefined): void {
    const { random, report } = this.#options;
    const { attempts, lastError } = notice;
    const declined = this.#health.fail({ now, attempts, askedMs, random: random() });
    if (declined.isFirst) report.failing(this.#receiver.name, lastError ?? '');
    if (declined.isUnreachable) this.#reportUnreachable(notice);
  }

  #reportUnreachable(notice: QueuedNotice | undefined): void {
    this.#options.report.unreachable(this.#receiver.name, notice?.lastError ?? 'it takes nothing');
  }

  #recover(): void {
    if (!this.#health.succeed()) return;
    this.#options.report.recovered(this.#receiver.name);
    this.#hasten();
  }

  /** The receiver takes notices again: what waits has waited long enough, unless it was asked to. */
  #hasten(): void {
    const { random, now } = this.#options;
    const time = now();
    for (const notice of this.#waiting.takeIf(({ isAsked }) => !isAsked)) {
      notice.nextAt = Math.min(notice.nextAt, time + recoveryDelay(random()));
      this.#waiting.push(notice);
    }
  }

  #expire(notice: QueuedNotice): void {
    this.#giveUp(notice, 'expired', notice.lastError ?? 'it expired before it could be tried');
  }

  /** Each that is given up makes way for the next of its lane. */
  #giveUpAll(reason: string): void {
    while (this.#ready.size + this.#waiting.size > 0) {
      for (const queue of [this.#ready, this.#waiting])
        for (const notice of queue.takeIf(() => true)) this.#giveUp(notice, 'dead', reason);
    }
  }

  #giveUp(notice: QueuedNotice, state: 'expired' | 'dead', reason: string): void {
    this.#finish(notice, state, reason);
    this.#options.report.givenUp(notice.delivery, state, reason);
  }

  #finish(notice: QueuedNotice, state: DeliveryState, lastError: string | null): void {
    const { outbox, now } = this.#options;
    this.#size -= 1;
    notice.nextAt = now();
    notice.lastError = lastError;
    outbox.record(notice.id, notice.progress(state));
    if (notice.next === null) this.#lanes.delete(notice.delivery.lane);
    else this.#file(notice.next);
  }
}

function isExpired({ expiresAt }: QueuedNotice, now: number): boolean {
  return now > expiresAt + LAST_ATTEMPT_MS;
}
