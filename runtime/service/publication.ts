import type { AlertEvent } from '../../rules/alert-event.js';
import type { Clock } from '../clock.js';
import type { Level } from '../delivery/level-board.js';
import type { Delivery } from '../delivery/notice.js';
import type { Notifier, Told } from '../delivery/notifier.js';

export interface PublicationOptions {
  readonly clock: Clock;
  /** Works out who is to be told of events, at once or later. */
  readonly notifier: Pick<Notifier, 'tell' | 'nextDeadline' | 'setOffset'>;
  /** Shows an event to whoever sits beside the computer. */
  readonly show: (event: AlertEvent) => void;
  /** Begins to deliver. `isStored`: it is in the outbox; else it goes out from memory. */
  readonly send: (deliveries: readonly Delivery[], isStored: boolean) => void;
  /** Publishes how levels stand. */
  readonly showLevels: (levels: readonly Level[]) => void;
}

const NOTHING: Told = Object.freeze({
  deliveries: [],
  levels: [],
  episodes: [],
  untold: {},
  agenda: [],
});

/** How long the disk may take before notices go out from memory: a slow disk must not keep an alarm from anybody. */
const PATIENCE_MS = { critical: 1_000, other: 10_000 } as const;

/** Tells people of events: once they are kept, or without that when keeping them takes too long or fails. */
export class Publication {
  readonly #options: PublicationOptions;

  constructor(options: PublicationOptions) {
    this.#options = options;
  }

  /** What has to be kept of the events, and of what was to be told by now. */
  tell(events: readonly AlertEvent[], now: number): Told {
    const isIdle = events.length === 0 && now < this.nextDeadline();
    return isIdle ? NOTHING : this.#options.notifier.tell(events, now);
  }

  /** When something is to be told that had to wait: engine time. */
  nextDeadline(): number {
    return this.#options.notifier.nextDeadline();
  }

  /** Wall clock − engine clock, in ms. */
  setOffset(ms: number): void {
    this.#options.notifier.setOffset(ms);
  }

  /** @param stored settles with the commit of the events */
  publish(events: readonly AlertEvent[], { deliveries, levels }: Told, stored: Promise<void>): void {
    if (events.length === 0 && deliveries.length === 0 && levels.length === 0) return;
    const { clock, show, send, showLevels } = this.#options;
    let isOut = false;
    const out = (isStored: boolean) => {
      if (isOut) return;
      isOut = true;
      patience.cancel();
      for (const event of events) show(event);
      send(deliveries, isStored);
      if (levels.length > 0) showLevels(levels);
    };
    // A siren waits for nothing longer than a critical notice does.
    const isUrgent = levels.length > 0 || deliveries.some(({ severity }) => severity === 'critical');
    const patience = clock.schedule(isUrgent ? PATIENCE_MS.critical : PATIENCE_MS.other, () => out(false));
    stored.then(
      () => out(true),
      () => out(false),
    );
  }
}
