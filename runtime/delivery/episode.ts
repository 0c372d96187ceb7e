import type { AlertEvent } from '../../rules/alert-event.js';
import type { EpisodeState } from '../storage/ledger.js';

/** One run of an alert from firing to resolved, as far as it matters for telling people of it. */
export class Episode {
  readonly id: string;
  /** Epoch ms, as printed. */
  readonly startedAt: number;
  /** Events so far. */
  events: number;
  /** The first notice to each receiver that was told. */
  readonly told: Map<string, string>;
  last: AlertEvent;

  private constructor({ episode, startedAt, events, told, last }: EpisodeState) {
    this.id = episode;
    this.startedAt = startedAt;
    this.events = events;
    this.told = new Map(told);
    this.last = last;
  }

  static begin(id: string, event: AlertEvent): Episode {
    const none = { endedAt: null, events: 0, told: [] };
    return new Episode({ episode: id, state: 'firing', startedAt: event.time, ...none, last: event });
  }

  static restore(state: EpisodeState): Episode {
    return new Episode(state);
  }

  add(event: AlertEvent): void {
    this.events += 1;
    this.last = event;
  }

  get isEnded(): boolean {
    return this.last.event === 'resolved';
  }

  save(): EpisodeState {
    const { id, startedAt, events, last, isEnded } = this;
    return {
      episode: id,
      state: isEnded ? 'ended' : last.event === 'cleared' ? 'latched' : 'firing',
      startedAt,
      endedAt: isEnded ? last.time : null,
      events,
      told: [...this.told],
      last,
    };
  }
}
