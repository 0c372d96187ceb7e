import type { AlertEvent } from '../../rules/alert-event.js';
import { SEVERITIES } from '../../rules/rule.js';
import type { FloodSettings } from '../site/configuration.js';
import { PriorityQueue } from './priority-queue.js';
import type { Timing } from './timing.js';

/** Something that a receiver is to be told of an alert. */
export interface Change {
  readonly kind: 'firing' | 'severity' | 'resolved' | 'escalation';
  /** Of its event in the episode; of an escalation, which one it is. */
  readonly number: number;
  /** How many obligations are met by telling it. */
  readonly obligations: number;
}

/** An alert in a group. */
export interface Member {
  readonly episode: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** What it became last. */
  event: AlertEvent;
  /** It was over in the instant in which it happened: it is told, and no end of it. */
  isMomentary: boolean;
  /** The first notice that told the receiver of it; `null`: it does not know of it. */
  thread: string | null;
  repeatMs: number | null;
  /** `null`: the receiver knows all of it. */
  change: Change | null;
  /** The change is not told before then: the alert may yet be suppressed. */
  notBefore: number;
  /** It comes and goes: the change is not told before it is calm. */
  isHeld: boolean;
  /** It comes and goes, which the receiver is to be told, or was; `null`: it does not. */
  flapping: FloodSettings | null;
  /** It is over already, which is told after its change; `null`: it is not. */
  ended: { readonly event: AlertEvent; readonly number: number } | null;
}

/** What is kept of a group beside its members. */
export interface GroupState {
  readonly receiver: string;
  /** What all its alerts agree on, and what it began with: the same group later on is another one. */
  readonly id: readonly string[];
  /** It holds a single alert. */
  readonly isAlone: boolean;
  intervalMs: number;
  /** Notices about changes so far, and about what still fires. */
  flushes: number;
  repeats: number;
  /** The first notice. */
  thread: string | null;
  /** The last notice; `null`: there was none. */
  lastAt: number | null;
  /** The next notice about changes; `null`: there are none. */
  dueAt: number | null;
}

/** What one receiver is told of alerts that belong together: what is new, and when it is told. Times are engine time. */
export class NoticeGroup {
  readonly key: string;
  readonly state: GroupState;
  readonly members = new Map<string, Member>();
  /** Those with a change that is to be told, and those that the receiver knows to fire. */
  readonly changed = new Set<Member>();
  readonly firing = new Set<Member>();
  /** What fires and is told again, by episode, and how many of it by time: groups may be large. */
  readonly #repeated = new Map<string, number>();
  readonly #counts = new Map<number, number>();

  constructor(key: string, state: GroupState) {
    this.key = key;
    this.state = state;
  }

  /** Notices of it keep their order. */
  get lane(): string {
    return this.state.isAlone ? (this.state.id[0] ?? this.key) : this.key;
  }

  /** When it next has something to tell; `Infinity`: not by itself. */
  get nextAt(): number {
    return Math.min(this.dueAt, this.repeatAt);
  }

  get dueAt(): number {
    return this.state.dueAt ?? Number.POSITIVE_INFINITY;
  }

  get repeatAt(): number {
    const { lastAt } = this.state;
    return lastAt === null ? Number.POSITIVE_INFINITY : lastAt + this.repeatMs;
  }

  /** How long until what fires is told again; `Infinity`: it is not. */
  get repeatMs(): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (const repeatMs of this.#counts.keys()) shortest = Math.min(shortest, repeatMs);
    return shortest;
  }

  /** Takes a member up, or takes note of what has changed of it. */
  put(member: Member): void {
    this.members.set(member.episode, member);
    this.#forget(member);
    const { episode, repeatMs, change } = member;
    if (change !== null) this.changed.add(member);
    if (!isFiring(member)) return;
    this.firing.add(member);
    if (repeatMs === null) return;
    this.#repeated.set(episode, repeatMs);
    this.#counts.set(repeatMs, (this.#counts.get(repeatMs) ?? 0) + 1);
  }

  take(member: Member): void {
    this.members.delete(member.episode);
    this.#forget(member);
  }

  #forget(member: Member): void {
    this.changed.delete(member);
    this.firing.delete(member);
    const { episode } = member;
    const repeatMs = this.#repeated.get(episode);
    if (repeatMs === undefined) return;
    this.#repeated.delete(episode);
    const count = (this.#counts.get(repeatMs) ?? 0) - 1;
    if (count > 0) this.#counts.set(repeatMs, count);
    else this.#counts.delete(repeatMs);
  }

  /** Whether anything is to come of it, or it has to remember when it last told something. */
  get isNeeded(): boolean {
    if (this.members.size === 0) return false;
    return !this.state.isAlone || this.state.intervalMs > 0 || this.nextAt !== Number.POSITIVE_INFINITY;
  }

  /** A change of a member is to be told, by the severity that the alert has now. */
  schedule(
    member: Member,
    { timing, now, isAtOnce }: { timing: Timing; now: number; isAtOnce: boolean },
  ): void {
    const { state } = this;
    state.intervalMs = timing.intervalMs;
    const at = Math.max(member.notBefore, isAtOnce ? now : this.#changeAt(member, timing, now));
    state.dueAt = Math.min(this.dueAt, at);
  }

  #changeAt({ event, thread, change }: Member, { waitMs, intervalMs }: Timing, now: number): number {
    const { lastAt } = this.state;
    if (lastAt === null) return thread === null ? now + waitMs[event.severity] : now;
    const isUrgent = event.severity === 'critical' && change?.kind !== 'resolved';
    return isUrgent ? now : Math.max(now, lastAt + intervalMs);
  }
}

/** The first of many as a notice lists them. */
export function mostImportant(members: Iterable<Member>, count: number): Member[] {
  const first = new PriorityQueue<Member>((a, b) => byImportance(b, a));
  for (const member of members) {
    first.push(member);
    if (first.size > count) first.pop();
  }
  return first.takeIf(() => true).sort(byImportance);
}

/** The receiver knows that it fires. */
export function isFiring({ thread, event, isMomentary }: Member): boolean {
  return thread !== null && event.event !== 'resolved' && !isMomentary;
}

/** As a notice lists them: what fires before what has ended, the worst first, then as they came. */
export function byImportance(a: Member, b: Member): number {
  const [aEnded, bEnded] = [a, b].map(({ event }) => (event.event === 'resolved' ? 1 : 0));
  return (
    (aEnded ?? 0) - (bEnded ?? 0) ||
    SEVERITIES.indexOf(b.event.severity) - SEVERITIES.indexOf(a.event.severity) ||
    a.event.time - b.event.time ||
    (a.episode < b.episode ? -1 : 1)
  );
}
