import type { AlertEvent } from '../../rules/alert-event.js';
import type { Route } from '../site/configuration.js';
import type { AgendaItem } from '../storage/ledger.js';
import type { Directory } from './directory.js';
import type { Episode } from './episode.js';
import { Escalations } from './escalations.js';
import { Flapping, flapKey } from './flapping.js';
import { FloodControl } from './flood-control.js';
import { GroupTeller } from './group-teller.js';
import { type Level, LevelBoard } from './level-board.js';
import { written } from './notice-draft.js';
import type { Change, NoticeGroup } from './notice-group.js';
import { type News, NoticeGroups } from './notice-groups.js';
import { obligationsOf } from './obligations.js';
import type { OpenEpisodes } from './open-episodes.js';
import { isSuppressed } from './suppressors.js';
import { isSystemRule } from './system-alert.js';
import type { Telling } from './telling.js';
import { Timetable } from './timetable.js';
import { SUPPRESSIBLE_MS } from './timing.js';

/** One thing that a receiver is to be told of an alert. */
export interface Item {
  readonly episode: Episode;
  readonly kind: Change['kind'];
  /** The routes that say when and how. */
  readonly matching: readonly Route[];
  /** It has been held back for long enough. */
  readonly isAtOnce: boolean;
}

const GROUP = 'group:';
const ESCALATION = 'escalation:';
const FLOOD = 'flood:';
const FLAPPING = 'flapping:';

/**
 * When each receiver is told what it is to be told: waits, groups, repeats, escalations, floods. All of it is in the
 * agenda, so that after a restart nothing of it is lost or told under another id.
 */
export class NoticePlanner {
  readonly #episodes: OpenEpisodes;
  readonly #groups = new NoticeGroups();
  readonly #escalations = new Escalations();
  readonly #flood = new FloodControl();
  readonly #flapping = new Flapping();
  readonly #levels = new LevelBoard();
  readonly #teller: GroupTeller;
  /** Groups, episodes that escalate, receivers in a flood, alerts that flap: by the prefixes above. */
  readonly #timetable = new Timetable();
  #directory: Directory;
  /** Wall clock − engine clock, in ms. */
  #offset: number;

