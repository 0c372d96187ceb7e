import type { AlertEvent } from '../../rules/alert-event.js';
import type { EpisodeState } from '../storage/ledger.js';
import { Episode } from './episode.js';

/** The episodes that have not ended. */
export class OpenEpisodes {
  readonly byId = new Map<string, Episode>();
  readonly #byRule = new Map<string, Set<Episode>>();

  constructor(states: readonly EpisodeState[]) {
    for (const state of states) this.#open(Episode.restore(state));
  }

  /** Those of a rule. */
  of(rule: string): ReadonlySet<Episode> {
    return this.#byRule.get(rule) ?? NONE;
  }

  /** Takes an event of an episode. */
  add(id: string, event: AlertEvent): Episode {
    const episode = this.byId.get(id) ?? Episode.begin(id, event);
    episode.add(event);
    if (episode.isEnded) this.#close(episode);
    else this.#open(episode);
    return episode;
  }

  #open(episode: Episode): void {
    const { rule } = episode.last;
    this.byId.set(episode.id, episode);
    const others = this.#byRule.get(rule);
    if (others === undefined) this.#byRule.set(rule, new Set([episode]));
    else others.add(episode);
  }

  #close(episode: Episode): void {
    const { rule } = episode.last;
    this.byId.delete(episode.id);
    const others = this.#byRule.get(rule);
    others?.delete(episode);
    if (others?.size === 0) this.#byRule.delete(rule);
  }
}

const NONE: ReadonlySet<Episode> = new Set();
