import type { AlertEvent } from '../../rules/alert-event.js';
import type { FloodSettings } from '../site/configuration.js';
import type { AgendaItem } from '../storage/ledger.js';
import type { Episode } from './episode.js';
import { type Change, type GroupState, type Member, NoticeGroup } from './notice-group.js';
import type { Telling } from './telling.js';
import type { Timing } from './timing.js';

/** An alert has changed, and one receiver is to hear of it. */
export interface News {
  readonly receiver: string;
  readonly episode: Episode;
  readonly change: Change;
  readonly timing: Timing;
  /** A receiver that does not know of it hears nothing before this has passed: the alert may yet be suppressed. */
  readonly holdMs: number;
  /** It has waited for long enough elsewhere. */
  readonly isAtOnce: boolean;
  /** It comes and goes: since it does, or so that it waits until the alert is calm; `null`: it does not. */
  readonly flapping: { readonly settings: FloodSettings; readonly heldUntil: number | null } | null;
}

const GROUP = 'group:';
const MEMBER = 'member:';

/** The groups of alerts of all receivers, in memory and in the agenda. */
export class NoticeGroups {
  readonly #groups = new Map<string, NoticeGroup>();
  /** By receiver and episode. */
  readonly #groupOf = new Map<string, NoticeGroup>();

  get(key: string): NoticeGroup | undefined {
    return this.#groups.get(key);
  }

  all(): Iterable<NoticeGroup> {
    return this.#groups.values();
  }

  /** Whether the receiver is to hear of the episode and has not heard of it. */
  isWaiting(receiver: string, episode: string): boolean {
    return this.#groupOf.get(placeOf(receiver, episode))?.members.get(episode)?.thread === null;
  }

  /** Takes note of what is to be told, in the group that will tell it. */
  add(news: News, telling: Telling): NoticeGroup {
    const { receiver, episode, change, timing, holdMs, isAtOnce } = news;
    const place = placeOf(receiver, episode.id);
    const group = this.#groupOf.get(place) ?? this.#groupFor(receiver, episode, timing);
    this.#groups.set(group.key, group);
    this.#groupOf.set(place, group);
    const member = group.members.get(episode.id) ?? newMember(receiver, episode, telling.now, holdMs);
    member.event = episode.last;
    member.repeatMs = timing.repeatMs;
    member.change = merged(member, change);
    hold(member, news, telling);
    group.put(member);
    group.schedule(member, { timing, now: telling.now, isAtOnce });
    this.keep(group, [member], telling);
    return group;
  }

  /**
   * An alert is over before its receiver heard of it.
   *
   * @returns the group that it was in, and the obligations that there is no reason to meet any more
   */
  drop(
    receiver: string,
    episode: string,
    telling: Telling,
  ): { group: NoticeGroup; obligations: number } | null {
    const group = this.#groupOf.get(placeOf(receiver, episode));
    const member = group?.members.get(episode);
    if (group === undefined || member === undefined) return null;
    this.remove(group, member, telling);
    this.keep(group, [], telling);
    return { group, obligations: member.change?.obligations ?? 0 };
  }

  /** What a receiver is about to hear of is over already, as it was bound to be: it hears of it all the same. */
  markMomentary(receiver: string, episode: string, telling: Telling): void {
    const group = this.#groupOf.get(placeOf(receiver, episode));
    const member = group?.members.get(episode);
    if (group === undefined || member === undefined) return;
    member.isMomentary = true;
    group.put(member);
    this.keep(group, [member], telling);
  }

  /**
   * An alert that comes and goes is over before its receiver heard that it does: it hears of it all the same, and later on of
   * its end.
   *
   * @returns whether there is one like that
   */
  endLater(receiver: string, { id, last, events }: Episode, telling: Telling): boolean {
    const group = this.#groupOf.get(placeOf(receiver, id));
    const member = group?.members.get(id);
    if (group === undefined || member === undefined || member.flapping === null || member.isHeld)
      return false;
    member.ended = { event: last, number: events };
    this.keep(group, [member], telling);
    return true;
  }