  constructor(
    episodes: OpenEpisodes,
    directory: Directory,
    { agenda, offset }: { agenda: readonly AgendaItem[]; offset: number },
  ) {
    this.#episodes = episodes;
    this.#directory = directory;
    this.#offset = offset;
    this.#teller = new GroupTeller({
      groups: this.#groups,
      flood: this.#flood,
      episodes: episodes.byId,
      isSuppressed: ({ event }) => this.#isSuppressed(event),
      calmAt: (receiver, event) => this.#flapping.calmAt(receiver, event),
      escalationOf: (episode) => this.#escalations.next(episode),
    });
    this.#restore(agenda);
  }

  /** Other settings from now on, also for what waits. */
  configure(directory: Directory): void {
    this.#directory = directory;
    for (const group of this.#groups.all()) this.#retime(group);
    for (const episode of this.#episodes.byId.values()) this.#updateLevel(episode);
  }

  /** The wall clock has moved against the engine clock, and with it the schedules of receivers. */
  setOffset(ms: number): void {
    this.#offset = ms;
    if (this.#directory.schedules.size === 0) return;
    for (const group of this.#groups.all()) this.#watch(group);
    for (const receiver of this.#directory.receivers.keys()) this.#watchFlood(receiver);
  }

  /** When there is something to do; `Infinity`: never, by itself. */
  get nextAt(): number {
    return this.#levels.hasChanges ? Number.NEGATIVE_INFINITY : this.#timetable.next();
  }

  /** Obligations that are to be met later. */
  get waiting(): number {
    let count = 0;
    for (const group of this.#groups.all())
      for (const { change } of group.changed) count += change?.obligations ?? 0;
    return count;
  }

  /** How all levels stand. */
  get levels(): readonly Level[] {
    return this.#levels.all;
  }

  /** An alert has changed, and with it its levels and those of the alerts that it may suppress. */
  updateLevels(episode: Episode): void {
    if (this.#directory.levels.size === 0) return;
    this.#updateLevel(episode);
    for (const rule of this.#directory.suppressedBy(episode.last.rule))
      for (const other of this.#episodes.of(rule)) this.#updateLevel(other);
  }

  settleLevels(telling: Telling): void {
    this.#levels.settle(telling);
  }

  #updateLevel(episode: Episode): void {
    const { last, told, isEnded } = episode;
    const isOff = isEnded || this.#isSuppressed(last);
    const escalated = [...told.keys()].filter((name) => this.#directory.levels.has(name));
    const receivers = isOff ? [] : new Set([...this.#directory.levelsFor(last), ...escalated]);
    this.#levels.update(episode, receivers, this.#directory);
  }

  /** Whether the receiver is to hear of the episode and has not heard of it. */
  isWaiting(receiver: string, { id }: Episode): boolean {
    return this.#groups.isWaiting(receiver, id);
  }

  tell(receiver: string, { episode, kind, matching, isAtOnce }: Item, telling: Telling): void {
    const { last, events } = episode;
    const flapping = this.#flapsOf(receiver, last, telling);
    const holds = !isAtOnce && kind !== 'resolved' && this.#directory.isSuppressible(last);
    this.#add(
      {
        receiver,
        episode,
        change: { kind, number: events, obligations: obligationsOf(last) },
        timing: this.#directory.timing(receiver, matching),
        holdMs: holds ? SUPPRESSIBLE_MS[last.severity] : 0,
        isAtOnce,
        flapping,
      },
      telling,
    );
  }

  /** Takes note of a change of an alert that may come and go. */
  #flapsOf(receiver: string, event: AlertEvent, telling: Telling): News['flapping'] {
    const settings = this.#directory.receivers.get(receiver)?.flapping ?? null;
    if (settings === null) return null;
    const verdict =
      event.event === 'resolved'
        ? this.#flapping.ends(receiver, event, settings, telling)
        : this.#flapping.begins(receiver, event, settings, telling);
    const key = flapKey(receiver, event);
    const calmAt = this.#flapping.calmAtKey(key);
    this.#timetable.set(FLAPPING + key, calmAt);
    return verdict === 'usual' ? null : { settings, heldUntil: verdict === 'held' ? calmAt : null };
  }

  /**
   * An alert is over: a receiver that was about to hear of it need not. What the program says of itself and ends in the
   * same instant is a message, and is told.
   */
  drop(receiver: string, episode: Episode, telling: Telling): void {
    const { id, startedAt, last } = episode;
    if (isSystemRule(last.rule) && last.time === startedAt) {
      this.#groups.markMomentary(receiver, id, telling);
      return;
    }
    this.#flapsOf(receiver, last, telling);
    if (this.#groups.endLater(receiver, episode, telling)) return;
    const dropped = this.#groups.drop(receiver, id, telling);
    if (dropped === null) return;
    telling.count('held', dropped.obligations);
    this.#watch(dropped.group, telling.now);
  }

  /** An alert fires: others are told of it later, as these routes have it. */
  escalate({ id, last }: Episode, matching: readonly Route[], telling: Telling): void {
    if (last.event === 'unsuppressed') this.#escalations.restart(id);
    this.#escalations.begin(id, this.#directory.escalations(last, matching), telling);
    this.#timetable.set(ESCALATION + id, this.#escalations.dueAt(id));
  }

  endEscalation({ id }: Episode, telling: Telling): void {
    this.#escalations.end(id, telling);
    this.#timetable.set(ESCALATION + id, Number.POSITIVE_INFINITY);
  }

  /** Does what is due by now. */
  work(telling: Telling): void {
    for (;;) {
      const key = this.#timetable.takeDue(telling.now);
      if (key === null) return;
      if (key.startsWith(GROUP)) {
        const group = this.#groups.get(key.slice(GROUP.length));
        if (group !== undefined) this.#tellGroup(group, telling);
      } else if (key.startsWith(ESCALATION)) this.#takeStep(key.slice(ESCALATION.length), telling);
      else if (key.startsWith(FLAPPING)) this.#flapping.settle(key.slice(FLAPPING.length), telling);
      else this.#tellSummary(key.slice(FLOOD.length), telling);
    }
  }

  #add(news: News, telling: Telling): void {
    const group = this.#groups.add(news, telling);
    // What is told by itself is told event by event; what is told together waits for the others of this instant.
    if (group.state.isAlone && group.dueAt <= telling.now) this.#tellGroup(group, telling);
    else this.#watch(group, telling.now);
  }

  #tellGroup(group: NoticeGroup, telling: Telling): void {
    const { receiver } = group.state;
    if (this.#openFrom(receiver, telling.now) <= telling.now)
      this.#teller.tell(group, this.#directory, telling);
    this.#watch(group, telling.now);
    this.#watchFlood(receiver);
  }

  #takeStep(id: string, telling: Telling): void {
    const episode = this.#episodes.byId.get(id);
    const step = this.#escalations.take(id, telling);
    this.#timetable.set(ESCALATION + id, this.#escalations.dueAt(id));
    if (episode === undefined || step === null || this.#isSuppressed(episode.last)) return;
    const routed = this.#directory.route(episode.last);
    const matching = routed.kind === 'to' ? routed.matching : [];
    for (const receiver of step.to) {
      if (this.#directory.levels.has(receiver)) this.#raiseLevel(receiver, episode, telling);
      if (!this.#directory.receivers.has(receiver)) continue;
      const change = { kind: 'escalation', number: step.number, obligations: 0 } as const;
      const timing = this.#directory.timing(receiver, matching);
      this.#add({ receiver, episode, change, timing, holdMs: 0, isAtOnce: true, flapping: null }, telling);
    }
  }

  /** A level that an alert is escalated to stays until the alert is over. */
  #raiseLevel(receiver: string, episode: Episode, telling: Telling): void {
    episode.told.set(receiver, '');
    telling.save(episode);
    this.#updateLevel(episode);
  }

  #tellSummary(receiver: string, telling: Telling): void {
    const openAt = this.#openFrom(receiver, telling.now);
    if (openAt > telling.now) {
      this.#timetable.set(FLOOD + receiver, openAt);
      return;
    }
    const draft = this.#flood.take(receiver, telling);
    if (draft !== null) telling.send(written(draft, this.#directory, telling));
  }

  /** @param now engine time; without it a time in the past is taken for the next one, and looked at again then */
  #watch(group: NoticeGroup, now = Number.NEGATIVE_INFINITY): void {
    const at = group.isNeeded ? Math.max(group.nextAt, now) : Number.POSITIVE_INFINITY;
    this.#timetable.set(GROUP + group.key, this.#openFrom(group.state.receiver, at));
  }

  #watchFlood(receiver: string): void {
    this.#timetable.set(FLOOD + receiver, this.#openFrom(receiver, this.#flood.dueAt(receiver)));
  }

  /** From when on a receiver may be told what could be told at a time, by its schedule: engine time. */
  #openFrom(receiver: string, at: number): number {
    const schedule = this.#directory.schedules.get(receiver);
    if (schedule === undefined || !Number.isFinite(at)) return at;
    const wall = at + this.#offset;
    return schedule.activeSince(wall) === null ? schedule.nextChange(wall) - this.#offset : at;
  }

  #isSuppressed(event: AlertEvent): boolean {
    const { rules } = this.#directory;
    return (
      event.suppressed === true || isSuppressed(event, { rules, firing: (rule) => this.#episodes.of(rule) })
    );
  }

  #restore(agenda: readonly AgendaItem[]): void {
    this.#groups.restore(agenda, (episode) => this.#episodes.byId.has(episode));
    for (const group of this.#groups.all()) this.#retime(group);
    for (const id of this.#escalations.restore(agenda))
      this.#timetable.set(ESCALATION + id, this.#escalations.dueAt(id));
    for (const receiver of this.#flood.restore(agenda)) this.#watchFlood(receiver);
    for (const key of this.#flapping.restore(agenda))
      this.#timetable.set(FLAPPING + key, this.#flapping.calmAtKey(key));
    this.#levels.restore(agenda);
    for (const episode of this.#episodes.byId.values()) this.#updateLevel(episode);
    this.#levels.endUnheld();
  }

  /** Takes up what the settings say by now about when a group tells. */
  #retime(group: NoticeGroup): void {
    for (const member of group.members.values()) {
      const routed = this.#directory.route(member.event);
      const matching = routed.kind === 'to' ? routed.matching : [];
      const { repeatMs, intervalMs } = this.#directory.timing(group.state.receiver, matching);
      member.repeatMs = repeatMs;
      group.put(member);
      group.state.intervalMs = intervalMs;
    }
    this.#watch(group);
  }
}
