import type { AlertEvent } from '../../rules/alert-event.js';
import type { Rule } from '../../rules/rule.js';
import type { Configuration } from '../site/configuration.js';
import type { AgendaItem, EpisodeState, LedgerEntry } from '../storage/ledger.js';
import { Episode } from './episode.js';
import { type Delivery, type Notice, type NoticeAlert, type NoticeKind, noticeId } from './notice.js';
import { type Routed, route, routeSystem } from './routing.js';
import { isSystemRule, systemAlertTitle } from './system-alert.js';

/** What decides whom to tell; it can be replaced while alerts fire. */
export interface NotifierSettings {
  /** Those of before too, as long as their alerts fire: they give the titles. */
  readonly rules: readonly Rule[];
  readonly configuration: Pick<Configuration, 'gateway' | 'receivers' | 'routes'>;
}

export interface NotifierOptions extends NotifierSettings {
  /** Those that have not ended. */
  readonly episodes: readonly EpisodeState[];
  readonly agenda: readonly AgendaItem[];
  /** An alert that neither its rule nor any route sends anywhere: called once for each rule. */
  readonly onUnrouted: (rule: string) => void;
}

/** What events, or the time that passed, mean for those who are to be told: to be kept together with them. */
export type Told = Pick<LedgerEntry, 'deliveries' | 'episodes' | 'untold' | 'agenda'>;

/** The same while it is put together. */
interface Telling {
  readonly deliveries: Delivery[];
  readonly episodes: Map<string, EpisodeState>;
  readonly untold: { suppressed: number; unrouted: number };
  /** Engine time. */
  readonly now: number;
}

/**
 * Works out who is to be told of alert events: a fold over them, without clock and effects. It remembers whom it told of
 * every alert that fires, since those are told how it goes on.
 */
export class Notifier {
  readonly #onUnrouted: (rule: string) => void;
  readonly #episodes: Map<string, Episode>;
  readonly #unrouted = new Set<string>();
  #rules: ReadonlyMap<string, Rule> = new Map();
  #configuration: NotifierSettings['configuration'];
  #expiresMs: ReadonlyMap<string, number> = new Map();

  constructor(options: NotifierOptions) {
    this.#onUnrouted = options.onUnrouted;
    this.#episodes = new Map(options.episodes.map((state) => [state.episode, Episode.restore(state)]));
    this.#configuration = options.configuration;
    this.configure(options);
  }

