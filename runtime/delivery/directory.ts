import type { AlertEvent } from '../../rules/alert-event.js';
import { conditionSentence } from '../../rules/condition-sentence.js';
import type { Rule } from '../../rules/rule.js';
import type { Configuration, ReceiverSettings, Route } from '../site/configuration.js';
import type { NoticeAlert } from './notice.js';
import { type Routed, route, routeSystem } from './routing.js';
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
  readonly receivers: ReadonlyMap<string, ReceiverSettings>;
  readonly #routes: readonly Route[];

  /** @param kept rules of before whose alerts still fire: they give the titles, unless they are among the present ones */
  constructor({ rules, configuration }: NotifierSettings, kept: readonly Rule[]) {
    this.gateway = configuration.gateway;
    this.rules = new Map([...kept, ...rules].map((rule) => [rule.id, rule]));
    this.receivers = new Map(configuration.receivers.map((receiver) => [receiver.name, receiver]));
    this.#routes = configuration.routes;
  }

  route(event: AlertEvent): Routed {
    const options = { routes: this.#routes, receivers: [...this.receivers.keys()] };
    if (isSystemRule(event.rule)) return routeSystem(event, options);
    return route({ notify: this.rules.get(event.rule)?.notify ?? null }, event, options);
  }

  /** How a receiver is told of an alert that these routes match. */
  timing(receiver: string, matching: readonly Route[]): Timing {
    const named = matching.find(({ to }) => to.includes(receiver)) ?? matching[0] ?? null;
    return timingOf(this.receivers.get(receiver)?.channel.kind ?? 'webhook', named);
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
