import type { AlertEvent } from '../../rules/alert-event.js';
import type { LevelSettings, Route } from '../site/configuration.js';
import type { AgendaItem, EpisodeState } from '../storage/ledger.js';
import { Directory, type NotifierSettings } from './directory.js';
import type { Episode } from './episode.js';
import type { Level } from './level-board.js';
import { NoticePlanner } from './notice-planner.js';
import { obligationsOf } from './obligations.js';
import { OpenEpisodes } from './open-episodes.js';
import type { Routed } from './routing.js';
import { Telling, type Told } from './telling.js';

export type { NotifierSettings } from './directory.js';
export type { Told } from './telling.js';

export interface NotifierOptions extends NotifierSettings {
  /** Those that have not ended. */
  readonly episodes: readonly EpisodeState[];
  readonly agenda: readonly AgendaItem[];
  /** Wall clock − engine clock, in ms. */
  readonly offset: number;
  /** An alert that neither its rule nor any route sends anywhere: called once for each rule. */
  readonly onUnrouted: (rule: string) => void;
}

/**
 * Works out who is to be told of alert events, and when: a fold over them and time, without clock and effects. It
 * remembers whom it told of every alert that fires, since those are told how it goes on.
 */
export class Notifier {
  readonly #onUnrouted: (rule: string) => void;
  readonly #episodes: OpenEpisodes;
  readonly #planner: NoticePlanner;
  /** Keys of what is in the agenda. */
  readonly #kept: Set<string>;
  readonly #unrouted = new Set<string>();
  #directory: Directory;
  #offset: number;

  constructor(options: NotifierOptions) {
    this.#onUnrouted = options.onUnrouted;
    this.#offset = options.offset;
    this.#directory = new Directory(options, []);
    this.#episodes = new OpenEpisodes(options.episodes);
    this.#kept = new Set(options.agenda.map(({ key }) => key));
    const { agenda, offset } = options;
    this.#planner = new NoticePlanner(this.#episodes, this.#directory, { agenda, offset });
  }

  /** Other rules, routes and receivers from now on. Whoever was told of an alert is told how it goes on. */
  configure(settings: NotifierSettings): void {
    const kept = [...this.#directory.rules.values()].filter(({ id }) => this.#episodes.of(id).size > 0);
    this.#directory = new Directory(settings, kept);
    this.#planner.configure(this.#directory);
    this.#unrouted.clear();
  }

  /** The wall clock has moved against the engine clock. */
  setOffset(ms: number): void {
    this.#offset = ms;
    this.#planner.setOffset(ms);
  }

  /** @param now engine time */
  tell(events: readonly AlertEvent[], now: number): Told {
    const telling = new Telling({ now, wall: now + this.#offset }, this.#kept);
    this.#planner.work(telling);
    for (const event of events) this.#take(event, telling);
    this.#planner.work(telling);
    this.#planner.settleLevels(telling);
    return telling.result();
  }

  /**
   * Time has passed: what was to be told later and is due by now.
   *
   * @returns `null`: nothing, and so nothing to keep
   */
  advance(now: number): Told | null {
    return now < this.nextDeadline() ? null : this.tell([], now);
  }

  /** When to call `advance`, in engine time; `Infinity`: nothing waits. */
  nextDeadline(): number {
    return this.#planner.nextAt;
  }

  /** Obligations that are to be met later: they wait for others, or for a time. */
  get waiting(): number {
    return this.#planner.waiting;
  }

  /** Receivers that are levels, by name. */
  get levelReceivers(): ReadonlyMap<string, LevelSettings> {
    return this.#directory.levels;
  }

  /** How all levels stand. */
  get levels(): readonly Level[] {
    return this.#planner.levels;
  }

  #take(event: AlertEvent, telling: Telling): void {
    if (event.episode === null) return;
    const episode = this.#episodes.add(event.episode, event);
    switch (event.event) {
      case 'firing':
      case 'unsuppressed':
      case 'severity':
        this.#tellOn(episode, telling);
        break;
      case 'resolved':
        this.#tellEnd(episode, telling);
        break;
      case 'pending':
      case 'cleared':
        break;
    }
    this.#planner.updateLevels(episode);
    telling.save(episode);
  }

  /** An alert fires: those that routes pick are told; of a change of severity also those that knew of it. */
  #tellOn(episode: Episode, telling: Telling): void {
    const { last } = episode;
    const routed = this.#directory.route(last);
    const knowing = last.event === 'severity' ? this.#knowing(episode) : [];
    const picked = routed.kind === 'to' ? routed.receivers : [];
    const receivers = [...new Set([...knowing, ...picked])].filter((name) =>
      this.#directory.receivers.has(name),
    );
    if (last.suppressed === true) telling.count('suppressed', receivers.length * obligationsOf(last));
    else if (routed.kind === 'nowhere' && knowing.length === 0) this.#reportUnrouted(last, telling);
    else this.#tellAll(episode, receivers, matchingOf(routed), telling);
  }

  #tellAll(
    episode: Episode,
    receivers: readonly string[],
    matching: readonly Route[],
    telling: Telling,
  ): void {
    const isAtOnce = episode.last.event === 'unsuppressed';
    const kind = episode.last.event === 'severity' ? 'severity' : 'firing';
    this.#planner.escalate(episode, matching, telling);
    for (const receiver of receivers) {
      if (isAtOnce && this.#isKnown(receiver, episode)) continue;
      this.#planner.tell(receiver, { episode, kind, matching, isAtOnce }, telling);
    }
  }

  /**
   * Whoever was told that an alert fires hears of its end, suppressed or not, or it would stay open there for ever.
   * Whoever was about to be told need not be.
   */
  #tellEnd(episode: Episode, telling: Telling): void {
    const matching = matchingOf(this.#directory.route(episode.last));
    this.#planner.endEscalation(episode, telling);
    for (const receiver of this.#knowing(episode)) {
      if (episode.told.has(receiver)) {
        this.#planner.tell(receiver, { episode, kind: 'resolved', matching, isAtOnce: false }, telling);
      } else this.#planner.drop(receiver, episode, telling);
    }
  }

  /** Receivers that know of an alert or are about to; those that are gone are left out. */
  #knowing(episode: Episode): string[] {
    return [...this.#directory.receivers.keys()].filter((receiver) => this.#isKnown(receiver, episode));
  }

  #isKnown(receiver: string, episode: Episode): boolean {
    return episode.told.has(receiver) || this.#planner.isWaiting(receiver, episode);
  }

  #reportUnrouted(event: AlertEvent, telling: Telling): void {
    telling.count('unrouted', obligationsOf(event));
    if (this.#unrouted.has(event.rule)) return;
    this.#unrouted.add(event.rule);
    this.#onUnrouted(event.rule);
  }
}

function matchingOf(routed: Routed): readonly Route[] {
  return routed.kind === 'to' ? routed.matching : [];
}
