import type { AlertEvent } from '../../rules/alert-event.js';
import { conditionSentence } from '../../rules/condition-sentence.js';
import type { Rule } from '../../rules/rule.js';
import { Schedule } from '../../rules/time/schedule.js';
import { audienceOf } from '../formats/format-names.js';
import type {
  Configuration,
  Escalation,
  LevelSettings,
  ReceiverSettings,
  Route,
} from '../site/configuration.js';
import type { NoticeAlert } from './notice.js';
import { matchingRoutes, type Routed, route, routeSystem } from './routing.js';
import { isSystemRule, systemAlertTitle } from './system-alert.js';
import { type Timing, timingOf } from './timing.js';

/** What decides whom to tell; it can be replaced while alerts fire. */
export interface NotifierSettings {
  readonly rules: readonly Rule[];
  readonly configuration: Pick<Configuration, 'gateway' | 'receivers' | 'routes'>;
}

/** Looks up what the settings say: who is told of an alert, how, and what its rule says about it. */
export class Directory {
  readonly gateway: string;
  readonly rules: ReadonlyMap<string, Rule>;
  /** Those that get notices. */
  readonly receivers: ReadonlyMap<string, ReceiverSettings>;
  /** Those that are levels. */
  readonly levels: ReadonlyMap<string, LevelSettings>;
  /** When those are told that are not told at any time. */
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** Rules whose alerts those of a rule suppress. */
  readonly #suppressedBy: ReadonlyMap<string, readonly string[]>;
  readonly #routes: readonly Route[];

  /** @param kept rules of before whose alerts still fire: they give the titles, unless they are among the present ones */
  constructor({ rules, configuration }: NotifierSettings, kept: readonly Rule[]) {
    this.gateway = configuration.gateway;
    this.rules = new Map([...kept, ...rules].map((rule) => [rule.id, rule]));
    const { receivers, routes } = configuration;
    const told = receivers.filter(({ channel }) => channel.kind !== 'mqtt');
    this.receivers = new Map(told.map((receiver) => [receiver.name, receiver]));
    this.schedules = new Map(
      told.flatMap(({ name, schedule }) =>
        schedule === null ? [] : [[name, new Schedule(schedule)] as const],
      ),
    );
    this.levels = new Map(
      receivers.flatMap(({ name, channel }) => (channel.kind === 'mqtt' ? [[name, channel] as const] : [])),
    );
    this.#suppressedBy = suppressions([...this.rules.values()]);
    this.#routes = routes;
  }

  /** Whom an alert goes to: those that get notices, and levels. */
  route(event: AlertEvent): Routed {
    const routes = this.#routes;
    const told = [...this.receivers.keys()];
    if (isSystemRule(event.rule)) return routeSystem(event, { routes, receivers: told });
    const options = { routes, receivers: [...told, ...this.levels.keys()] };
    return route({ notify: this.rules.get(event.rule)?.notify ?? null }, event, options);
  }

  /** The levels that an alert holds on. What the program says of itself does so only where a route is about just that. */
  levelsFor(event: AlertEvent): string[] {
    if (isSystemRule(event.rule)) {
      const matching = matchingRoutes(event, this.#routes).filter(({ match }) => match.has('rule'));
      return matching.flatMap(({ to }) => to).filter((name) => this.levels.has(name));
    }
    const routed = this.route(event);
    return routed.kind === 'to' ? routed.receivers.filter((name) => this.levels.has(name)) : [];
  }

  /** Rules whose alerts may be suppressed by those of this one. */
  suppressedBy(rule: string): readonly string[] {
    return this.#suppressedBy.get(rule) ?? [];
  }

  /** How a receiver is told of an alert that these routes match. */
  timing(receiver: string, matching: readonly Route[]): Timing {
    const named = matching.find(({ to }) => to.includes(receiver)) ?? matching[0] ?? null;
    return timingOf(audienceOf(this.receivers.get(receiver)?.channel ?? { kind: 'none' }), named);
  }

  /** Who else is told of an alert that these routes match. */
  escalations({ rule }: AlertEvent, matching: readonly Route[]): Escalation[] {
    // Nobody is called out of bed for what the program says of itself, unless a route is about just that.
    const routes = isSystemRule(rule) ? matching.filter(({ match }) => match.has('rule')) : matching;
    return routes.flatMap(({ escalate }) => escalate);
  }

  /** Whether a rule names its receivers, so that routes do not pick them. */
  namesItself(rule: string): boolean {
    const { notify } = this.rules.get(rule) ?? { notify: null };
    const all = [...this.receivers.keys(), ...this.levels.keys()];
    return notify !== null && (notify.length === 0 || notify.some((name) => all.includes(name)));
  }

  isSuppressible(event: AlertEvent): boolean {
    return (this.rules.get(event.rule)?.suppressedBy.length ?? 0) > 0;
  }

  alert(event: AlertEvent, startedAt: number): NoticeAlert {
    const rule = this.rules.get(event.rule);
    const title = isSystemRule(event.rule) ? systemAlertTitle(event.rule) : (rule?.title ?? event.rule);
    const units = (rule?.inputs ?? []).flatMap(({ name, unit }) =>
      unit === null ? [] : [[name, unit] as const],
    );
    const level = rule?.levels.find(({ severity }) => severity === event.severity);
    return {
      event,
      title,
      runbook: rule?.runbook ?? null,
      startedAt,
      url: null,
      units: Object.fromEntries(units),
      ...(level === undefined ? {} : { condition: conditionSentence(level.condition) }),
      ...(rule?.latch === true ? { isLatched: true } : {}),
    };
  }
}

function suppressions(rules: readonly Rule[]): Map<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { id, suppressedBy } of rules)
    for (const { rule } of suppressedBy) found.set(rule, [...(found.get(rule) ?? []), id]);
  return found;
}
