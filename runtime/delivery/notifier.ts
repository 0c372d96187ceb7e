import type { AlertEvent } from '../../rules/alert-event.js';
import type { Rule } from '../../rules/rule.js';
import { type Delivery, type Notice, type NoticeAlert, type NoticeKind, noticeId } from './notice.js';
import { type RoutingOptions, route } from './routing.js';

export interface NotifierOptions extends RoutingOptions {
  readonly gateway: string;
  readonly rules: readonly Rule[];
  readonly expiresMsOf: (receiver: string) => number;
  /** An alert that neither its rule nor any route sends anywhere: called once for each rule. */
  readonly onUnrouted: (rule: string) => void;
}

/** What was told of an alert that fires. */
interface Episode {
  /** Epoch ms. */
  readonly startedAt: number;
  /** Events of the episode so far. */
  events: number;
  /** The first notice to each receiver that was told. */
  readonly told: Map<string, string>;
}

/**
 * Works out who is to be told of alert events: a fold over them, without clock and effects. It remembers whom it told of
 * every alert that fires, since those are told how it goes on.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #episodes = new Map<string, Episode>();
  readonly #unrouted = new Set<string>();

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#rules = new Map(options.rules.map((rule) => [rule.id, rule]));
  }

  /**
   * @param now engine time
   * @returns the deliveries that this event causes
   */
  deliveries(event: AlertEvent, now: number): Delivery[] {
    const rule = this.#rules.get(event.rule);
    if (event.episode === null || rule === undefined) return [];
    const episode = this.#episodeOf(event.episode, event);
    episode.events += 1;
    if (event.event === 'resolved') this.#episodes.delete(event.episode);
    const told = this.#audience(rule, event, episode);
    return told.receivers.map((receiver) =>
      this.#delivery({ rule, event, episode, receiver, kind: told.kind, now }),
    );
  }

  #episodeOf(id: string, event: AlertEvent): Episode {
    let episode = this.#episodes.get(id);
    if (episode === undefined) {
      episode = { startedAt: event.time, events: 0, told: new Map() };
      this.#episodes.set(id, episode);
    }
    return episode;
  }

  /**
   * Who is told of an event, and as what. Suppressed events are not told, with one exception: whoever was told that an
   * alert fires hears of its end, or it would stay open there for ever.
   */
  #audience(rule: Rule, event: AlertEvent, { told }: Episode): { kind: NoticeKind; receivers: string[] } {
    const isSuppressed = event.suppressed === true;
    switch (event.event) {
      case 'firing':
        return { kind: 'firing', receivers: isSuppressed ? [] : this.#routed(rule, event) };
      case 'unsuppressed':
        return { kind: 'firing', receivers: this.#routed(rule, event).filter((name) => !told.has(name)) };
      case 'severity': {
        const receivers = isSuppressed ? [] : [...new Set([...told.keys(), ...this.#routed(rule, event)])];
        return { kind: 'severity', receivers };
      }
      case 'resolved':
        return { kind: 'resolved', receivers: [...told.keys()] };
      case 'pending':
      case 'cleared':
        return { kind: 'firing', receivers: [] };
    }
  }

  #routed(rule: Rule, event: AlertEvent): string[] {
    const routed = route(rule, event, this.#options);
    if (routed.kind === 'to') return [...routed.receivers];
    if (!this.#unrouted.has(rule.id)) {
      this.#unrouted.add(rule.id);
      this.#options.onUnrouted(rule.id);
    }
    return [];
  }

  #delivery({ rule, event, episode, receiver, kind, now }: DeliveryParts): Delivery {
    const { gateway } = this.#options;
    const id = noticeId({ gateway, receiver, kind: 'event', key: [event.episode ?? '', episode.events] });
    const thread = episode.told.get(receiver) ?? id;
    episode.told.set(receiver, thread);
    const notice: Notice = {
      id,
      gateway,
      receiver,
      kind,
      sentAt: event.time,
      late: event.late === true,
      alerts: [noticeAlert(rule, event, episode)],
      omitted: 0,
    };
    const expiresAt = now + this.#options.expiresMsOf(receiver);
    const { severity } = event;
    return { notice, episode: event.episode ?? '', severity, thread, createdAt: now, expiresAt };
  }
}

interface DeliveryParts {
  readonly rule: Rule;
  readonly event: AlertEvent;
  readonly episode: Episode;
  readonly receiver: string;
  readonly kind: NoticeKind;
  readonly now: number;
}

function noticeAlert(rule: Rule, event: AlertEvent, { startedAt }: Episode): NoticeAlert {
  const units = rule.inputs.flatMap(({ name, unit }) => (unit === null ? [] : [[name, unit] as const]));
  return {
    event,
    title: rule.title ?? rule.id,
    runbook: rule.runbook,
    startedAt,
    url: null,
    units: Object.fromEntries(units),
  };
}
