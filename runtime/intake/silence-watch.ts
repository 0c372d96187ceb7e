import { SILENT_MS_MIN } from './pulse.js';
import type { TopicEntry, TopicTable } from './topic-table.js';

/**
 * Notices topics on which nothing has come for much longer than usual: a sensor that died must not be taken for one that
 * has nothing to report. While the connection that a topic arrives by is down nobody can tell, and it is not judged.
 */
export class SilenceWatch {
  readonly #topics: TopicTable;
  readonly #isDown: (source: string) => boolean;
  /** Nothing could arrive before this, whatever was missed. */
  #listeningSince: number;

  /**
   * @param isDown whether a connection is down
   * @param now engine time
   */
  constructor(topics: TopicTable, isDown: (source: string) => boolean, now: number) {
    this.#topics = topics;
    this.#isDown = isDown;
    this.#listeningSince = now;
  }

  /** Messages could not arrive until now: a connection was down, or the program was not running. */
  listensAgain(now: number): void {
    this.#listeningSince = now;
  }

  /**
   * Those that have fallen silent since the last look. Each is marked when it is given, which may be some time after
   * `now`; its next message takes the mark away.
   */
  *look(now: number): Generator<TopicEntry, void> {
    for (const entry of this.#topics.entries()) {
      const { device, pulse, source } = entry;
      if (device === null || pulse.isSilent || this.#isDown(source) || !this.#isSilent(entry, now)) continue;
      pulse.isSilent = true;
      yield entry;
    }
  }

  #isSilent({ pulse }: TopicEntry, now: number): boolean {
    // Cheap first: nearly all have just sent.
    const quietMs = now - Math.max(pulse.last, this.#listeningSince);
    if (!(quietMs >= SILENT_MS_MIN)) return false;
    const { patienceMs } = pulse;
    return patienceMs !== null && quietMs > patienceMs;
  }
}
