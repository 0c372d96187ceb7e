import type { AlertEvent } from '../../rules/alert-event.js';
import type { ToldView } from '../control/control-views.js';
import type { Delivery } from '../delivery/notice.js';
import type { NotifierSettings } from '../delivery/notifier.js';
import { ReplayedNotices } from '../replay/replayed-notices.js';

/** What is told later than this is not looked for. */
const AHEAD_MS = 24 * 60 * 60 * 1000;
/** Nor after so many other things. */
const STEPS_MAX = 1_000;

/** Works out who would have been told of the alerts of a replay that are on at its end, and who would be told next. */
export class WouldBeTold {
  readonly #notices: ReplayedNotices;
  /** By episodes that have not ended, then by receiver. */
  readonly #told = new Map<string, Map<string, ToldView>>();
  #state: ToldView['state'] = 'would-have-gone';

  constructor(settings: NotifierSettings) {
    this.#notices = new ReplayedNotices(settings, (delivery) => this.#note(delivery));
  }

  take(event: AlertEvent): void {
    this.#notices.take(event);
    if (event.event === 'resolved' && event.episode !== null) this.#told.delete(event.episode);
  }

  /** Time passes to the end of the replay, and on: what would go out then if nothing changed is worked out, too. */
  finish(end: number): void {
    this.#notices.passTo(end);
    this.#state = 'would-go';
    for (let step = 0; step < STEPS_MAX && this.#notices.nextAt <= end + AHEAD_MS; step += 1)
      if (!this.#notices.passToNext()) return;
  }

  /** The latest notice to each receiver; of those that heard of nothing yet the first that comes. */
  of(episode: string): readonly ToldView[] {
    return [...(this.#told.get(episode)?.values() ?? [])];
  }

  #note({ notice, createdAt }: Delivery): void {
    const { id, receiver, kind, alerts } = notice;
    for (const { event } of alerts) {
      if (event.episode === null || event.event === 'resolved') continue;
      const told = this.#told.get(event.episode) ?? new Map<string, ToldView>();
      this.#told.set(event.episode, told);
      if (this.#state === 'would-go' && told.has(receiver)) continue;
      told.set(receiver, { id, receiver, kind, state: this.#state, lastError: null, at: createdAt });
    }
  }
}
