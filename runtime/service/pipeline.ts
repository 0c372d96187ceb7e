import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Engine } from '../../rules/engine.js';
import type { Delivery } from '../delivery/notice.js';
import type { Notifier } from '../delivery/notifier.js';
import type { EngineClock } from '../intake/engine-clock.js';
import type { Intake } from '../intake/intake.js';
import type { Redeliveries } from '../intake/redeliveries.js';
import type { Ledger, LedgerInput } from './ledger.js';

export interface PipelineOptions {
  readonly engine: Engine;
  readonly engineClock: EngineClock;
  /** Wall clock − engine clock at the start. */
  readonly offset: number;
  readonly redeliveries: Redeliveries;
  readonly intake: Intake;
  readonly notifier: Notifier;
  readonly ledger: Ledger;
  readonly counters: RejectionCounters;
  /** Events that are kept. */
  readonly show: (event: AlertEvent) => void;
  /** Deliveries that are kept. */
  readonly send: (deliveries: readonly Delivery[]) => void;
  /** When the engine wants to be woken: engine time. */
  readonly wakeAt: (deadline: number) => void;
}

const NO_EVENTS: readonly AlertEvent[] = Object.freeze([]);

/**
 * The way of everything: what was received becomes messages, the engine makes events of them, the notifier deliveries;
 * all that is kept together, and only then shown, delivered and acknowledged. Nothing else calls the engine.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  #offset: number;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#offset = options.offset;
    options.engine.offset(options.offset);
  }

  /** Takes a message in. What it gives resolves when the message may be acknowledged. */
  accept(received: ReceivedMessage): Promise<void> | undefined {
    const { redeliveries, counters } = this.#options;
    const first = redeliveries.firstCopy(received);
    if (first !== null) {
      counters.count(received.source, 'redelivery');
      return first.committed;
    }
    const committed = this.#apply(received);
    redeliveries.remember(received, committed);
    return committed;
  }

  /** Time has passed: fires what is due by now. */
  advance(): void {
    const { engine, engineClock } = this.#options;
    const now = engineClock.now();
    const events = engine.advance(now);
    if (events.length > 0) this.#commit(null, events, now);
    else this.#options.wakeAt(engine.nextDeadline());
  }

  /** The wall clock has moved against the engine clock. */
  setOffset(offset: number): void {
    const { engine, engineClock } = this.#options;
    const time = engineClock.now();
    this.#offset = offset;
    const events = engine.offset(offset);
    this.#commit({ kind: 'offset', offset, time }, events, time);
  }

  #apply(received: ReceivedMessage): Promise<void> | undefined {
    const { engine, engineClock, intake } = this.#options;
    const arrival = engineClock.now();
    const offset = this.#offset;
    const messages = intake.messages(received, { arrival, offset });
    if (messages.length === 0) return undefined;
    let events = NO_EVENTS;
    for (const message of messages) {
      const raised = engine.message(message);
      if (raised.length > 0) events = events.length === 0 ? raised : [...events, ...raised];
    }
    return this.#commit({ kind: 'message', received, messages, arrival, offset }, events, arrival);
  }

  #commit(input: LedgerInput | null, events: readonly AlertEvent[], now: number): Promise<void> {
    const { engine, notifier, ledger, show, send, wakeAt } = this.#options;
    const { deliveries } = notifier.tell(events, now);
    const committed = ledger.append({ input, events, deliveries });
    if (events.length > 0) {
      void committed.then(() => {
        for (const event of events) show(event);
        send(deliveries);
      });
    }
    wakeAt(engine.nextDeadline());
    return committed;
  }
}