  remove(group: NoticeGroup, member: Member, telling: Telling): void {
    const { episode } = member;
    group.take(member);
    this.#groupOf.delete(placeOf(group.state.receiver, episode));
    telling.plan(memberKey(group, episode), null);
  }

  /** Brings the agenda up to date with a group and those of its members that changed, or forgets it. */
  keep(group: NoticeGroup, members: readonly Member[], telling: Telling): void {
    if (group.isNeeded) {
      telling.plan(GROUP + group.key, group.state);
      for (const member of members) {
        if (group.members.has(member.episode)) telling.plan(memberKey(group, member.episode), member);
      }
      return;
    }
    for (const member of [...group.members.values()]) this.remove(group, member, telling);
    this.#groups.delete(group.key);
    telling.plan(GROUP + group.key, null);
  }

  /** Takes up what was in the agenda; whatever belongs to no episode any more is left out. */
  restore(agenda: readonly AgendaItem[], isOpen: (episode: string) => boolean): void {
    for (const { key, text } of agenda) {
      if (!key.startsWith(GROUP)) continue;
      const group = new NoticeGroup(key.slice(GROUP.length), JSON.parse(text) as GroupState);
      this.#groups.set(group.key, group);
    }
    for (const { key, text } of agenda) {
      if (!key.startsWith(MEMBER)) continue;
      const member = JSON.parse(text) as Member;
      const group = this.#groups.get(key.slice(MEMBER.length, -member.episode.length - 1));
      const isOver = member.event.event === 'resolved' || member.isMomentary || member.ended !== null;
      if (group === undefined || !(isOver || isOpen(member.episode))) continue;
      group.put(member);
      this.#groupOf.set(placeOf(group.state.receiver, member.episode), group);
    }
  }

  #groupFor(receiver: string, { id, last }: Episode, { groupBy, intervalMs }: Timing): NoticeGroup {
    const isAlone = groupBy === null;
    const values = (groupBy ?? []).map((name) => [name, propertyOf(last, name)] as const);
    const key = JSON.stringify(isAlone ? [receiver, id] : [receiver, values]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const parts = isAlone ? [id] : [...values.map(([, value]) => value), id];
    const counts = { flushes: 0, repeats: 0, thread: null, lastAt: null, dueAt: null };
    return new NoticeGroup(key, { receiver, id: parts, isAlone, intervalMs, ...counts });
  }
}

function placeOf(receiver: string, episode: string): string {
  return `${receiver}\n${episode}`;
}

function memberKey({ key }: NoticeGroup, episode: string): string {
  return `${MEMBER}${key}:${episode}`;
}

function newMember(receiver: string, episode: Episode, now: number, holdMs: number): Member {
  const thread = episode.told.get(receiver) ?? null;
  return {
    episode: episode.id,
    startedAt: episode.startedAt,
    event: episode.last,
    isMomentary: false,
    thread,
    repeatMs: null,
    change: null,
    notBefore: thread === null ? now + holdMs : now,
    isHeld: false,
    flapping: null,
    ended: null,
  };
}

/** An alert that comes and goes waits until it is calm, or is told as one that does. */
function hold(member: Member, { flapping }: News, { now }: Telling): void {
  const heldUntil = flapping?.heldUntil ?? null;
  if (heldUntil !== null) member.notBefore = heldUntil;
  // It got worse meanwhile, which does not wait.
  else if (member.isHeld) member.notBefore = now;
  member.isHeld = heldUntil !== null;
  if (flapping !== null && heldUntil === null) member.flapping = flapping.settings;
}

/** What is to be told when a change comes before another was told. */
function merged({ change: before, thread }: Member, change: Change): Change {
  if (before === null) return change;
  // That somebody else did not react says less than what the alert has become.
  if (change.kind === 'escalation') return before;
  const obligations = before.obligations + change.obligations;
  return { ...change, kind: thread === null ? before.kind : change.kind, obligations };
}

function propertyOf({ severity, rule, labels }: AlertEvent, name: string): string {
  if (name === 'severity') return severity;
  if (name === 'rule') return rule;
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}
