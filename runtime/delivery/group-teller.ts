import type { AlertEvent } from '../../rules/alert-event.js';
import { SEVERITIES, type Severity } from '../../rules/rule.js';
import type { Directory } from './directory.js';
import type { Episode } from './episode.js';
import type { FloodControl } from './flood-control.js';
import type { NoticeAlert, Outlook } from './notice.js';
import { ALERTS_MAX, type NoticeDraft, written } from './notice-draft.js';
import {
  byImportance,
  type Change,
  isFiring,
  type Member,
  mostImportant,
  type NoticeGroup,
} from './notice-group.js';
import type { NoticeGroups } from './notice-groups.js';
import { obligationsOf } from './obligations.js';
import { isSystemRule } from './system-alert.js';
import type { Telling } from './telling.js';

/** A member with its change. */
type Changed = Member & { readonly change: Change };

export interface GroupTellerOptions {
  readonly groups: NoticeGroups;
  readonly flood: FloodControl;
  readonly episodes: ReadonlyMap<string, Episode>;
  /** Whether an alert is suppressed by now. */
  readonly isSuppressed: (member: Member) => boolean;
  /** When an alert that comes and goes is calm: engine time. */
  readonly calmAt: (receiver: string, event: AlertEvent) => number;
  /** Who else is going to be told of an alert, and when: engine time. */
  readonly escalationOf: (episode: string) => { readonly at: number; readonly to: readonly string[] } | null;
}

/** Tells what a group has to tell by now: what has changed, or what still fires. */
export class GroupTeller {
  readonly #options: GroupTellerOptions;

  constructor(options: GroupTellerOptions) {
    this.#options = options;
  }

  tell(group: NoticeGroup, directory: Directory, telling: Telling): void {
    if (group.dueAt <= telling.now) this.#tellChanges(group, directory, telling);
    else if (group.repeatAt <= telling.now) this.#tellAgain(group, directory, telling);
  }

  #tellChanges(group: NoticeGroup, directory: Directory, telling: Telling): void {
    const due = this.#takeDue(group, telling);
    if (due.length > 0) {
      group.state.flushes += 1;
      group.state.lastAt = telling.now;
      const obligations = due.reduce((sum, { change }) => sum + change.obligations, 0);
      if (this.#hasRoom(group, due, obligations, directory, telling)) {
        this.#send(group, { ...changesDraft(group, due, directory), obligations }, due, directory, telling);
      }
    }
    for (const member of due) {
      this.#settle(member, group);
      group.put(member);
      // Nobody waits for the end of what was told in a summary only.
      if (!isFiring(member) && !isChanged(member)) this.#options.groups.remove(group, member, telling);
    }
    this.#options.groups.keep(group, due, telling);
  }

  /** The receiver knows of a change; of what is over already and flaps the end is still to be told. */
  #settle(member: Member, { state }: NoticeGroup): void {
    const { ended, thread } = member;
    member.change = null;
    member.ended = null;
    if (ended === null || thread === null) return;
    member.event = ended.event;
    member.change = { kind: 'resolved', number: ended.number, obligations: obligationsOf(ended.event) };
    member.isHeld = true;
    const calmAt = this.#options.calmAt(state.receiver, ended.event);
    state.dueAt = Math.min(state.dueAt ?? Number.POSITIVE_INFINITY, calmAt);
  }

  /** Those whose time has come. The others set the next time. */
  #takeDue(group: NoticeGroup, telling: Telling): Changed[] {
    const { groups, isSuppressed } = this.#options;
    const due: Changed[] = [];
    group.state.dueAt = null;
    for (const member of [...group.changed]) {
      if (!isChanged(member)) continue;
      const from = this.#notBefore(member, group);
      if (from > telling.now) group.state.dueAt = Math.min(group.dueAt, from);
      else if (member.change.kind !== 'resolved' && isSuppressed(member)) {
        telling.count('suppressed', member.change.obligations);
        (member as Member).change = null;
        group.put(member);
        if (member.thread === null) groups.remove(group, member, telling);
        else groups.keep(group, [member], telling);
      } else due.push(member);
    }
    return due.sort(byImportance);
  }

  /** What is held waits for as long as the alert keeps changing. */
  #notBefore({ notBefore, isHeld, event }: Member, { state }: NoticeGroup): number {
    return isHeld ? this.#options.calmAt(state.receiver, event) : notBefore;
  }

  #tellAgain(group: NoticeGroup, directory: Directory, telling: Telling): void {
    const members = [...group.firing]
      .filter((member) => !this.#options.isSuppressed(member))
      .sort(byImportance);
    group.state.lastAt = telling.now;
    if (members.length > 0) {
      group.state.repeats += 1;
      if (this.#hasRoom(group, members, 0, directory, telling))
        this.#send(group, repeatDraft(group, members, directory), members, directory, telling);
    }
    this.#options.groups.keep(group, [], telling);
  }

  /** Whether the receiver is to be told now; else it goes into the summary. */
  #hasRoom(
    { state }: NoticeGroup,
    members: readonly Member[],
    obligations: number,
    directory: Directory,
    telling: Telling,
  ): boolean {
    const limit = directory.receivers.get(state.receiver)?.flood ?? null;
    if (limit === null) return true;
    const request = {
      receiver: state.receiver,
      severity: worst(members),
      isOver: members.every(({ event }) => event.event === 'resolved'),
      isRise: members.some(hasRisen),
      alerts: (count: number) => members.slice(0, count).map((member) => alertOf(member, directory)),
      changed: members.length,
      obligations,
    };
    return this.#options.flood.admits(request, limit, telling);
  }

  #send(
    group: NoticeGroup,
    draft: Draft,
    members: readonly Member[],
    directory: Directory,
    telling: Telling,
  ): void {
    const { episodes } = this.#options;
    const { state } = group;
    const whole = { ...draft, outlook: this.#outlook(group, members, telling) };
    const delivery = written(whole, directory, telling);
    const { id } = delivery.notice;
    telling.send(delivery);
    state.thread ??= id;
    for (const member of members) {
      member.thread ??= id;
      group.put(member);
      const episode = episodes.get(member.episode);
      if (episode === undefined || episode.told.has(state.receiver)) continue;
      episode.told.set(state.receiver, id);
      telling.save(episode);
    }
  }

  /** What is going to happen if what fires goes on. */
  #outlook(group: NoticeGroup, told: readonly Member[], { now, wall }: Telling): Outlook | null {
    const firing = told.filter(({ event }) => event.event !== 'resolved');
    const [only] = firing;
    const isSingle = only !== undefined && group.members.size === 1;
    const step = isSingle ? this.#options.escalationOf(only.episode) : null;
    // Those that are told now are among those that are told again.
    const repeats = firing.map(({ repeatMs }) => repeatMs ?? Number.POSITIVE_INFINITY);
    const repeatMs = repeats.reduce((least, one) => Math.min(least, one), group.repeatMs);
    if (step === null && repeatMs === Number.POSITIVE_INFINITY) return null;
    return {
      ...(repeatMs === Number.POSITIVE_INFINITY ? {} : { repeatMs }),
      ...(step === null ? {} : { escalation: { at: step.at - now + wall, to: step.to } }),
    };
  }
}

