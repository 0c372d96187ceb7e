import type { AgendaChange, LedgerEntry, UntoldState } from '../storage/ledger.js';
import type { Episode } from './episode.js';
import type { Level } from './level-board.js';
import type { Delivery } from './notice.js';

/** What events, or the time that passed, mean for those who are to be told: to be kept together with them. */
export interface Told extends Pick<LedgerEntry, 'deliveries' | 'episodes' | 'untold' | 'agenda'> {
  /** How levels stand from now on; in the agenda too. */
  readonly levels: readonly Level[];
}

/** The same while it is put together. */
export class Telling {
  /** Engine time. */
  readonly now: number;
  /** The same as epoch ms, as printed. */
  readonly wall: number;
  readonly #kept: Set<string>;
  readonly #deliveries: Delivery[] = [];
  readonly #levels: Level[] = [];
  readonly #episodes = new Map<string, Episode>();
  readonly #untold: Partial<Record<UntoldState, number>> = {};
  /** By key; what is to be kept is put into words at the end, however often it changes before. */
  readonly #agenda = new Map<string, object | null>();

  /** @param kept keys of what is in the agenda; brought up to date by `result` */
  constructor(times: { now: number; wall: number }, kept: Set<string>) {
    this.now = times.now;
    this.wall = times.wall;
    this.#kept = kept;
  }

  send(delivery: Delivery): void {
    this.#deliveries.push(delivery);
  }

  show(level: Level): void {
    this.#levels.push(level);
  }

  save(episode: Episode): void {
    this.#episodes.set(episode.id, episode);
  }

  count(state: UntoldState, obligations: number): void {
    if (obligations > 0) this.#untold[state] = (this.#untold[state] ?? 0) + obligations;
  }

  /** @param state goes into the agenda as JSON, as it is at the end; `null`: it is done with */
  plan(key: string, state: object | null): void {
    this.#agenda.set(key, state);
  }

  result(): Told {
    return {
      deliveries: this.#deliveries,
      levels: this.#levels,
      episodes: [...this.#episodes.values()].map((episode) => episode.save()),
      untold: this.#untold,
      agenda: [...this.#agenda].flatMap(([key, state]) => this.#change(key, state)),
    };
  }

  #change(key: string, state: object | null): AgendaChange[] {
    if (state !== null) {
      this.#kept.add(key);
      return [{ key, text: JSON.stringify(state) }];
    }
    // What came and went at once was never kept.
    return this.#kept.delete(key) ? [{ key, text: null }] : [];
  }
}
