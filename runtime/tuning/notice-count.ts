import type { AlertEvent } from '../../rules/alert-event.js';
import type { Delivery } from '../delivery/notice.js';
import { Notifier, type NotifierSettings } from '../delivery/notifier.js';

/** Counts the notices about some rules that would have gone out, by the routes and receivers of a site. */
export class NoticeCount {
  count = 0;
  readonly #notifier: Notifier;
  readonly #counted: ReadonlySet<string>;
  #now = Number.NEGATIVE_INFINITY;

  /** @param counted the rules whose notices are counted; others may suppress them */
  constructor(settings: NotifierSettings, counted: ReadonlySet<string>) {
    this.#counted = counted;
    this.#notifier = new Notifier({
      ...settings,
      episodes: [],
      agenda: [],
      offset: 0,
      onUnrouted: () => undefined,
    });
  }

  take(event: AlertEvent): void {
    this.passTo(event.time);
    this.#add(this.#notifier.tell([event], this.#now).deliveries);
  }

  /** Time passes: what waits for others, or is told again, goes out. A clock that was set back stands still. */
  passTo(time: number): void {
    for (let next = this.#notifier.nextDeadline(); next <= time; next = this.#notifier.nextDeadline()) {
      this.#now = Math.max(this.#now, next);
      const told = this.#notifier.advance(this.#now);
      if (told === null) break;
      this.#add(told.deliveries);
    }
    this.#now = Math.max(this.#now, time);
  }

  #add(deliveries: readonly Delivery[]): void {
    for (const { notice } of deliveries)
      if (notice.alerts.some(({ event }) => this.#counted.has(event.rule))) this.count += 1;
  }
}