function isChanged(member: Member): member is Changed {
  return member.change !== null;
}

/** The receiver knows of it, and it has got worse. */
function hasRisen({ thread, event }: Member): boolean {
  const before = event.event === 'severity' ? (event.previous ?? event.severity) : event.severity;
  return thread !== null && SEVERITIES.indexOf(event.severity) > SEVERITIES.indexOf(before);
}

type Draft = Omit<NoticeDraft, 'outlook'>;

/** One alert by itself has a notice of its own; several, or one beside others that still fire, a notice of the group. */
function changesDraft(
  group: NoticeGroup,
  due: readonly Changed[],
  directory: Directory,
): Omit<Draft, 'obligations'> {
  const { receiver, id, flushes, thread } = group.state;
  const going = [...group.firing].filter((member) => !group.changed.has(member));
  const news = due.slice(0, ALERTS_MAX);
  const still = mostImportant(going, ALERTS_MAX - news.length);
  const parts = {
    receiver,
    lane: group.lane,
    severity: worst(due),
    news: news.map((member) => alertOf(member, directory)),
    still: still.map((member) => alertOf(member, directory)),
    omitted: due.length + going.length - news.length - still.length,
  };
  const [only] = due;
  if (only !== undefined && due.length + going.length === 1) return { ...parts, ...single(only) };
  return { ...parts, kind: 'group', idKind: 'group', key: [...id, flushes], thread };
}

function single({
  episode,
  event,
  thread,
  change,
}: Changed): Pick<NoticeDraft, 'kind' | 'idKind' | 'key' | 'thread'> {
  const key = [episode, change.number];
  if (change.kind === 'escalation') return { kind: 'escalation', idKind: 'escalation', key, thread };
  if (isSystemRule(event.rule)) return { kind: 'system', idKind: 'system', key, thread };
  return { kind: change.kind, idKind: 'event', key, thread };
}

function repeatDraft(group: NoticeGroup, members: readonly Member[], directory: Directory): Draft {
  const { receiver, id, repeats, thread } = group.state;
  return {
    receiver,
    kind: 'repeat',
    idKind: 'repeat',
    key: [...id, repeats],
    lane: group.lane,
    thread: members.length === 1 ? (members[0]?.thread ?? null) : thread,
    severity: worst(members),
    obligations: 0,
    news: members.slice(0, ALERTS_MAX).map((member) => alertOf(member, directory)),
    still: [],
    omitted: Math.max(0, members.length - ALERTS_MAX),
  };
}

function alertOf({ event, startedAt, flapping }: Member, directory: Directory): NoticeAlert {
  const alert = directory.alert(event, startedAt);
  return flapping === null || event.event === 'resolved' ? alert : { ...alert, flapping };
}

/** What has ended is no more urgent than what goes on. */
function worst(members: readonly Member[]): Severity {
  const firing = members.filter(({ event }) => event.event !== 'resolved');
  const ranks = (firing.length > 0 ? firing : members).map(({ event }) => SEVERITIES.indexOf(event.severity));
  return SEVERITIES[ranks.reduce((most, rank) => Math.max(most, rank), 0)] ?? 'info';
}
