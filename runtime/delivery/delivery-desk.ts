import type { Severity } from '../../rules/rule.js';
import type { Delivery } from './notice.js';
import type { Outbox } from './outbox.js';
import type { Receiver } from './receiver.js';
import { ReceiverQueue, type ReceiverQueueOptions } from './receiver-queue.js';

export interface DeliveryDeskOptions extends Omit<ReceiverQueueOptions, 'receiver' | 'record'> {
  readonly receivers: readonly Receiver[];
  readonly outbox: Outbox;
  /** How many notices may wait. */
  readonly queuedMax: number;
}

/** The share of the outbox that notices of a severity may fill: the last places are for the worst. */
const SHARE: Readonly<Record<Severity, number>> = { info: 0.8, warning: 0.9, critical: 1 };

/** Hands committed notices to the queues of their receivers, each of which goes its own pace. */
export class DeliveryDesk {
  readonly #options: DeliveryDeskOptions;
  readonly #queues: ReadonlyMap<string, ReceiverQueue>;

  constructor(options: DeliveryDeskOptions) {
    this.#options = options;
    const record: ReceiverQueueOptions['record'] = (id, progress) => options.outbox.record(id, progress);
    this.#queues = new Map(
      options.receivers.map((receiver) => [
        receiver.name,
        new ReceiverQueue({ ...options, receiver, record }),
      ]),
    );
  }

  /** Begins to deliver what is in the outbox by now. */
  send(deliveries: readonly Delivery[]): void {
    const { outbox, queuedMax } = this.#options;
    for (const delivery of deliveries) {
      const queue = this.#queues.get(delivery.notice.receiver);
      if (queue === undefined) this.#giveUp(delivery, 'there is no such receiver any more');
      else if (outbox.counts.queued > queuedMax * SHARE[delivery.severity]) {
        this.#giveUp(delivery, 'the outbox is full (limits.outbox)');
      } else queue.add(delivery);
    }
  }

  /** Begins no more attempts; those under way get so long to end, and are broken off then. */
  async stop(graceMs: number): Promise<void> {
    const queues = [...this.#queues.values()];
    const ended = Promise.all(queues.map((queue) => queue.stop()));
    const grace = this.#options.clock.schedule(graceMs, () => {
      for (const queue of queues) queue.abort();
    });
    await ended;
    grace.cancel();
  }

  #giveUp(delivery: Delivery, reason: string): void {
    const { outbox, report, now } = this.#options;
    const { id } = delivery.notice;
    outbox.record(id, { state: 'dead', attempts: 0, nextAt: now(), lastError: reason });
    report.givenUp(delivery, reason);
  }
}
