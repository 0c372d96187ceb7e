import type { AlertEvent } from '../../rules/alert-event.js';
import type { Delivery } from '../delivery/notice.js';
import { Notifier, type NotifierSettings } from '../delivery/notifier.js';

/** The notices that would have gone out in a replay, by the routes and receivers of a site. */
export class ReplayedNotices {
  readonly #notifier: Notifier;
  readonly #onDelivery: (delivery: Delivery) => void;
  #now = Number.NEGATIVE_INFINITY;

  constructor(settings: NotifierSettings, onDelivery: (delivery: Delivery) => void) {
    this.#onDelivery = onDelivery;
    this.#notifier = new Notifier({
      ...settings,
      episodes: [],
      agenda: [],
      offset: 0,
      onUnrouted: () => undefined,
    });
  }

  /** By the times of events as they are printed. */
  take(event: AlertEvent): void {
    this.passTo(event.time);
    this.#give(this.#notifier.tell([event], this.#now).deliveries);
  }

  /** Time passes: what waits for others, or is told again, goes out. A clock that was set back stands still. */
  passTo(time: number): void {
    while (this.nextAt <= time) if (!this.passToNext()) break;
    this.#now = Math.max(this.#now, time);
  }

  /** When something goes out by itself; `Infinity`: never. */
  get nextAt(): number {
    return this.#notifier.nextDeadline();
  }

  /** Time passes to then. `false`: nothing was to be done after all. */
  passToNext(): boolean {
    if (!Number.isFinite(this.nextAt) && this.nextAt > 0) return false;
    this.#now = Math.max(this.#now, this.nextAt);
    const told = this.#notifier.advance(this.#now);
    if (told === null) return false;
    this.#give(told.deliveries);
    return true;
  }

  #give(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) this.#onDelivery(delivery);
  }
}
