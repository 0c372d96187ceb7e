import type { Severity } from '../../rules/rule.js';
import type { Delivery } from './notice.js';
import { type OutboxEntry, unattempted } from './outbox.js';
import type { AttemptResult, Receiver } from './receiver.js';
import { ReceiverQueue, type ReceiverQueueOptions } from './receiver-queue.js';

export interface DeliveryDeskOptions extends Omit<ReceiverQueueOptions, 'receiver' | 'isFailing'> {
  readonly receivers: readonly Receiver[];
  /** How many notices may wait. */
  readonly queuedMax: number;
  /** What was owed when the program ended, in the order in which it was added. */
  readonly queued: readonly OutboxEntry[];
  /** Receivers that were said to be out of reach when the program ended. */
  readonly failing: readonly string[];
}

/** The share of the outbox that notices of a severity may fill: the last places are for the worst. */
const SHARE: Readonly<Record<Severity, number>> = { info: 0.8, warning: 0.9, critical: 1 };

const REMOVED = 'there is no such receiver any more';

/** Hands committed notices to the queues of their receivers, each of which goes its own pace. */
export class DeliveryDesk {
  readonly #options: DeliveryDeskOptions;
  readonly #queues = new Map<string, ReceiverQueue>();
  /** Of receivers that were removed, while attempts are under way there. */
  readonly #closed = new Set<ReceiverQueue>();
  #queuedMax: number;

  constructor(options: DeliveryDeskOptions) {
    this.#options = options;
    this.#queuedMax = options.queuedMax;
    for (const receiver of options.receivers) this.#open(receiver);
    for (const entry of options.queued) this.#queue(entry);
    this.#begin();
  }

  /** Notices that are queued, those under way included. */
  get queued(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.size;
    return count;
  }

  /**
   * Begins to deliver.
   *
   * @param isStored they are in the outbox; else they go out from memory, and say so
   */
  send(deliveries: readonly Delivery[], isStored = true): void {
    for (const delivery of deliveries) {
      const { notice } = delivery;
      const sent = isStored ? delivery : { ...delivery, notice: { ...notice, storage: 'degraded' as const } };
      if (this.queued >= this.#queuedMax * SHARE[delivery.severity]) {
        this.#giveUp(sent, 'the outbox is full (limits.outbox)');
      } else this.#queue({ delivery: sent, ...unattempted(sent) });
    }
    this.#begin();
  }

  /** Tries a dead letter again, at once and then for as long as a new notice; it goes out marked late. */
  retry({ delivery, lastError }: OutboxEntry): void {
    const { outbox, now } = this.#options;
    const time = now();
    const expiresAt = time + (delivery.expiresAt - delivery.createdAt);
    const progress = { ...unattempted(delivery), nextAt: time, expiresAt, lastError, isLate: true };
    outbox.record(delivery.notice.id, progress);
    this.#queue({ delivery, ...progress });
    this.#begin();
  }

  /**
   * Other receivers from now on. Of one whose settings did not change nothing is disturbed; one with other settings
   * takes over what is queued; what is queued for one that is gone is given up.
   */
  replaceReceivers(receivers: readonly Receiver[], queuedMax: number): void {
    this.#queuedMax = queuedMax;
    const names = new Set(receivers.map(({ name }) => name));
    for (const [name, queue] of this.#queues) {
      if (names.has(name)) continue;
      this.#queues.delete(name);
      this.#closed.add(queue);
      queue.close(REMOVED);
    }
    for (const receiver of receivers) {
      const queue = this.#queues.get(receiver.name);
      if (queue === undefined) this.#open(receiver);
      else if (queue.receiver.fingerprint !== receiver.fingerprint) queue.replace(receiver);
    }
  }

  /** Tries once, past the queue; nothing is noted. `null`: there is no such receiver. */
  async attempt(delivery: Delivery): Promise<AttemptResult | null> {
    const queue = this.#queues.get(delivery.notice.receiver);
    return queue === undefined ? null : queue.tryOnce(delivery, new AbortController().signal);
  }

  get receivers(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /** Begins no more attempts; those under way get so long to end, and are broken off then. */
  async stop(graceMs: number): Promise<void> {
    const queues = [...this.#queues.values(), ...this.#closed];
    const ended = Promise.all(queues.map((queue) => queue.stop()));
    const grace = this.#options.clock.schedule(graceMs, () => {
      for (const queue of queues) queue.abort();
    });
    await ended;
    grace.cancel();
  }

  #open(receiver: Receiver): void {
    const isFailing = this.#options.failing.includes(receiver.name);
    this.#queues.set(receiver.name, new ReceiverQueue({ ...this.#options, receiver, isFailing }));
  }

  #queue(entry: OutboxEntry): void {
    const queue = this.#queues.get(entry.delivery.notice.receiver);
    if (queue === undefined) this.#giveUp(entry.delivery, REMOVED);
    else queue.add(entry);
  }

  #begin(): void {
    for (const queue of this.#queues.values()) queue.begin();
  }

  #giveUp(delivery: Delivery, reason: string): void {
    const { outbox, report, now } = this.#options;
    const progress = { ...unattempted(delivery), state: 'dead' as const, nextAt: now(), lastError: reason };
    outbox.record(delivery.notice.id, progress);
    report.givenUp(delivery, 'dead', reason);
  }
}
