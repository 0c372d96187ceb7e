/**
 * A notifier that lives through time: it is woken when it wants to be, what it keeps is kept, and it can be restarted
 * from that at any moment.
 */
import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Rule } from '../../../rules/rule.js';
import type { Level } from '../../../runtime/delivery/level-board.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import { Notifier, type Told } from '../../../runtime/delivery/notifier.js';
import type { Configuration } from '../../../runtime/site/configuration.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import type { EpisodeState, UntoldState } from '../../../runtime/storage/ledger.js';
import { event, NOON, rule } from './delivery-fixture.js';

/** As in `tocsin.json`. */
export interface SiteFile {
  readonly receivers?: object;
  readonly routes?: readonly object[];
}

const RECEIVERS = {
  people: { email: { to: ['people@plant.example'] } },
  boss: { email: { to: ['boss@plant.example'] } },
  scada: { webhook: { url: 'http://scada.example/' } },
};

export function configurationOf({ receivers = RECEIVERS, routes = [] }: SiteFile): Configuration {
  const text = JSON.stringify({
    gateway: 'gw',
    timezone: 'UTC',
    receivers,
    routes,
    smtp: { folder: 'mail' },
  });
  const { configuration, issues } = loadConfiguration({ path: 'tocsin.json', text });
  if (configuration === null) throw new Error(JSON.stringify(issues));
  return configuration;
}

export class PlannedSite {
  readonly deliveries: Delivery[] = [];
  readonly levels: Level[] = [];
  readonly untold: Partial<Record<UntoldState, number>> = {};
  readonly agenda = new Map<string, string>();
  readonly episodes = new Map<string, EpisodeState>();
  #rules: readonly Rule[];
  #configuration: Configuration;
  #notifier: Notifier;
  #now = NOON;

  constructor(file: SiteFile, rules: readonly Rule[] = [rule()]) {
    this.#rules = rules;
    this.#configuration = configurationOf(file);
    this.#notifier = this.#started();
  }

  /** Events that happen now: the critical alert of the fixture, unless changed. */
  happen(...changes: Partial<AlertEvent>[]): void {
    this.#keep(
      this.#notifier.tell(
        changes.map((change) => event({ time: this.#now, ...change })),
        this.#now,
      ),
    );
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#notifier.nextDeadline(); next <= end; next = this.#notifier.nextDeadline()) {
      this.#now = Math.max(this.#now, next);
      const told = this.#notifier.advance(this.#now);
      if (told !== null) this.#keep(told);
    }
    this.#now = end;
  }

  /** The program is killed, and started again after a while. */
  restart(downMs = 0, file?: SiteFile): void {
    this.#now += downMs;
    if (file !== undefined) this.#configuration = configurationOf(file);
    this.#notifier = this.#started();
    const told = this.#notifier.advance(this.#now);
    if (told !== null) this.#keep(told);
  }

  /** The wall clock is set. */
  setOffset(ms: number): void {
    this.#notifier.setOffset(ms);
  }

  configure(file: SiteFile): void {
    this.#configuration = configurationOf(file);
    this.#notifier.configure({ rules: this.#rules, configuration: this.#configuration });
  }

  /** What was told since the last look: `30s firing people e1`, `5m group people e1 e2`. */
  told(): string[] {
    return this.deliveries.splice(0).map((delivery) => {
      const { notice, createdAt } = delivery;
      const episodes = notice.alerts.map((alert) => alert.event.episode);
      return [span(createdAt - NOON), notice.kind, notice.receiver, ...episodes].join(' ');
    });
  }

  /** Obligations that are to be met later. */
  get waiting(): number {
    return this.#notifier.waiting;
  }

  /** What levels became since the last look: `factory/l1/siren on`. */
  shown(): string[] {
    return this.levels.splice(0).map(levelText);
  }

  /** How all levels stand. */
  standing(): string[] {
    return this.#notifier.levels.map(levelText);
  }

  #started(): Notifier {
    return new Notifier({
      rules: this.#rules,
      configuration: this.#configuration,
      episodes: [...this.episodes.values()],
      agenda: [...this.agenda].map(([key, text]) => ({ key, text })),
      offset: 0,
      onUnrouted: () => undefined,
    });
  }

  #keep({ deliveries, levels, episodes, untold, agenda }: Told): void {
    this.deliveries.push(...deliveries);
    this.levels.push(...levels);
    for (const state of episodes) {
      if (state.state === 'ended') this.episodes.delete(state.episode);
      // As it is stored.
      else this.episodes.set(state.episode, JSON.parse(JSON.stringify(state)) as EpisodeState);
    }
    for (const { key, text } of agenda) {
      if (text === null) this.agenda.delete(key);
      else this.agenda.set(key, text);
    }
    for (const [state, count] of Object.entries(untold) as [UntoldState, number][])
      this.untold[state] = (this.untold[state] ?? 0) + count;
  }
}

function levelText({ topic, isOn, on, off }: Level): string {
  return `${topic} ${isOn ? on : off}`;
}

function span(ms: number): string {
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