  /** Other rules, routes and receivers from now on. Alerts that fire stay told as they were. */
  configure({ rules, configuration }: NotifierSettings): void {
    const before = new Set([...this.#episodes.values()].map(({ last }) => last.rule));
    const kept = [...this.#rules].filter(([id]) => before.has(id));
    this.#rules = new Map([...kept, ...rules.map((rule) => [rule.id, rule] as const)]);
    this.#configuration = configuration;
    this.#expiresMs = new Map(configuration.receivers.map(({ name, expiresMs }) => [name, expiresMs]));
    this.#unrouted.clear();
  }

  /** @param now engine time */
  tell(events: readonly AlertEvent[], now: number): Told {
    const telling: Telling = {
      deliveries: [],
      episodes: new Map(),
      untold: { suppressed: 0, unrouted: 0 },
      now,
    };
    for (const event of events) this.#take(event, telling);
    const { deliveries, episodes, untold } = telling;
    return { deliveries, episodes: [...episodes.values()], untold, agenda: [] };
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
    return Number.POSITIVE_INFINITY;
  }

  #take(event: AlertEvent, telling: Telling): void {
    if (event.episode === null) return;
    const episode = this.#episodes.get(event.episode) ?? Episode.begin(event.episode, event);
    episode.add(event);
    if (episode.isEnded) this.#episodes.delete(episode.id);
    else this.#episodes.set(episode.id, episode);
    const audience = this.#audience(event, episode);
    const obligations = isSystemRule(event.rule) ? 0 : 1;
    if (audience.kind === 'untold') telling.untold[audience.because] += audience.receivers * obligations;
    else {
      for (const receiver of audience.receivers)
        telling.deliveries.push(this.#delivery({ event, episode, receiver, told: audience.told, telling }));
    }
    telling.episodes.set(episode.id, episode.save());
  }

  /**
   * Who is told of an event, and as what. Suppressed events are not told, with one exception: whoever was told that an
   * alert fires hears of its end, or it would stay open there for ever.
   */
  #audience(event: AlertEvent, { told }: Episode): Audience {
    const known = [...told.keys()].filter((receiver) => this.#expiresMs.has(receiver));
    switch (event.event) {
      case 'firing':
        return this.#heard('firing', event, []);
      case 'unsuppressed':
        return without(this.#heard('firing', event, []), told);
      case 'severity':
        return this.#heard('severity', event, known);
      case 'resolved':
        return { kind: 'told', told: 'resolved', receivers: known };
      case 'pending':
      case 'cleared':
        return NOBODY;
    }
  }

  /** Those that were told before, and those that routes pick; nobody while the alert is suppressed. */
  #heard(told: 'firing' | 'severity', event: AlertEvent, before: readonly string[]): Audience {
    const routed = this.#route(event);
    const receivers = [...new Set([...before, ...(routed.kind === 'to' ? routed.receivers : [])])];
    if (event.suppressed === true) {
      return { kind: 'untold', because: 'suppressed', receivers: receivers.length };
    }
    if (routed.kind === 'to' || before.length > 0) return { kind: 'told', told, receivers };
    if (!this.#unrouted.has(event.rule)) {
      this.#unrouted.add(event.rule);
      this.#onUnrouted(event.rule);
    }
    return { kind: 'untold', because: 'unrouted', receivers: 1 };
  }

  #route(event: AlertEvent): Routed {
    const { routes } = this.#configuration;
    const options = { routes, receivers: [...this.#expiresMs.keys()] };
    if (isSystemRule(event.rule)) return routeSystem(event, options);
    return route({ notify: this.#rules.get(event.rule)?.notify ?? null }, event, options);
  }

  #delivery({ event, episode, receiver, told, telling }: DeliveryParts): Delivery {
    const { gateway } = this.#configuration;
    const isSystem = isSystemRule(event.rule);
    const key = [episode.id, episode.events];
    const id = noticeId({ gateway, receiver, kind: isSystem ? 'system' : 'event', key });
    const thread = episode.told.get(receiver) ?? id;
    episode.told.set(receiver, thread);
    const notice: Notice = {
      id,
      gateway,
      receiver,
      kind: isSystem ? 'system' : told,
      sentAt: event.time,
      late: event.late === true,
      alerts: [this.#alert(event, episode)],
      omitted: 0,
    };
    const expiresAt = telling.now + (this.#expiresMs.get(receiver) ?? 0);
    const { severity } = event;
    const obligations = isSystem ? 0 : 1;
    return { notice, lane: episode.id, severity, obligations, thread, createdAt: telling.now, expiresAt };
  }

  #alert(event: AlertEvent, { startedAt }: Episode): NoticeAlert {
    const rule = this.#rules.get(event.rule);
    const title = isSystemRule(event.rule) ? systemAlertTitle(event.rule) : (rule?.title ?? event.rule);
    const units = (rule?.inputs ?? []).flatMap(({ name, unit }) =>
      unit === null ? [] : [[name, unit] as const],
    );
    return {
      event,
      title,
      runbook: rule?.runbook ?? null,
      startedAt,
      url: null,
      units: Object.fromEntries(units),
    };
  }
}

type Audience =
  | {
      readonly kind: 'told';
      readonly told: 'firing' | 'severity' | 'resolved';
      readonly receivers: readonly string[];
    }
  | {
      readonly kind: 'untold';
      readonly because: 'suppressed' | 'unrouted';
      /** How many. */
      readonly receivers: number;
    };

const NOBODY: Audience = { kind: 'told', told: 'firing', receivers: [] };

function without(audience: Audience, told: ReadonlyMap<string, string>): Audience {
  if (audience.kind === 'untold') return audience;
  return { ...audience, receivers: audience.receivers.filter((receiver) => !told.has(receiver)) };
}

interface DeliveryParts {
  readonly event: AlertEvent;
  readonly episode: Episode;
  readonly receiver: string;
  readonly told: NoticeKind;
  readonly telling: Telling;
}
