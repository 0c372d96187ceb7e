import type { AlertEvent } from '../../rules/alert-event.js';
import type { NotifierSettings } from '../delivery/notifier.js';
import { ReplayedNotices } from '../replay/replayed-notices.js';
import { AlarmLog, type Watched } from './alarm-log.js';

/** What turns messages, or lines of a journal, into events: the one replay. */
export interface Fold<Input> {
  take(input: Input): readonly AlertEvent[];
  finish(): readonly AlertEvent[];
}

export interface SettingRunOptions<Input> {
  readonly fold: Fold<Input>;
  readonly watched: readonly Watched[];
  /** `null`: notices are not counted. */
  readonly notifier: NotifierSettings | null;
}

/** One setting at work over a recording. */
export class SettingRun<Input> {
  readonly log: AlarmLog;
  readonly #notices: ReplayedNotices | null;
  #noticeCount = 0;
  readonly #fold: Fold<Input>;

  constructor({ fold, watched, notifier }: SettingRunOptions<Input>) {
    this.#fold = fold;
    this.log = new AlarmLog(watched);
    const counted = new Set(watched.map(({ rule }) => rule));
    this.#notices =
      notifier &&
      new ReplayedNotices(notifier, ({ notice }) => {
        // Of what suppresses them nothing is counted.
        if (notice.alerts.some(({ event }) => counted.has(event.rule))) this.#noticeCount += 1;
      });
  }

  get notices(): number | null {
    return this.#notices === null ? null : this.#noticeCount;
  }

  take(inputs: readonly Input[]): void {
    for (const input of inputs) this.#add(this.#fold.take(input));
  }

  /** @param end where the recording ends, epoch ms as printed */
  finish(end: () => number): void {
    this.#add(this.#fold.finish());
    const time = end();
    this.log.finish(time);
    this.#notices?.passTo(time);
  }

  #add(events: readonly AlertEvent[]): void {
    for (const event of events) {
      this.log.take(event);
      this.#notices?.take(event);
    }
  }
}
